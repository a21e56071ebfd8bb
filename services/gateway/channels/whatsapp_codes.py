"""Meta's error codes and what each means for a send ("Error codes", December 2025, May 2026)."""

import re
from http import HTTPStatus

from services.gateway.channels.channel import NotSent, PerhapsSent, Refused

_CODE = re.compile(r"[0-9]{1,9}")
# Wait and repeat: the seconds that the code itself asks for.
_WAIT = {
    4: 60.0,
    80007: 60.0,
    130429: 1.0,
    131056: 6.0,  # one message in six seconds to the same person
    131057: 60.0,
    133004: 5.0,
    131049: 86_400.0,  # the marketing cap of one person
}
# Limits of one person: the others of the number are not held up.
_OF_ONE_PERSON = frozenset({131056, 131049})
# Somebody has to mend the account first.
_PAUSE = frozenset(
    {0, 3, 10, 190, 368, 131031, 131042, 131045, 131048, 130497, 133010, *range(200, 300)}
)
# "Something went wrong" at their side: the message may have left.
_DOUBT = frozenset({1, 2, 131000, 131016})


def failure(http_status: int, code: int | None) -> Exception:
    """The code decides before the HTTP status: 131045 on a 500 is a definite no."""
    if code in _DOUBT:
        return PerhapsSent(str(code))
    if code in _WAIT:
        return NotSent(str(code), retry_after=_WAIT[code], only_this_contact=code in _OF_ONE_PERSON)
    if code in _PAUSE:
        return NotSent(str(code), pauses_account=True)
    return _by_status(http_status, code)


def of_a_late_failure(code: str) -> tuple[bool, float | None]:
    """Of a status: whether the account has to be mended, and how many seconds it should rest."""
    failed = failure(HTTPStatus.OK, int(code) if _CODE.fullmatch(code) else None)
    if not isinstance(failed, NotSent):
        return False, None
    return failed.pauses_account, None if failed.only_this_contact else failed.retry_after


def _by_status(http_status: int, code: int | None) -> Exception:
    reason = str(code) if code is not None else f"http_{http_status}"
    if http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return PerhapsSent(reason)
    if code is None and http_status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotSent(reason, retry_after=1.0)
    if code is None and http_status == HTTPStatus.UNAUTHORIZED:
        return NotSent(reason, pauses_account=True)
    return Refused(reason)
