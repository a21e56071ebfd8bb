"""Meta's error codes and what each means for a send ("Error codes", December 2025, May 2026)."""

import re
from http import HTTPStatus
from typing import NamedTuple

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
# Whoever asks too soon waits longer: 4^X s, says Meta of the pair's rate.
_GROWS = {131056: 4.0}
# Limits of one person: the others of the number are not held up.
_OF_ONE_PERSON = frozenset({131056, 131049})
# Before something of Meta's own that went wrong is tried again; and longer than that, an answer is
# no answer any more.
_PATIENCE, _LONGEST_WAIT = 5.0, 600.0
# Somebody has to mend the account first.
_PAUSE = frozenset(
    {0, 3, 10, 190, 368, 131031, 131042, 131045, 131048, 130497, 133010, *range(200, 300)}
)
# "Something went wrong" at their side: the message may have left.
_DOUBT = frozenset({1, 2, 131000, 131016})


def number_of(code: str) -> int | None:
    """A code as Meta counts them; None for what is none."""
    return int(code) if _CODE.fullmatch(code) else None


def failure(http_status: int, code: int | None) -> Exception:
    """The code decides before the HTTP status: 131045 on a 500 is a definite no."""
    if code in _DOUBT:
        return PerhapsSent(str(code))
    if code in _WAIT:
        return NotSent(
            str(code),
            retry_after=_WAIT[code],
            grows=_GROWS.get(code, 1.0),
            only_this_contact=code in _OF_ONE_PERSON,
        )
    if code in _PAUSE:
        return NotSent(str(code), pauses_account=True)
    return _by_status(http_status, code)


class LateFailure(NamedTuple):
    """What a code asks for that comes in a status: there, the message surely did not arrive."""

    pauses_account: bool = False
    rest_seconds: float | None = None  # of the account
    resend_after: float | None = None  # None: a person decides


def of_a_late_failure(code: str) -> LateFailure:
    """What is in doubt when a send is answered so is certain when a status says so."""
    failed = failure(HTTPStatus.OK, number_of(code))
    match failed:
        case PerhapsSent():
            return LateFailure(resend_after=_PATIENCE)
        case NotSent(pauses_account=True):
            return LateFailure(pauses_account=True, resend_after=0.0)
        case NotSent():
            wait = failed.retry_after or _PATIENCE
            return LateFailure(
                rest_seconds=None if failed.only_this_contact else wait,
                resend_after=wait if wait <= _LONGEST_WAIT else None,
            )
    return LateFailure()


def _by_status(http_status: int, code: int | None) -> Exception:
    reason = str(code) if code is not None else f"http_{http_status}"
    if http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return PerhapsSent(reason)
    if code is None and http_status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotSent(reason, retry_after=1.0)
    if code is None and http_status == HTTPStatus.UNAUTHORIZED:
        return NotSent(reason, pauses_account=True)
    return Refused(reason)
