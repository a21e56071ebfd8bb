"""What was stored as it came and has no conversation yet: rows of seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import timedelta

    import asyncpg

    from mesh.postgres import Connection

# As many as one batch holds, and as much as one call may carry.
_MOST_ROWS, _MOST_BYTES = 64, 4 * 2**20


class SpoolStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, batches: Mapping[str, bytes], longest: timedelta) -> set[str]:
        """Behind what each tenant has there; whose was stored: not where the oldest is older."""
        rows = await self._connection.fetch(
            "SELECT spool($1, $2, $3)", list(batches), list(batches.values()), longest
        )
        return {row[0] for row in rows}

    async def holding(self, tenants: Collection[str]) -> set[str]:
        """Those of the tenants that have something there, whichever replica stored it."""
        rows = await self._connection.fetch("SELECT spooled_among($1)", list(tenants))
        return {row[0] for row in rows}

    async def ages(self) -> dict[str, float]:
        """How many seconds each tenant's oldest has waited, the longest first."""
        rows = await self._connection.fetch(
            "SELECT tenant_id, oldest_seconds FROM spooled_tenants()"
        )
        return {row["tenant_id"]: row["oldest_seconds"] for row in rows}

    async def oldest(self, tenant_id: str) -> Sequence[asyncpg.Record]:
        """Rows (id, items, spooled_at) in their order; the first whatever its size."""
        return await self._connection.fetch(
            """
            SELECT id, items, spooled_at FROM (
              SELECT *, sum(octet_length(items)) OVER (ORDER BY id) AS bytes,
                     row_number() OVER (ORDER BY id) AS n
                FROM (SELECT * FROM inbox_spool WHERE tenant_id = $1 ORDER BY id LIMIT $2) s) o
             WHERE n = 1 OR bytes <= $3 ORDER BY id
            """,
            *(tenant_id, _MOST_ROWS, _MOST_BYTES),
        )

    async def remove(self, tenant_id: str, ids: Sequence[int]) -> None:
        await self._connection.execute(
            "DELETE FROM inbox_spool WHERE tenant_id = $1 AND id = ANY($2)", tenant_id, ids
        )
