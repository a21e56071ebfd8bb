"""Ties between tickets in PostgreSQL: one between two, read from either side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mesh.errors import InvalidInput

if TYPE_CHECKING:
    from uuid import UUID

    from mesh.postgres import Connection
    from services.tickets.tickets.ticket import Ticket

_SEEN_FROM_THERE = {
    "related": "related",
    "duplicate_of": "has_duplicate",
    "part_of": "has_part",
}


class Link(NamedTuple):
    """The other ticket, and what this one is to it."""

    ticket_id: UUID
    number: int
    kind: str


class LinkStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def tie(self, ticket: Ticket, other: Ticket, kind: str) -> None:
        """In place of whatever tied them before."""
        if ticket.id == other.id:
            raise InvalidInput("a ticket is not linked to itself", field="other_ticket_id")
        await self.untie(ticket.id, other.id)
        await self._connection.execute(
            """
            INSERT INTO ticket_links (tenant_id, ticket_id, other_id, kind)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING
            """,
            *(ticket.tenant_id, ticket.id, other.id, kind),
        )

    async def untie(self, ticket_id: UUID, other_id: UUID) -> bool:
        """Whether anything tied them."""
        return bool(
            await self._connection.fetchval(
                """
                DELETE FROM ticket_links
                 WHERE (ticket_id, other_id) IN (($1, $2), ($2, $1)) RETURNING true
                """,
                *(ticket_id, other_id),
            )
        )

    async def of(self, ticket_id: UUID) -> list[Link]:
        """Oldest first."""
        rows = await self._connection.fetch(
            """
            SELECT t.id, t.number, l.kind, l.ticket_id = $1 AS is_from_here
              FROM ticket_links l
              JOIN tickets t ON t.id = CASE WHEN l.ticket_id = $1 THEN l.other_id
                                            ELSE l.ticket_id END
             WHERE l.ticket_id = $1 OR l.other_id = $1 ORDER BY l.created_at, t.id
            """,
            ticket_id,
        )
        return [
            Link(
                row["id"],
                row["number"],
                row["kind"] if row["is_from_here"] else _SEEN_FROM_THERE[row["kind"]],
            )
            for row in rows
        ]
