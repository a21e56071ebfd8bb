from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import grpc
import pytest
from cassava.tickets.v1 import tenant_pb2, tenant_pb2_grpc
from pydantic import SecretStr

from mesh.access import MeshIdentity
from mesh.client import dial
from services.analytics.peers import TicketsTimeZones

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable


class Tenants(tenant_pb2_grpc.TenantServiceServicer):
    """Answers with the time zone that it was given, and counts how often."""

    def __init__(self) -> None:
        self.time_zone = "Africa/Nairobi"
        self.calls = 0

    async def GetTenant(
        self,
        request: tenant_pb2.GetTenantRequest,
        context: grpc.aio.ServicerContext[
            tenant_pb2.GetTenantRequest, Awaitable[tenant_pb2.GetTenantResponse]
        ],
    ) -> tenant_pb2.GetTenantResponse:
        self.calls += 1
        policy = tenant_pb2.Policy(time_zone=self.time_zone)
        return tenant_pb2.GetTenantResponse(tenant=tenant_pb2.Tenant(policy=policy))


@pytest.fixture
async def tenants() -> AsyncIterator[tuple[Tenants, TicketsTimeZones]]:
    servicer = Tenants()  # type: ignore[abstract]  # nobody calls its other methods
    server = grpc.aio.server()
    tenant_pb2_grpc.add_TenantServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    identity = MeshIdentity(SecretStr("a mesh key for tests"), "analytics")
    async with dial(f"127.0.0.1:{port}", identity, audience="tickets") as channel:
        yield servicer, TicketsTimeZones(channel)
    await server.stop(None)


async def test_a_time_zone_is_asked_for_once_a_minute(
    tenants: tuple[Tenants, TicketsTimeZones],
) -> None:
    servicer, zones = tenants

    assert await zones.zone_of("acme") == ZoneInfo("Africa/Nairobi")
    servicer.time_zone = "Europe/Berlin"
    assert await zones.zone_of("acme") == ZoneInfo("Africa/Nairobi")
    assert servicer.calls == 1


@pytest.mark.parametrize("name", ["", "Not/AZone", "../../etc/passwd", "/etc/localtime"])
async def test_days_are_those_of_utc_when_no_zone_can_be_read(
    tenants: tuple[Tenants, TicketsTimeZones], name: str
) -> None:
    servicer, zones = tenants
    servicer.time_zone = name

    assert await zones.zone_of("acme") == ZoneInfo("UTC")
