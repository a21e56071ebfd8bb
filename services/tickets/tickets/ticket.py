"""A case, and the only ways it may change."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mesh.errors import ChangedMeanwhile, Conflict, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

PRIORITIES = ("low", "normal", "high", "critical")
NORMAL = "normal"


class TicketNotFound(NotFound):
    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(f"no ticket {ticket_id}")


class TicketAlreadyResolved(Conflict):
    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(f"ticket {ticket_id} is resolved already")


class TicketNotResolved(Conflict):
    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(f"ticket {ticket_id}, or a newer one of its conversation, is open")


class TicketChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(f"ticket {ticket_id} changed since it was read")


@dataclass(frozen=True, slots=True)
class Ticket:
    id: UUID
    tenant_id: str
    number: int
    conversation_id: UUID
    subject: str
    category: str
    cause: str
    priority: str
    status: str
    first_response_due: datetime | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    version: int
    created_at: datetime

    def expect(self, etag: str) -> None:
        """Raise `TicketChangedMeanwhile` unless the caller saw this version, or named none."""
        if etag not in ("", str(self.version)):
            raise TicketChangedMeanwhile(self.id)

    def resolve(self, now: datetime) -> Ticket:
        if self.status == "resolved":
            raise TicketAlreadyResolved(self.id)
        return dataclasses.replace(self, status="resolved", resolved_at=now)

    def reopen(self) -> Ticket:
        """The first answer, its due time and its breach stay as they were (PRODUCT 7.5)."""
        if self.status != "resolved":
            raise TicketNotResolved(self.id)
        return dataclasses.replace(self, status="open", resolved_at=None)

    def raised(self, priority: str, due: datetime | None) -> Ticket:
        """Priority only rises; the first answer is then due earlier, unless it was given."""
        if PRIORITIES.index(priority) <= PRIORITIES.index(self.priority):
            return self
        if self.first_response_at is not None or due is None:
            return dataclasses.replace(self, priority=priority)
        due = min(due, self.first_response_due or due)
        return dataclasses.replace(self, priority=priority, first_response_due=due)


def first_response_due(waiting_since: datetime, priority: str, minutes: Sequence[int]) -> datetime:
    """Counted around the clock from when the customer began to wait; `minutes` by priority."""
    return waiting_since + timedelta(minutes=minutes[PRIORITIES.index(priority)])
