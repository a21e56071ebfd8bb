"""What is on its way to endpoints, and the ledger of attempts, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.endpoints.attempt import (
    Attempt,
    EndpointDeliveryFenced,
    EndpointDeliveryNotFound,
    Pending,
    Range,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection

# Longer than a request may take.
_LEASE_SECONDS = 60.0
# In flight to one endpoint.
_SHARE = 4


class EndpointQueue:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lagging(self, most: int) -> list[tuple[str, UUID]]:
        """(tenant, endpoint) of those whose log has gone on. Crosses tenants."""
        rows = await self._connection.fetch(
            "SELECT tenant_id, endpoint_id FROM lagging_endpoints($1)", most
        )
        return [(row["tenant_id"], row["endpoint_id"]) for row in rows]

    async def claim(self, slots: int) -> list[Record]:
        """(tenant, delivery, fence). Crosses tenants, sees ids only."""
        return await self._connection.fetch(
            """
            SELECT tenant_id, delivery_id, fence
              FROM claim_endpoint_deliveries($1, $2, make_interval(secs => $3))
            """,
            *(slots, _SHARE, _LEASE_SECONDS),
        )

    async def pending(self, endpoint_id: UUID) -> int:
        return int(
            await self._connection.fetchval(
                """
                SELECT count(*) FROM endpoint_deliveries
                 WHERE endpoint_id = $1 AND state = 'pending'
                """,
                endpoint_id,
            )
        )

    async def feed(self, endpoint_id: UUID, most: int) -> None:
        """Queue so many of the next events, those it listens to. The endpoint is locked."""
        await self._connection.execute(
            """
            WITH e AS (SELECT * FROM endpoints WHERE id = $1),
            v AS (
              SELECT v.id, v.tseq, v.kind, v.payload FROM e JOIN events v USING (tenant_id)
               WHERE v.tseq > e.fed_tseq ORDER BY v.tseq LIMIT $2),
            queued AS (
              INSERT INTO endpoint_deliveries
                     (tenant_id, endpoint_id, event_id, event_tseq, event_kind)
              SELECT e.tenant_id, e.id, v.id, v.tseq, v.kind FROM e CROSS JOIN v
               WHERE hears(e.id, e.types, v.kind, v.payload)
               ORDER BY v.tseq
              ON CONFLICT (endpoint_id, event_id) DO NOTHING)
            UPDATE endpoints SET fed_tseq = (SELECT max(tseq) FROM v)
             WHERE id = $1 AND EXISTS (SELECT 1 FROM v)
            """,
            *(endpoint_id, most),
        )

    async def claimed(self, delivery_id: UUID) -> Record:
        """A claimed delivery's endpoint and its event, as the log has it."""
        row = await self._connection.fetchrow(
            """
            SELECT d.endpoint_id, e.url, v.id, v.tenant_id, v.tseq, v.kind, v.conversation_id,
                   v.ticket_id, v.payload::text, v.created_at, v.traceparent
              FROM endpoint_deliveries d JOIN endpoints e ON e.id = d.endpoint_id
              JOIN events v ON v.id = d.event_id
             WHERE d.id = $1
            """,
            delivery_id,
        )
        if row is None:
            raise EndpointDeliveryNotFound(delivery_id)
        return row

    async def endpoint_of(self, delivery_id: UUID) -> UUID:
        found = await self._connection.fetchval(
            "SELECT endpoint_id FROM endpoint_deliveries WHERE id = $1", delivery_id
        )
        if found is None:
            raise EndpointDeliveryNotFound(delivery_id)
        return found  # type: ignore[no-any-return]

    async def leased(self, delivery_id: UUID, fence: int) -> Pending:
        """Raise `EndpointDeliveryFenced` unless it is the holder's of this fence."""
        row = await self._connection.fetchrow(
            """
            SELECT id, endpoint_id, event_kind, attempts, attempts_before FROM endpoint_deliveries
             WHERE id = $1 AND fence = $2 AND state = 'pending' AND leased FOR UPDATE
            """,
            *(delivery_id, fence),
        )
        if row is None:
            raise EndpointDeliveryFenced(delivery_id)
        return Pending(**dict(row))

    async def write_down(self, tenant_id: str, delivery: Pending, attempt: Attempt) -> None:
        await self._connection.execute(
            """
            INSERT INTO endpoint_attempts
                   (tenant_id, delivery_id, attempt, at, duration_ms, http_status, error)
            VALUES ($1, $2, $3, now() - $4::interval, $5, $6, $7)
            """,
            *(tenant_id, delivery.id, delivery.attempts, attempt.duration),
            *(round(attempt.duration.total_seconds() * 1000), attempt.http_status, attempt.error),
        )

    async def settle(self, delivery_id: UUID, state: str, again_in: float = 0.0) -> None:
        await self._connection.execute(
            """
            UPDATE endpoint_deliveries
               SET state = $2, leased = false, due_at = now() + make_interval(secs => $3)
             WHERE id = $1
            """,
            *(delivery_id, state, again_in),
        )

    async def cancel(self, endpoint_id: UUID) -> None:
        """What waits when an endpoint ends; a replay can bring it back."""
        await self._connection.execute(
            """
            UPDATE endpoint_deliveries SET state = 'cancelled', leased = false
             WHERE endpoint_id = $1 AND state = 'pending'
            """,
            endpoint_id,
        )

    async def again(self, delivery_ids: list[UUID]) -> int:
        """Once more, from the start of the schedule; those that wait already wait on. How many.

        What the log keeps no longer cannot be said again.
        """
        rows = await self._connection.fetch(
            """
            UPDATE endpoint_deliveries d
               SET state = 'pending', due_at = now(), leased = false, attempts_before = attempts
             WHERE d.id = ANY($1::uuid[]) AND d.state <> 'pending'
               AND EXISTS (SELECT FROM events v WHERE v.id = d.event_id) RETURNING 1
            """,
            delivery_ids,
        )
        return len(rows)

    async def in_range(self, endpoint_id: UUID, chosen: Range, most: int) -> list[UUID]:
        """Deliveries of that time, made where the endpoint was not listening; at most so many.

        What is younger than what it was fed comes by itself.
        """
        rows = await self._connection.fetch(
            """
            WITH v AS (
              SELECT e.tenant_id, e.id AS endpoint_id, v.id, v.tseq, v.kind
                FROM endpoints e JOIN events v USING (tenant_id)
               WHERE e.id = $1 AND v.created_at >= $2 AND v.created_at < $3
                 AND v.tseq <= e.fed_tseq AND hears(e.id, e.types, v.kind, v.payload)
               ORDER BY v.tseq LIMIT $4)
            INSERT INTO endpoint_deliveries AS d
                   (tenant_id, endpoint_id, event_id, event_tseq, event_kind, state)
            SELECT tenant_id, endpoint_id, id, tseq, kind, 'cancelled' FROM v
            ON CONFLICT (endpoint_id, event_id) DO UPDATE SET event_tseq = d.event_tseq
            RETURNING id
            """,
            *(endpoint_id, chosen.start, chosen.end, most),
        )
        return [row["id"] for row in rows]

    async def page(
        self, endpoint_id: UUID, state: str, after: tuple[datetime, UUID] | None, most: int
    ) -> list[Record]:
        """Newest first."""
        return await self._connection.fetch(
            """
            SELECT id, endpoint_id, event_kind, event_tseq, state, due_at, created_at
              FROM endpoint_deliveries
             WHERE endpoint_id = $1 AND ($2 = '' OR state = $2)
               AND ($3::timestamptz IS NULL OR created_at < $3 OR (created_at = $3 AND id > $4))
             ORDER BY created_at DESC, id LIMIT $5
            """,
            *(endpoint_id, state),
            *(after or (None, None)),
            most,
        )

    async def get(self, endpoint_id: UUID, delivery_id: UUID) -> Record:
        row = await self._connection.fetchrow(
            """
            SELECT id, endpoint_id, event_kind, event_tseq, state, due_at, created_at
              FROM endpoint_deliveries WHERE id = $1 AND endpoint_id = $2
            """,
            *(delivery_id, endpoint_id),
        )
        if row is None:
            raise EndpointDeliveryNotFound(delivery_id)
        return row

    async def attempts(self, delivery_id: UUID) -> list[Record]:
        return await self._connection.fetch(
            """
            SELECT attempt, at, duration_ms, http_status, error FROM endpoint_attempts
             WHERE delivery_id = $1 ORDER BY attempt
            """,
            delivery_id,
        )
