"""A case, and the only ways it may change."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mesh.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

PRIORITIES = ("low", "normal", "high", "critical")
NORMAL = "normal"
# What the log keeps of a change: ids, labels and numbers, never a text of somebody's.
_TOLD = ("status", "priority", "category", "team_id", "assignee_id", "escalation")


class TicketNotFound(NotFound):
    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(f"no ticket {ticket_id}")


class TicketAlreadyOpen(Conflict):
    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(f"ticket {ticket_id} of this conversation is open; work on that one")


class TicketAlreadyResolved(Conflict):
    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(f"ticket {ticket_id} is resolved already")


class TicketNotResolved(Conflict):
    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(f"ticket {ticket_id}, or a newer one of its conversation, is open")


class TicketMoveNotAllowed(Conflict):
    def __init__(self, ticket_id: UUID, status: str, wanted: str) -> None:
        super().__init__(f"ticket {ticket_id} is {status}: it cannot go to {wanted} from there")


class TicketChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, ticket_id: UUID) -> None:
        super().__init__(f"ticket {ticket_id} changed since it was read")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Moves: open to waiting and back, either to resolved, resolved to open."""

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
    team_id: UUID | None = None
    assignee_id: UUID | None = None
    escalation: int = 0
    waiting_since: datetime | None = None
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    released: bool = False  # a person gave the conversation back: the machine's answers count

    @property
    def is_resolved(self) -> bool:
        return self.status == "resolved"

    def expect(self, etag: str) -> None:
        """Raise `TicketChangedMeanwhile` unless the caller saw this version, or named none."""
        if etag not in ("", str(self.version)):
            raise TicketChangedMeanwhile(self.id)

    def expect_open(self) -> None:
        if self.is_resolved:
            raise TicketAlreadyResolved(self.id)

    def resolve(self, now: datetime) -> Ticket:
        self.expect_open()
        return dataclasses.replace(self, status="resolved", resolved_at=now, waiting_since=None)

    def reopen(self) -> Ticket:
        """The first answer, its due time and its breach stay as they were (PRODUCT 7.5)."""
        if not self.is_resolved:
            raise TicketNotResolved(self.id)
        return dataclasses.replace(self, status="open", resolved_at=None)

    def wait(self, now: datetime) -> Ticket:
        """For the customer; nothing where it does already."""
        if self.is_resolved:
            raise TicketMoveNotAllowed(self.id, self.status, "waiting")
        if self.status == "waiting":
            return self
        return dataclasses.replace(self, status="waiting", waiting_since=now)

    def resume(self) -> Ticket:
        """It is ours again; nothing where it is already."""
        if self.is_resolved:
            raise TicketMoveNotAllowed(self.id, self.status, "open")
        return dataclasses.replace(self, status="open", waiting_since=None)

    def escalate(self) -> Ticket:
        """One step up; a critical one stays critical, and the level tells that it was raised."""
        self.expect_open()
        above = min(PRIORITIES.index(self.priority) + 1, len(PRIORITIES) - 1)
        return dataclasses.replace(self, priority=PRIORITIES[above], escalation=self.escalation + 1)

    def described(
        self, *, subject: str, category: str, priority: str, custom_fields: Mapping[str, str]
    ) -> Ticket:
        """As a person says; a person may lower the priority, nobody else does."""
        if not subject.strip():
            raise InvalidInput("a ticket needs a subject", field="ticket.subject")
        if priority not in PRIORITIES:
            raise InvalidInput("a ticket needs a priority", field="ticket.priority")
        return dataclasses.replace(
            self,
            subject=subject.strip(),
            category=category,
            priority=priority,
            custom_fields=dict(custom_fields),
        )

    def raised(self, priority: str, due: datetime | None) -> Ticket:
        """Priority only rises; the first answer is then due earlier, unless it was given."""
        if PRIORITIES.index(priority) <= PRIORITIES.index(self.priority):
            return self
        if self.first_response_at is not None or due is None:
            return dataclasses.replace(self, priority=priority)
        due = min(due, self.first_response_due or due)
        return dataclasses.replace(self, priority=priority, first_response_due=due)

    def facts(self) -> dict[str, str]:
        """What a log may keep of it."""
        told = {name: str(getattr(self, name) or "") for name in _TOLD}
        return told | {"custom_fields": ",".join(sorted(self.custom_fields))}

    def changes_to(self, after: Ticket) -> tuple[dict[str, str], dict[str, str]]:
        """Before and after, where they differ. Texts are told by name alone."""
        old, new = self.facts(), after.facts()
        for name in ("subject", "custom_fields"):
            if getattr(self, name) != getattr(after, name):
                old[name], new[name] = "…", "…"
            else:
                old.pop(name, None)
                new.pop(name, None)
        differ = [name for name in old if old[name] != new[name] or old[name] == "…"]
        return {n: old[n] for n in differ}, {n: new[n] for n in differ}
