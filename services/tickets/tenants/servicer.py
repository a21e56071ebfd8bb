"""TenantService: tenants and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import tenant_pb2 as pb
from cassava.tickets.v1 import tenant_pb2_grpc as rpc

from mesh import pages
from mesh.access import Role, current_caller
from mesh.errors import InvalidInput
from mesh.transactions import change, read
from services.tickets import masks
from services.tickets.audit.store import AuditStore
from services.tickets.channels.channel_account import test_account
from services.tickets.channels.store import ChannelStore
from services.tickets.endpoints.store import EndpointStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.sla.working_hours import WorkingHours
from services.tickets.tenants import wire
from services.tickets.tenants.named import check_named
from services.tickets.tenants.store import TenantStore
from services.tickets.tenants.tenant import INACTIVE_HOURS, WeightIsThePlatforms
from services.tickets.turns.store import TurnStore

if TYPE_CHECKING:
    from collections.abc import Awaitable

    import grpc

    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool
    from services.tickets.tenants.tenant import Tenant


class TenantServicer(rpc.TenantServiceServicer):
    def __init__(self, pool: Pool, pages: Pages) -> None:
        self._pool = pool
        self._pages = pages

    async def CreateTenant(
        self,
        request: pb.CreateTenantRequest,
        context: grpc.aio.ServicerContext[
            pb.CreateTenantRequest, Awaitable[pb.CreateTenantResponse]
        ],
    ) -> pb.CreateTenantResponse:
        if request.tenant_id and request.tenant.id not in ("", request.tenant_id):
            raise InvalidInput("tenant_id and tenant.id differ", field="tenant.id")
        request.tenant_id = request.tenant_id or request.tenant.id
        if not request.tenant_id:
            raise InvalidInput("a tenant needs an id", field="tenant.id")
        return await self._create(request, context)

    @change
    async def _create(
        self, request: pb.CreateTenantRequest, connection: Connection
    ) -> pb.CreateTenantResponse:
        """With a channel for the test endpoint: one call makes a tenant that can answer."""
        new = wire.tenant_from_proto(request.tenant_id, request.tenant)
        tenant = await TenantStore(connection).open(new)
        await ChannelStore(connection).open(test_account(tenant.id))
        await check_named(connection, request.tenant.policy, pb.Policy())
        await _tell_inactive_hours(connection, INACTIVE_HOURS, tenant)
        await _note(connection, tenant.id, "tenant.created")
        return pb.CreateTenantResponse(tenant=wire.tenant_to_proto(tenant))

    @read
    async def GetTenant(
        self, request: pb.GetTenantRequest, connection: Connection
    ) -> pb.GetTenantResponse:
        tenant = await TenantStore(connection).get(request.tenant_id)
        return pb.GetTenantResponse(tenant=wire.tenant_to_proto(tenant))

    @read
    async def ListTenants(
        self, request: pb.ListTenantsRequest, connection: Connection
    ) -> pb.ListTenantsResponse:
        """Each tenant is read as itself: no statement sees two of them."""
        store, size = TenantStore(connection), pages.size(request.page_size)
        (after,) = self._pages.unsign(request) or ("",)
        own = current_caller().tenant_id
        ids = [own] if own else await store.ids(str(after), size + 1)
        response = pb.ListTenantsResponse()
        for tenant_id in ids[:size]:
            await store.see(tenant_id)
            response.tenants.append(wire.tenant_to_proto(await store.get(tenant_id)))
        if len(ids) > size:
            response.next_page_token = self._pages.sign(request, ids[size - 1])
        return response

    @change
    async def UpdateTenant(
        self, request: pb.UpdateTenantRequest, connection: Connection
    ) -> pb.UpdateTenantResponse:
        store = TenantStore(connection)
        known = await store.get(request.tenant_id)
        known.expect(request.tenant.etag)
        chosen = masks.paths(request.update_mask, request.tenant, wire.CHANGEABLE)
        wanted = wire.tenant_to_proto(known)
        masks.apply(chosen, request.tenant, wanted)
        changed = wire.tenant_from_proto(known.id, wanted, known=known)
        if changed.weight != known.weight and current_caller().role is not Role.PLATFORM:
            raise WeightIsThePlatforms
        tenant = await store.save(changed)
        policy = wire.tenant_to_proto(known).policy
        await check_named(connection, wanted.policy, policy)
        if wanted.policy.calendar_id != policy.calendar_id:
            await WorkingHours(connection, tenant.id).tell(wanted.policy.calendar_id)
        known_hours = wire.policy_with_defaults(known.policy).inactive_hours
        await _tell_inactive_hours(connection, known_hours, tenant)
        await _note(connection, tenant.id, "tenant.updated", ",".join(chosen))
        return pb.UpdateTenantResponse(tenant=wire.tenant_to_proto(tenant))

    @change
    async def ArchiveTenant(
        self, request: pb.ArchiveTenantRequest, connection: Connection
    ) -> pb.ArchiveTenantResponse:
        store = TenantStore(connection)
        tenant = await store.get(request.tenant_id)
        if tenant.is_active:
            tenant = await store.save(tenant.archive())
            await _stop(connection)
            await _note(connection, tenant.id, "tenant.archived")
        return pb.ArchiveTenantResponse(tenant=wire.tenant_to_proto(tenant))

    @read
    async def ListAuditLog(
        self, request: pb.ListAuditLogRequest, connection: Connection
    ) -> pb.ListAuditLogResponse:
        size, said = pages.size(request.page_size), self._pages.unsign(request)
        rows = await AuditStore(connection).page(
            *(int(said[0]) if said else None, size + 1),
            subject=request.subject,
            action=request.action,
        )
        response = pb.ListAuditLogResponse(
            entries=[wire.audit_entry_to_proto(row) for row in rows[:size]]
        )
        if len(rows) > size:
            response.next_page_token = self._pages.sign(request, rows[size - 1]["id"])
        return response


async def _stop(connection: Connection) -> None:
    """What waits is not done: no turn is claimed, nothing leaves by a channel or to an endpoint."""
    await TurnStore(connection).drop_all()
    await ChannelStore(connection).turn_off()
    await EndpointStore(connection).disable_all()


async def _tell_inactive_hours(connection: Connection, known: int, tenant: Tenant) -> None:
    """Figures follow the log alone, so it says what they are to count by from now on."""
    hours = wire.policy_with_defaults(tenant.policy).inactive_hours
    if hours != known:
        said = Event("policy.updated", data={"inactive_hours": hours})
        await EventStore(connection).append(tenant.id, said)


async def _note(connection: Connection, tenant_id: str, action: str, detail: str = "") -> None:
    await AuditStore(connection).append(tenant_id, current_caller(), action, tenant_id, detail)
