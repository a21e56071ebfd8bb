"""How far one tenant's log is counted, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.analytics.cursor import Cursor

if TYPE_CHECKING:
    from mesh.postgres import Connection

# Responses, clocks and the like go with their conversations.
_OF_A_GENERATION = ("conversations", "tallies", "rollups", "open_by_day", "calendars")
_SOME = """
DELETE FROM {table} WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM {table} WHERE tenant_id = $1 AND generation = $2 LIMIT $3))
"""


class CursorStore:
    """How far each generation of the tenant's facts goes. At most one is live, one is made."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self.tenant_id = tenant_id

    async def live(self) -> Cursor | None:
        """The generation that reports read; None before the tenant's first event."""
        row = await self._connection.fetchrow(
            """
            SELECT epoch, generation, is_live, sequence, event_id, occurred_at,
                   inactive_hours
              FROM cursors
             WHERE tenant_id = $1 AND is_live
            """,
            self.tenant_id,
        )
        return None if row is None else Cursor(**dict(row))

    async def lock(self) -> dict[int, Cursor]:
        """By generation; whoever else follows this tenant waits until we are done."""
        rows = await self._connection.fetch(
            """
            SELECT epoch, generation, is_live, sequence, event_id, occurred_at,
                   inactive_hours
              FROM cursors
             WHERE tenant_id = $1
             ORDER BY generation
               FOR UPDATE
            """,
            self.tenant_id,
        )
        return {row["generation"]: Cursor(**dict(row)) for row in rows}

    async def begin(self, cursor: Cursor) -> None:
        """Unless another follower has begun: what it counted since stays."""
        await self._connection.execute(
            """
            INSERT INTO cursors (tenant_id, generation, is_live, epoch, sequence, event_id)
            VALUES ($1, $2, $3, $4, $5, '')
            ON CONFLICT DO NOTHING
            """,
            *(self.tenant_id, cursor.generation, cursor.is_live, cursor.epoch, cursor.sequence),
        )

    async def save(self, cursor: Cursor) -> None:
        """Only of a generation that this transaction has locked."""
        await self._connection.execute(
            """
            UPDATE cursors
               SET is_live = $3, epoch = $4, sequence = $5, event_id = $6, occurred_at = $7,
                   inactive_hours = $8
             WHERE tenant_id = $1 AND generation = $2
            """,
            *(self.tenant_id, cursor.generation, cursor.is_live, cursor.epoch, cursor.sequence),
            *(cursor.event_id, cursor.occurred_at, cursor.inactive_hours),
        )

    async def forget(self, generation: int, most: int) -> None:
        """So many of its facts, or of its sums once the facts are gone, and at last itself."""
        for table in _OF_A_GENERATION:
            gone = await self._connection.execute(
                _SOME.format(table=table), self.tenant_id, generation, most
            )
            if gone != "DELETE 0":
                return
        await self._connection.execute(
            "DELETE FROM cursors WHERE tenant_id = $1 AND generation = $2",
            *(self.tenant_id, generation),
        )
