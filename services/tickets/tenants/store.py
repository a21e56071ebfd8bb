"""Tenants in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.tenants.tenant import (
    Tenant,
    TenantChangedMeanwhile,
    TenantExists,
    TenantNotFound,
)

if TYPE_CHECKING:
    from asyncpg import Record

    from mesh.postgres import Connection


class TenantStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, tenant: Tenant) -> Tenant:
        """Raise `TenantExists` when the id is taken."""
        row = await self._connection.fetchrow(
            """
            INSERT INTO tenants (tenant_id, name, policy, debounce_ms, debounce_most_ms,
                   reopen_hours, weight)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT DO NOTHING
            RETURNING tenant_id, name, policy, debounce_ms, debounce_most_ms, reopen_hours,
                      weight, state, version, created_at
            """,
            *(tenant.id, tenant.name, tenant.policy),
            *(tenant.debounce_ms, tenant.debounce_most_ms, tenant.reopen_hours, tenant.weight),
        )
        if row is None:
            raise TenantExists(tenant.id)
        return _tenant(row)

    async def get(self, tenant_id: str) -> Tenant:
        row = await self._connection.fetchrow(
            """
            SELECT tenant_id, name, policy, debounce_ms, debounce_most_ms, reopen_hours,
                   weight, state, version, created_at
              FROM tenants WHERE tenant_id = $1
            """,
            tenant_id,
        )
        if row is None:
            raise TenantNotFound(tenant_id)
        return _tenant(row)

    async def save(self, tenant: Tenant) -> Tenant:
        """Raise `TenantChangedMeanwhile` when somebody else was faster."""
        row = await self._connection.fetchrow(
            """
            UPDATE tenants
               SET name = $3, policy = $4, debounce_ms = $5, debounce_most_ms = $6,
                   reopen_hours = $7, state = $8, weight = $9, version = version + 1
             WHERE tenant_id = $1 AND version = $2
            RETURNING tenant_id, name, policy, debounce_ms, debounce_most_ms, reopen_hours,
                      weight, state, version, created_at
            """,
            *(tenant.id, tenant.version, tenant.name, tenant.policy, tenant.debounce_ms),
            *(tenant.debounce_most_ms, tenant.reopen_hours, tenant.state, tenant.weight),
        )
        if row is None:
            raise TenantChangedMeanwhile(tenant.id)
        return _tenant(row)

    async def ids(self, after: str, most: int) -> list[str]:
        """Crosses tenants: their ids in order."""
        rows = await self._connection.fetch(
            "SELECT tenant_id FROM list_tenants($1, $2)", *(after, most)
        )
        return [row["tenant_id"] for row in rows]

    async def see(self, tenant_id: str) -> None:
        """From here on the transaction is this tenant's."""
        await self._connection.execute(
            "SELECT set_config('cassava.tenant_id', $1, true)", tenant_id
        )


def _tenant(row: Record) -> Tenant:
    return Tenant(
        id=row["tenant_id"],
        name=row["name"],
        policy=row["policy"],
        debounce_ms=row["debounce_ms"],
        debounce_most_ms=row["debounce_most_ms"],
        reopen_hours=row["reopen_hours"],
        weight=row["weight"],
        state=row["state"],
        version=row["version"],
        created_at=row["created_at"],
    )
