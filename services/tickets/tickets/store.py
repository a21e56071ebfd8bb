"""Tickets in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.position import Position


class TicketStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open_or_raise(  # noqa: PLR0913  # all are named
        self,
        *,
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
        """The conversation's open ticket, raised if need be, or a new one; with what to tell.

        A repeat with the same `idem_key` gets its ticket again, whatever became of it.
        """
        known = await self._by_key(tenant_id, idem_key) or await self.open_of(conversation_id)
        if known is not None:
            return await self._raise(known, priority, first_response_due)
        row = await self._insert(
            *(tenant_id, uuid7(), conversation_id, idem_key, subject, category),
            *(cause, priority, customer_time, first_response_due),
        )
        if row is not None:
            ticket = _ticket(row)
            return ticket, [_opened(ticket, customer_time)]
        if known := await self.open_of(conversation_id):  # another was faster
            return await self._raise(known, priority, first_response_due)
        raise TicketChangedMeanwhile(conversation_id)

    async def _raise(
        self, known: Ticket, priority: str, due: datetime | None
    ) -> tuple[Ticket, list[Event]]:
        raised = known.raised(priority, due)
        if raised == known or known.status == "resolved":
            return known, []
        ticket = await self.save(raised)
        told = {"priority": ticket.priority}
        return ticket, [Event("ticket.updated", ticket.conversation_id, ticket.id, told)]

    async def _insert(self, *values: object) -> Record | None:
        """None when the conversation has an open one; the number that was taken is then a gap."""
        return await self._connection.fetchrow(
            """
            WITH numbered AS (
              UPDATE tenants SET last_ticket_number = last_ticket_number + 1 WHERE tenant_id = $1
              RETURNING last_ticket_number)
            INSERT INTO tickets (tenant_id, id, number, conversation_id, idem_key, subject,
                   category, cause, priority, customer_time, first_response_due)
            SELECT $1, $2, last_ticket_number, $3, $4, $5, $6, $7, $8, $9, $10 FROM numbered
            ON CONFLICT (conversation_id) WHERE status IN ('open', 'waiting') DO NOTHING
            RETURNING id, tenant_id, number, conversation_id, subject, category, cause, priority,
                      status, first_response_due, first_response_at, resolved_at, version,
                      created_at
            """,
            *values,
        )

    async def get(self, ticket_id: UUID) -> Ticket:
        row = await self._connection.fetchrow(
            """
            SELECT id, tenant_id, number, conversation_id, subject, category, cause, priority,
                   status, first_response_due, first_response_at, resolved_at, version, created_at
              FROM tickets WHERE id = $1
            """,
            ticket_id,
        )
        if row is None:
            raise TicketNotFound(ticket_id)
        return _ticket(row)

    async def open_of(self, conversation_id: UUID) -> Ticket | None:
        """The one that is open, if one is."""
        row = await self._connection.fetchrow(
            """
            SELECT id, tenant_id, number, conversation_id, subject, category, cause, priority,
                   status, first_response_due, first_response_at, resolved_at, version, created_at
              FROM tickets WHERE conversation_id = $1 AND status IN ('open', 'waiting')
            """,
            conversation_id,
        )
        return _ticket(row) if row else None

    async def resolved_at(self, conversation_id: UUID, moment: datetime) -> Ticket | None:
        """The one that was resolved with its conversation, in the same transaction."""
        row = await self._connection.fetchrow(
            """
            SELECT id, tenant_id, number, conversation_id, subject, category, cause, priority,
                   status, first_response_due, first_response_at, resolved_at, version, created_at
              FROM tickets WHERE conversation_id = $1 AND resolved_at = $2
             ORDER BY created_at DESC LIMIT 1
            """,
            *(conversation_id, moment),
        )
        return _ticket(row) if row else None

    async def page(
        self,
        after: Position | None,
        most: int,
        *,
        status: str,
        priority: str,
        conversation_id: UUID | None,
    ) -> list[Ticket]:
        """The tenant's tickets, newest first; an empty filter lets everything through."""
        rows = await self._connection.fetch(
            """
            SELECT id, tenant_id, number, conversation_id, subject, category, cause, priority,
                   status, first_response_due, first_response_at, resolved_at, version, created_at
              FROM tickets
             WHERE ($1::timestamptz IS NULL OR (created_at <= $1 AND (created_at < $1 OR id > $2)))
               AND ($4 = '' OR status = $4) AND ($5 = '' OR priority = $5)
               AND ($6::uuid IS NULL OR conversation_id = $6)
             ORDER BY created_at DESC, id LIMIT $3
            """,
            *(after or (None, None)),
            *(most, status, priority, conversation_id),
        )
        return [_ticket(row) for row in rows]

    async def save(self, ticket: Ticket) -> Ticket:
        """Raise `TicketChangedMeanwhile`, or `TicketNotResolved` beside another open one."""
        try:
            row = await self._save(ticket)
        except UniqueViolationError:
            raise TicketNotResolved(ticket.id) from None
        if row is None:
            raise TicketChangedMeanwhile(ticket.id)
        return _ticket(row)

    async def _save(self, ticket: Ticket) -> Record | None:
        return await self._connection.fetchrow(
            """
            UPDATE tickets
               SET status = $3, priority = $4, resolved_at = $5, first_response_due = $6,
                   version = version + 1
             WHERE id = $1 AND version = $2
            RETURNING id, tenant_id, number, conversation_id, subject, category, cause, priority,
                      status, first_response_due, first_response_at, resolved_at, version,
                      created_at
            """,
            *(ticket.id, ticket.version, ticket.status, ticket.priority, ticket.resolved_at),
            ticket.first_response_due,
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

    async def _by_key(self, tenant_id: str, idem_key: UUID) -> Ticket | None:
        row = await self._connection.fetchrow(
            """
            SELECT id, tenant_id, number, conversation_id, subject, category, cause, priority,
                   status, first_response_due, first_response_at, resolved_at, version, created_at
              FROM tickets WHERE tenant_id = $1 AND idem_key = $2
            """,
            *(tenant_id, idem_key),
        )
        return _ticket(row) if row else None


def _ticket(row: Record) -> Ticket:
    return Ticket(**dict(row))


def _opened(ticket: Ticket, customer_time: datetime | None) -> Event:
    due = ticket.first_response_due
    said = {
        "number": ticket.number,
        "priority": ticket.priority,
        "category": ticket.category,
        "cause": ticket.cause,
        "first_response_due": due.isoformat() if due else None,
        "customer_time": customer_time.isoformat() if customer_time else None,
    }
    return Event("ticket.opened", ticket.conversation_id, ticket.id, said)
