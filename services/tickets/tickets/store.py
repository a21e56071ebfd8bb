"""Tickets in PostgreSQL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from asyncpg.exceptions import UniqueViolationError

from mesh.ids import uuid7
from services.tickets.events.event import Event
from services.tickets.tickets.ticket import (
    Ticket,
    TicketChangedMeanwhile,
    TicketNotFound,
    TicketNotResolved,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.position import Position


class Wanted(NamedTuple):
    """A list's filters; an empty one lets everything through."""

    status: str = ""
    priority: str = ""
    conversation_id: UUID | None = None
    team_id: UUID | None = None
    assignee_id: UUID | None = None
    unassigned: bool = False
    category: str = ""
    number: int = 0


_SELECT = """
SELECT id, tenant_id, coalesce(number, 0) AS number, conversation_id, subject, category, cause,
       priority, status, first_response_at, resolved_at, version, created_at,
       coalesce((SELECT k.due_at FROM sla_clocks k
                  WHERE k.ticket_id = tickets.id AND k.kind = 'first_response'),
                first_response_due) AS first_response_due,
       team_id, assignee_id, escalation, waiting_since, released,
       custom_fields::text AS custom_fields
  FROM tickets WHERE """


class TicketStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open_or_raise(  # noqa: PLR0913  # all are named
        self,
        *,
        known: Ticket | None,
        tenant_id: str,
        conversation_id: UUID,
        idem_key: UUID,
        subject: str,
        category: str,
        priority: str,
        cause: str,
        customer_time: datetime | None,
        first_response_due: datetime | None,
    ) -> tuple[Ticket, list[Event]]:
        """The one that stands (`standing`), raised if need be, or a new one; with what to tell."""
        if known is not None:
            return await self._raise(known, priority, first_response_due)
        ticket_id = uuid7()
        is_new = await self._insert(
            *(tenant_id, ticket_id, conversation_id, idem_key, subject, category),
            *(cause, priority, customer_time, first_response_due),
        )
        if is_new:
            ticket = await self.get(ticket_id)
            return ticket, [_opened(ticket, customer_time)]
        if known := await self.open_of(conversation_id):  # another was faster
            return await self._raise(known, priority, first_response_due)
        raise TicketChangedMeanwhile(conversation_id)

    async def _raise(
        self, known: Ticket, priority: str, due: datetime | None
    ) -> tuple[Ticket, list[Event]]:
        raised = known.raised(priority, due)
        if raised == known or known.is_resolved:
            return known, []
        ticket = await self.save(raised)
        told = {"priority": ticket.priority}
        return ticket, [Event("ticket.updated", ticket.conversation_id, ticket.id, told)]

    async def _insert(self, *values: object) -> bool:
        """False when the conversation has an open one."""
        return bool(
            await self._connection.fetchval(
                """
                INSERT INTO tickets (tenant_id, id, conversation_id, idem_key, subject, category,
                       cause, priority, customer_time, first_response_due, team_id, assignee_id)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, c.team_id, c.assignee_id
                  FROM conversations c WHERE c.id = $3
                ON CONFLICT (conversation_id) WHERE status IN ('open', 'waiting') DO NOTHING
                RETURNING true
                """,
                *values,
            )
        )

    async def opened(self, ticket_id: UUID, event_id: int) -> None:
        """Which event told of it: it shall tell the number, too."""
        await self._connection.execute(
            "UPDATE tickets SET opened_event = $2 WHERE id = $1", ticket_id, event_id
        )

    async def numbered(self, ticket_id: UUID) -> Ticket:
        """With its number, which others of the tenant wait for from now on: the last thing to do.

        Whoever does not ask leaves it to the commit.
        """
        await self._connection.execute("SET CONSTRAINTS numbered IMMEDIATE")
        return await self.get(ticket_id)

    async def get(self, ticket_id: UUID) -> Ticket:
        found = await self._tickets([ticket_id])
        if not found:
            raise TicketNotFound(ticket_id)
        return found[0]

    async def open_of(self, conversation_id: UUID) -> Ticket | None:
        """The one that is open, if one is."""
        return await self._one(
            "conversation_id = $1 AND status IN ('open', 'waiting')", conversation_id
        )

    async def standing(
        self, tenant_id: str, idem_key: UUID, conversation_id: UUID
    ) -> Ticket | None:
        """The one that this key made, whatever became of it, else the one that is open."""
        return await self._one(
            """(tenant_id = $1 AND idem_key = $2)
                 OR (conversation_id = $3 AND status IN ('open', 'waiting'))
              ORDER BY idem_key = $2 DESC LIMIT 1""",
            *(tenant_id, idem_key, conversation_id),
        )

    async def with_open(self, conversation_ids: Sequence[UUID]) -> list[UUID]:
        """Which of these conversations have an open ticket, in the order of their ids."""
        rows = await self._connection.fetch(
            """
            SELECT conversation_id FROM tickets
             WHERE conversation_id = ANY($1::uuid[]) AND status IN ('open', 'waiting')
             ORDER BY conversation_id
            """,
            conversation_ids,
        )
        return [row["conversation_id"] for row in rows]

    async def resolved_at(self, conversation_id: UUID, moment: datetime) -> Ticket | None:
        """The one that was resolved with its conversation, in the same transaction."""
        return await self._one(
            "conversation_id = $1 AND resolved_at = $2 ORDER BY created_at DESC LIMIT 1",
            *(conversation_id, moment),
        )

    async def page(self, after: Position | None, most: int, wanted: Wanted) -> list[Ticket]:
        """The tenant's tickets, newest first."""
        # With the values in view the planner drops the filters that are empty.
        await self._connection.execute(
            "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"
        )
        rows = await self._connection.fetch(
            """
            SELECT id FROM tickets
             WHERE ($1::timestamptz IS NULL OR (created_at <= $1 AND (created_at < $1 OR id > $2)))
               AND ($4 = '' OR status = $4) AND ($5 = '' OR priority = $5)
               AND ($6::uuid IS NULL OR conversation_id = $6)
               AND ($7::uuid IS NULL OR team_id = $7) AND ($8::uuid IS NULL OR assignee_id = $8)
               AND (NOT $9 OR assignee_id IS NULL) AND ($10 = '' OR category = $10)
               AND ($11 = 0 OR number = $11)
             ORDER BY created_at DESC, id LIMIT $3
            """,
            *(after or (None, None)),
            *(most, *wanted),
        )
        return await self._tickets([row["id"] for row in rows])

    async def save(self, ticket: Ticket) -> Ticket:
        """Raise `TicketChangedMeanwhile`, or `TicketNotResolved` beside another open one."""
        try:
            saved = await self._save(ticket)
        except UniqueViolationError:
            raise TicketNotResolved(ticket.id) from None
        if not saved:
            raise TicketChangedMeanwhile(ticket.id)
        return await self.get(ticket.id)

    async def _save(self, ticket: Ticket) -> bool:
        return bool(
            await self._connection.fetchval(
                """
                UPDATE tickets
                   SET status = $3, priority = $4, resolved_at = $5, first_response_due = $6,
                       subject = $7, category = $8, escalation = $9, waiting_since = $10,
                       custom_fields = $11, version = version + 1
                 WHERE id = $1 AND version = $2
                RETURNING true
                """,
                *(ticket.id, ticket.version, ticket.status, ticket.priority, ticket.resolved_at),
                *(ticket.first_response_due, ticket.subject, ticket.category, ticket.escalation),
                *(ticket.waiting_since, json.dumps(dict(ticket.custom_fields))),
            )
        )

    async def release(self, conversation_id: UUID, *, released: bool) -> None:
        """Whether a person gave the conversation of the open case back to the machine."""
        await self._connection.execute(
            """
            UPDATE tickets SET released = $2
             WHERE conversation_id = $1 AND status IN ('open', 'waiting')
            """,
            *(conversation_id, released),
        )

    async def answered(self, conversation_id: UUID) -> None:
        """A person answered: that is the open ticket's first response, if it had none."""
        await self._connection.execute(
            """
            UPDATE tickets SET first_response_at = now(), version = version + 1
             WHERE conversation_id = $1 AND status IN ('open', 'waiting')
               AND first_response_at IS NULL
            """,
            conversation_id,
        )

    async def _one(self, which: str, *values: object) -> Ticket | None:
        row = await self._connection.fetchrow(_SELECT + which, *values)
        return _ticket(row) if row else None

    async def _tickets(self, ticket_ids: Sequence[UUID]) -> list[Ticket]:
        rows = await self._connection.fetch(
            _SELECT + "id = ANY($1::uuid[]) ORDER BY created_at DESC, id", ticket_ids
        )
        return [_ticket(row) for row in rows]


def _ticket(row: Record) -> Ticket:
    return Ticket(**(dict(row) | {"custom_fields": json.loads(row["custom_fields"])}))


def _opened(ticket: Ticket, customer_time: datetime | None) -> Event:
    due = ticket.first_response_due
    said = {
        "priority": ticket.priority,
        "category": ticket.category,
        "cause": ticket.cause,
        "first_response_due": due.isoformat() if due else None,
        "customer_time": customer_time.isoformat() if customer_time else None,
    }
    return Event("ticket.opened", ticket.conversation_id, ticket.id, said)
