"""What a caller with a key may spend: its tenant's budget, whatever the request says."""

from __future__ import annotations

from typing import Any

from cassava.tickets.v1 import tenant_pb2

from mesh.access import Role, current_caller
from services.responder.draft import Budget


class Allowance:
    """The mesh brings its tenant's policy along; an agent's key could bring any."""

    def __init__(self, tenants: Any) -> None:
        """`tenants`: TenantService."""
        self._tenants = tenants

    async def of(self, tenant_id: str, said: Budget) -> Budget:
        """The stricter of both, for everybody but the mesh."""
        if current_caller().role is Role.MESH:
            return said
        request = tenant_pb2.GetTenantRequest(tenant_id=tenant_id)
        policy = (await self._tenants.GetTenant(request)).tenant.policy
        return said.within(Budget(policy.day_tokens_most, policy.month_cost_most_micros))
