"""The turn: which messages are answered together, and what may come of a completion (PROTOCOL
5, 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

if TYPE_CHECKING:
    from datetime import datetime

LEASE_SECONDS = 30.0
# The claim after this one finds a turn that has killed five workers: it goes to a person.
CLAIMS_MOST = 5
# The third draft leaves even if yet another message came: the customer must hear something.
GENERATIONS_MOST = 3
# What a tenant may hold at once however many others have work.
SHARE_LEAST = 4
EARLIER_MESSAGES_MOST = 20
_RELEASE_MOST_SECONDS = 300.0


class Verdict(StrEnum):
    """What a completion does."""

    COMPLETE = "COMPLETED"
    EXTEND = "EXTENDED"
    DISCARD = "DISCARDED"


@dataclass(frozen=True, slots=True)
class Turn:
    """A claimed turn beside its locked conversation."""

    id: UUID
    conversation_id: UUID
    turn_no: int
    from_seq: int
    to_seq: int
    generation: int
    holder_version: int
    state: str

    def judge(
        self, *, generation: int, last_seq: int, holder_version: int, speaks: bool
    ) -> Verdict:
        """The stale-reply guard: newer messages or a person may have come before the commit."""
        if holder_version != self.holder_version:
            return Verdict.DISCARD
        if generation < self.generation:
            return Verdict.EXTEND
        if speaks and last_seq > self.to_seq and self.generation < GENERATIONS_MOST:
            return Verdict.EXTEND
        return Verdict.COMPLETE

    @property
    def reply_id(self) -> UUID:
        """Follows from the turn, so there is one reply a turn however often it is computed."""
        return uuid5(self.id, "reply")


@dataclass(frozen=True, slots=True)
class Claim:
    """A lease on a conversation's due work."""

    tenant_id: str
    conversation_id: UUID
    fence: int
    attempts: int
    due_at: datetime


def release_seconds(attempts: int) -> float:
    """How long a turn rests after a failure that was no crash: 2^attempts, at most 5 minutes."""
    return min(_RELEASE_MOST_SECONDS, 2.0**attempts)
