"""A tenant's days of spending in PostgreSQL: one statement decides and reserves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from mesh.postgres import Connection


class SpendingStore:
    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def reserve(
        self, tokens: int, cost_micros: int, *, day_most: int, month_most: int
    ) -> date | None:
        """The day it was put on; None where it would pass a limit (0: none).

        Who comes at the same time waits for the row of the day, so two cannot share the last cent.
        """
        day: date | None = await self._connection.fetchval(
            """
            INSERT INTO spending AS held (tenant_id, day, tokens, cost_micros)
            SELECT $1, today.day, $2::bigint, $3::bigint
              FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS day) AS today
             WHERE ($4::bigint = 0 OR $2::bigint <= $4)
               AND ($5::bigint = 0 OR $3::bigint + (
                     SELECT coalesce(sum(s.cost_micros), 0)::bigint FROM spending s
                      WHERE s.tenant_id = $1 AND s.day < today.day
                        AND s.day >= date_trunc('month', today.day)::date) <= $5)
            ON CONFLICT (tenant_id, day) DO UPDATE
               SET tokens = held.tokens + excluded.tokens,
                   cost_micros = held.cost_micros + excluded.cost_micros
             WHERE ($4::bigint = 0 OR held.tokens + excluded.tokens <= $4)
               AND ($5::bigint = 0 OR held.cost_micros + excluded.cost_micros + (
                     SELECT coalesce(sum(s.cost_micros), 0)::bigint FROM spending s
                      WHERE s.tenant_id = $1 AND s.day < held.day
                        AND s.day >= date_trunc('month', held.day)::date) <= $5)
            RETURNING day
            """,
            *(self._tenant_id, tokens, cost_micros, day_most, month_most),
        )
        return day

    async def settle(self, day: date, tokens: int, cost_micros: int) -> None:
        """Differences to what was reserved, negative where less was used."""
        await self._connection.execute(
            """
            UPDATE spending
               SET tokens = greatest(0, tokens + $3), cost_micros = greatest(0, cost_micros + $4)
             WHERE tenant_id = $1 AND day = $2
            """,
            *(self._tenant_id, day, tokens, cost_micros),
        )
