"""The event log in PostgreSQL: appended in the transaction of what happened, numbered after its
commit.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mesh import tracing
from mesh.postgres import certain

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.events.event import Event

# How far back a live client may resume; followers of the mesh read everything.
_LIVE_WINDOW = "72 hours"
_LIVE_EVENTS_MOST = 10_000


class EventStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def append(self, tenant_id: str, *events: Event) -> list[int]:
        """In the order given; they become visible together, with what they tell of. Their ids."""
        if not events:
            return []
        rows = await self._connection.fetch(
            """
            INSERT INTO events (tenant_id, kind, conversation_id, ticket_id, payload, traceparent)
            SELECT $1, e.kind, e.conversation_id, e.ticket_id, e.payload, nullif($6, '')
              FROM unnest($2::text[], $3::uuid[], $4::uuid[], $5::jsonb[]) WITH ORDINALITY
                   AS e (kind, conversation_id, ticket_id, payload, n)
             ORDER BY e.n RETURNING id
            """,
            *(tenant_id, [e.kind for e in events], [e.conversation_id for e in events]),
            *([e.ticket_id for e in events], [json.dumps(e.data) for e in events]),
            tracing.trace_parent.get(),
        )
        return [row["id"] for row in rows]

    async def number(self, most: int) -> list[tuple[str, int, int]]:
        """Give committed events their numbers: (tenant, first, last). Crosses tenants."""
        rows = await self._connection.fetch(
            "SELECT tenant_id, first_tseq, last_tseq FROM number_events($1)", most
        )
        return [(row["tenant_id"], row["first_tseq"], row["last_tseq"]) for row in rows]

    async def settle_epoch(self) -> UUID:
        """The epoch; a new one where the cluster is not the one we knew."""
        return await self._connection.fetchval("SELECT settle_epoch()")  # type: ignore[no-any-return]

    async def epoch_and_heads(self) -> tuple[str, list[tuple[str, int]]]:
        """Whose numbers they are, and every tenant's last one. Crosses tenants; one statement, so
        it needs no transaction around it.
        """
        rows = await self._connection.fetch(
            """
            SELECT s.epoch, l.tenant_id, l.head
              FROM stream_state s LEFT JOIN list_streams() l ON true
            """
        )
        heads = [(row["tenant_id"], row["head"]) for row in rows if row["tenant_id"]]
        return _hex(rows[0]["epoch"]) if rows else "", heads

    async def head_and_epoch(self) -> tuple[int, str]:
        """The last number of the transaction's tenant."""
        row = certain(
            await self._connection.fetchrow(
                """
                SELECT coalesce((SELECT last_tseq FROM tenant_streams), 0) AS head,
                       (SELECT epoch FROM stream_state) AS epoch
                """
            )
        )
        return row["head"], _hex(row["epoch"])

    async def after(self, tseq: int, most: int) -> list[Record]:
        """The tenant's events after a number, oldest first."""
        return await self._connection.fetch(
            """
            SELECT id, tenant_id, tseq, kind, conversation_id, ticket_id, payload::text,
              traceparent, created_at
              FROM events WHERE tenant_id = current_setting('cassava.tenant_id')
                AND tseq > $1 ORDER BY tseq LIMIT $2
            """,
            *(tseq, most),
        )

    async def first(self, head: int) -> int:
        """The lowest number that is kept; where none is, the next one to come."""
        found: int | None = await self._connection.fetchval(
            """
            SELECT tseq FROM events
             WHERE tenant_id = current_setting('cassava.tenant_id') AND tseq > 0
             ORDER BY tseq LIMIT 1
            """
        )
        return head + 1 if found is None else found

    async def traceparent_of(self, tseq: int) -> str:
        """In which trace the tenant's event of this number happened."""
        found = await self._connection.fetchval(
            """
            SELECT traceparent FROM events
             WHERE tenant_id = current_setting('cassava.tenant_id') AND tseq = $1
            """,
            tseq,
        )
        return found or ""

    async def is_too_old(self, tseq: int, head: int, now: datetime) -> bool:
        """Whether a live client may not resume there any more."""
        if head - tseq > _LIVE_EVENTS_MOST:
            return True
        if tseq >= head:
            return False
        is_old = await self._connection.fetchval(
            """
            SELECT created_at < $2::timestamptz - $3::text::interval FROM events
             WHERE tenant_id = current_setting('cassava.tenant_id') AND tseq = $1
            """,
            *(tseq + 1, now, _LIVE_WINDOW),
        )
        # Numbers are dense: one that is not there was there, and its time was over.
        return True if is_old is None else bool(is_old)


def _hex(epoch: UUID | None) -> str:
    return epoch.hex if epoch else ""
