"""Endpoints and their sealed secrets in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.endpoints.endpoint import (
    Endpoint,
    EndpointChangedMeanwhile,
    EndpointNotFound,
)
from services.tickets.endpoints.secret import SealedSecret

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection


class EndpointStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, endpoint: Endpoint) -> Endpoint:
        """It hears of what is numbered from now on."""
        row = await self._connection.fetchrow(
            """
            INSERT INTO endpoints (tenant_id, id, url, description, types, state, disabled_reason,
                   fed_tseq)
            VALUES ($1, $2, $3, $4, $5, $6, $7,
                   coalesce((SELECT last_tseq FROM tenant_streams WHERE tenant_id = $1), 0))
            RETURNING tenant_id, id, url, description, types, state, disabled_reason,
                      last_failed_at, failing_since, version, created_at
            """,
            *(endpoint.tenant_id, endpoint.id, endpoint.url, endpoint.description),
            *(list(endpoint.types), endpoint.state, endpoint.disabled_reason),
        )
        assert row is not None  # noqa: S101  # an insert without a conflict clause
        return _endpoint(row)

    async def get(self, endpoint_id: UUID) -> Endpoint:
        row = await self._connection.fetchrow(
            """
            SELECT tenant_id, id, url, description, types, state, disabled_reason,
                   last_failed_at, failing_since, version, created_at
              FROM endpoints WHERE id = $1 AND state <> 'deleted'
            """,
            endpoint_id,
        )
        if row is None:
            raise EndpointNotFound(endpoint_id)
        return _endpoint(row)

    async def locked(self, endpoint_id: UUID) -> Endpoint:
        """Nobody else changes it, or queues for it, until we commit."""
        await self._connection.execute(
            "SELECT 1 FROM endpoints WHERE id = $1 FOR UPDATE", endpoint_id
        )
        return await self.get(endpoint_id)

    async def page(self, after: tuple[datetime, UUID] | None, most: int) -> list[Endpoint]:
        """The tenant's, oldest first."""
        rows = await self._connection.fetch(
            """
            SELECT tenant_id, id, url, description, types, state, disabled_reason,
                   last_failed_at, failing_since, version, created_at
              FROM endpoints
             WHERE state <> 'deleted'
               AND ($1::timestamptz IS NULL OR (created_at, id) > ($1, $2::uuid))
             ORDER BY created_at, id LIMIT $3
            """,
            *(after or (None, None)),
            most,
        )
        return [_endpoint(row) for row in rows]

    async def save(self, endpoint: Endpoint) -> Endpoint:
        """What people change. Raise `EndpointChangedMeanwhile`.

        An endpoint that is enabled again hears of what happens from now on.
        """
        row = await self._connection.fetchrow(
            """
            UPDATE endpoints e
               SET url = $3, description = $4, types = $5, state = $6, disabled_reason = $7,
                   last_failed_at = $8, failing_since = $9, version = version + 1,
                   paused_until = CASE WHEN $6 = state THEN paused_until END,
                   fed_tseq = CASE WHEN $6 = state THEN fed_tseq ELSE coalesce(
                     (SELECT last_tseq FROM tenant_streams s WHERE s.tenant_id = e.tenant_id), 0)
                     END
             WHERE id = $1 AND version = $2
            RETURNING tenant_id, id, url, description, types, state, disabled_reason,
                      last_failed_at, failing_since, version, created_at
            """,
            *(endpoint.id, endpoint.version, endpoint.url, endpoint.description),
            *(list(endpoint.types), endpoint.state, endpoint.disabled_reason),
            *(endpoint.last_failed_at, endpoint.failing_since),
        )
        if row is None:
            raise EndpointChangedMeanwhile(endpoint.id)
        return _endpoint(row)

    async def note(self, endpoint: Endpoint, pause: float = 0.0) -> None:
        """What its answers tell of it; no version, for nobody edits that. It is locked."""
        await self._connection.execute(
            """
            UPDATE endpoints
               SET state = $2, disabled_reason = $3, last_failed_at = $4, failing_since = $5,
                   paused_until = CASE WHEN $6::float8 > 0
                     THEN greatest(paused_until, now() + make_interval(secs => $6))
                     ELSE paused_until END
             WHERE id = $1
            """,
            *(endpoint.id, endpoint.state, endpoint.disabled_reason),
            *(endpoint.last_failed_at, endpoint.failing_since, pause),
        )

    async def disable_all(self) -> None:
        """All of the tenant's: nothing is sent to them any more."""
        await self._connection.execute(
            """
            UPDATE endpoints
               SET state = 'disabled', disabled_reason = 'by_hand', version = version + 1
             WHERE state = 'enabled'
            """
        )

    async def end(self, endpoint_id: UUID) -> None:
        """It and its secrets are no more; what was sent there stays in the ledger."""
        await self._connection.execute(
            "UPDATE endpoints SET state = 'deleted', version = version + 1 WHERE id = $1",
            endpoint_id,
        )
        await self._connection.execute(
            "DELETE FROM endpoint_secrets WHERE endpoint_id = $1", endpoint_id
        )

    async def add_secret(
        self, endpoint: Endpoint, secret: SealedSecret, keep_old_for: timedelta
    ) -> datetime | None:
        """The newest from now on; when the one before it ends, if there was one."""
        old_ends_at: datetime | None = await self._connection.fetchval(
            """
            UPDATE endpoint_secrets SET expires_at = now() + $2::interval
             WHERE endpoint_id = $1 AND expires_at IS NULL RETURNING expires_at
            """,
            *(endpoint.id, keep_old_for),
        )
        await self._connection.execute(
            """
            UPDATE endpoint_secrets SET expires_at = least(expires_at, $2::timestamptz)
             WHERE endpoint_id = $1
            """,
            *(endpoint.id, old_ends_at),
        )
        await self._connection.execute(
            "DELETE FROM endpoint_secrets WHERE endpoint_id = $1 AND expires_at <= now()",
            endpoint.id,
        )
        await self._connection.execute(
            """
            INSERT INTO endpoint_secrets (tenant_id, endpoint_id, id, sealed)
            VALUES ($1, $2, $3, $4)
            """,
            *(endpoint.tenant_id, endpoint.id, secret.id, secret.sealed),
        )
        return old_ends_at

    async def live_secrets(self, endpoint_id: UUID) -> list[SealedSecret]:
        """Newest first."""
        rows = await self._connection.fetch(
            """
            SELECT id, sealed FROM endpoint_secrets
             WHERE endpoint_id = $1 AND (expires_at IS NULL OR expires_at > now())
             ORDER BY expires_at DESC NULLS FIRST
            """,
            endpoint_id,
        )
        return [SealedSecret(row["id"], row["sealed"]) for row in rows]


def _endpoint(row: Record) -> Endpoint:
    return Endpoint(**{**dict(row), "types": tuple(row["types"])})
