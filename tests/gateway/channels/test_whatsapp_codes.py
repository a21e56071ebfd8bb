"""Meta's error codes, row by row as "Error codes" lists them: what each means for a send."""

import pytest

from services.gateway.channels.channel import NotSent, PerhapsSent, Refused
from services.gateway.channels.whatsapp_codes import failure, of_a_late_failure

WAIT = (4, 80007, 130429, 131056, 131057, 133004)
WAIT_A_DAY = (131049,)
PAUSE = (
    *(0, 3, 10, 190, 200, 250, 299, 368, 131031, 131042, 131045, 131048),
    *(130497, 133010),
)
PERHAPS = (1, 2, 131000, 131016)
NEVER = (
    *(100, 130472, 131008, 131009, 131021, 131026, 131030, 131037, 131047, 131050),
    *(131051, 131052, 131053, 131062, 132000, 132001, 132005, 132007, 132012, 132015),
    *(132016, 132018, 132068, 132069, 135000, 999_999),
)
ANY = (200, 400, 401, 403, 429, 500, 503)


@pytest.mark.parametrize("status", ANY)
@pytest.mark.parametrize("code", WAIT + WAIT_A_DAY)
def test_a_rate_is_waited_for_whatever_the_http_status(code: int, status: int) -> None:
    failed = failure(status, code)

    assert isinstance(failed, NotSent)
    assert (failed.retry_after or 0) > 0
    assert not failed.pauses_account


@pytest.mark.parametrize("code", WAIT_A_DAY)
def test_the_marketing_cap_of_a_person_holds_for_a_day(code: int) -> None:
    failed = failure(400, code)

    assert isinstance(failed, NotSent)
    assert (failed.retry_after, failed.only_this_contact) == (86_400, True)


@pytest.mark.parametrize("status", ANY)
@pytest.mark.parametrize("code", PAUSE)
def test_what_somebody_has_to_mend_pauses_the_account(code: int, status: int) -> None:
    failed = failure(status, code)

    assert isinstance(failed, NotSent)
    assert failed.pauses_account
    assert of_a_late_failure(str(code)).pauses_account


@pytest.mark.parametrize("code", PERHAPS)
def test_what_went_wrong_at_metas_side_may_have_left(code: int) -> None:
    assert isinstance(failure(500, code), PerhapsSent)
    assert of_a_late_failure(str(code)).resend_after is not None


@pytest.mark.parametrize("status", [400, 403, 404])
@pytest.mark.parametrize("code", NEVER)
def test_what_will_never_pass_is_shown_to_a_person_with_its_code(code: int, status: int) -> None:
    failed = failure(status, code)

    assert isinstance(failed, Refused)
    assert failed.code == str(code)
    assert of_a_late_failure(str(code)).resend_after is None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Refused),
        (401, NotSent),
        (404, Refused),
        (429, NotSent),
        (500, PerhapsSent),
        (503, PerhapsSent),
    ],
)
def test_without_a_code_the_status_decides(status: int, outcome: type[Exception]) -> None:
    assert isinstance(failure(status, None), outcome)
