"""Tries to name another tenant, in the log of the one who tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.audit.store import AuditStore

if TYPE_CHECKING:
    from mesh.access import Caller
    from mesh.postgres import Pool

DENIED = "access.denied"


async def record_denial(pool: Pool, caller: Caller, method: str, named: str) -> None:
    """In the log of the caller's own tenant: the other one, if there is one, learns nothing."""
    if caller.tenant_id is None:
        return
    async with pool.transaction(caller.tenant_id) as connection:
        await AuditStore(connection).append(caller.tenant_id, caller, DENIED, method, named)
