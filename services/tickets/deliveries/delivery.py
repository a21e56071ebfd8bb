"""A part on its way out: sent, not sent, perhaps sent. States never move backwards (PROTOCOL
3.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from datetime import timedelta

_TOKEN_VERSION = "c1"  # noqa: S105 - the name of a format
_TOKEN_PARTS = 3
# After "not sent", in seconds; then the last one again, until the attempts are used up.
_BACKOFF_SECONDS = (1.0, 5.0, 30.0, 120.0, 600.0)
ATTEMPTS_MOST = 12

OPEN_STATES = frozenset({"pending", "claimed", "sending", "ambiguous", "parked"})
_RANK = {"": 0, "sent": 1, "delivered": 2, "read": 3}


class Verdict(StrEnum):
    """What may be done about a part that is perhaps sent and has waited long enough."""

    PARK = "park"
    RESEND = "resend"
    RESEND_ONCE = "resend_once"
    GIVE_UP = "give_up"

    @property
    def state(self) -> str:
        """Where it leads: a person decides, it is sent again, or it failed."""
        return {"park": "parked", "give_up": "failed"}.get(self, "pending")


class Outcome(StrEnum):
    """What is known of an attempt."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    REFUSED = "refused"
    PERHAPS_SENT = "perhaps_sent"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says of a send of ours."""

    account_id: UUID
    token: tuple[UUID, int] | None
    provider_message_id: str
    status: str
    error_code: str
    # Of a failure: somebody has to mend the account, or it rests so many seconds.
    pauses_account: bool = False
    rest_seconds: float = 0.0
    # It may be sent again by itself, so long after; None: a person decides.
    resend_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One part. `attempts` is the number of the latest attempt."""

    id: UUID
    account_id: UUID
    conversation_id: UUID
    message_id: UUID
    author: str
    is_answer: bool
    state: str
    fence: int
    attempts: int
    receipt: str

    def after(self, outcome: Outcome, *, fence: int, attempt: int) -> str | None:
        """The state that an outcome leads to, or nothing where it proves nothing any more.

        Only who began attempt n knows its outcome: "sent" counts from every open state, "not
        sent" and "refused" while n is the latest. "Perhaps sent" needs the current fence.
        """
        is_latest = attempt == self.attempts and self.state in {"sending", "ambiguous"}
        match outcome:
            case Outcome.SENT if self.state in OPEN_STATES:
                return "sent"
            case Outcome.NOT_SENT if is_latest:
                return "failed" if self.attempts >= ATTEMPTS_MOST else "pending"
            case Outcome.REFUSED if is_latest:
                return "failed"
            case Outcome.PERHAPS_SENT if fence == self.fence and self.state == "sending":
                return "ambiguous"
        return None

    def rises_to(self, status: str) -> bool:
        """Whether a receipt says more than we know: accepted < sent < delivered < read."""
        return _RANK.get(status, 0) > _RANK.get(self.receipt, 0)


def backoff_seconds(attempts: int, retry_after: timedelta | None, jitter: float) -> float:
    """Seconds until the next try; `jitter` is 0 to 1. What the provider asks for is kept to."""
    if retry_after is not None:
        return retry_after.total_seconds()
    most = _BACKOFF_SECONDS[min(attempts, len(_BACKOFF_SECONDS)) - 1]
    return most * (0.5 + jitter / 2)


def token(delivery_id: UUID, attempt: int) -> str:
    """What an attempt carries, for channels that echo it: opaque, no personal data."""
    return f"{_TOKEN_VERSION}.{delivery_id}.{attempt}"


def token_from_text(text: str) -> tuple[UUID, int] | None:
    """Ours, or nothing: every app on an account sees its own and others' tokens."""
    parts = text.split(".")
    if len(parts) != _TOKEN_PARTS or parts[0] != _TOKEN_VERSION or not parts[2].isdecimal():
        return None
    try:
        return UUID(parts[1]), int(parts[2][:9])
    except ValueError:
        return None
