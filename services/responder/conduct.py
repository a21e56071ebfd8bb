"""One table: what each failure means for the chain, the breaker and the number of calls (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.responder.providers.provider import Reason


class Then(StrEnum):
    """What follows a failure. Whatever a second call brings, there is no third."""

    NEXT = "next"  # this tier is done with, the next one starts afresh
    SAME = "same"  # once more after a moment, where nothing was received
    WAIT = "wait"  # once more after the rest that the provider asked for, if that is short
    SMALLER = "smaller"  # once more with less context
    REPAIR = "repair"  # once more, told what was wrong
    PERSON = "person"  # no other model is asked: a template and a handover


@dataclass(frozen=True, slots=True)
class Conduct:
    then: Then = Then.NEXT
    is_sick: bool = False  # the breaker counts it
    is_pressed: bool = False  # fewer calls at once from now on
    problem: str = ""  # what the model is told where it may repair


_REFUSED = Conduct()
_SICK = Conduct(is_sick=True)
_PASSING = Conduct(Then.SAME, is_sick=True)
_SLOW = Conduct(is_sick=True, is_pressed=True)

CONDUCT = {
    # Known before anything is sent.
    Reason.NOT_CONFIGURED: _REFUSED,
    Reason.KEY_MALFORMED: _REFUSED,
    Reason.COLD: _REFUSED,
    Reason.BUSY: _REFUSED,
    Reason.BREAKER_OPEN: _REFUSED,
    Reason.NO_TIME: _REFUSED,
    Reason.BUDGET: _REFUSED,
    Reason.TIER_CAPPED: _REFUSED,
    # Said of our key, model or request: the provider itself is well.
    Reason.UNAUTHORIZED: _REFUSED,
    Reason.FORBIDDEN: _REFUSED,
    Reason.TLS: _REFUSED,
    Reason.MODEL_MISSING: _REFUSED,
    Reason.REQUEST_REJECTED: _REFUSED,
    Reason.TRUNCATED: _REFUSED,
    Reason.LENGTH: _REFUSED,
    Reason.CONTEXT_LENGTH: Conduct(Then.SMALLER),
    Reason.CONTENT_FILTER: Conduct(Then.PERSON),
    # Said of the provider.
    Reason.RATE_LIMITED: Conduct(Then.WAIT, is_pressed=True),
    Reason.CAPACITY: Conduct(Then.SAME, is_sick=True, is_pressed=True),
    Reason.SERVER_ERROR: _PASSING,
    Reason.UNREACHABLE: _PASSING,
    Reason.FIRST_TOKEN_TIMEOUT: _SLOW,
    Reason.STALL: _SLOW,
    Reason.TOO_SLOW: _SLOW,
    Reason.CUT: _SICK,
    Reason.MALFORMED: _SICK,
    Reason.EMPTY: _SICK,
    # Said of what the model wrote.
    Reason.INVALID_OUTPUT: Conduct(
        Then.REPAIR, problem="it was not the JSON object that was asked for, or too long"
    ),
    Reason.UNGROUNDED: Conduct(
        Then.REPAIR, problem="it held a number, link or claim that is in no passage, or cited none"
    ),
    Reason.WRONG_LANGUAGE: Conduct(
        Then.REPAIR, problem="it was not in the language of the customer"
    ),
    Reason.UNSAFE: Conduct(Then.PERSON),
    # Why the chain was not climbed at all; no tier fails with these.
    Reason.WEAK_EVIDENCE: _REFUSED,
    Reason.RETRIEVAL_FAILED: _REFUSED,
    Reason.RESPONDER_UNAVAILABLE: _REFUSED,
    Reason.COURTESY: _REFUSED,
    Reason.RULE: _REFUSED,
}
