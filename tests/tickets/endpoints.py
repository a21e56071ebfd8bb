"""Endpoints in few words, and a worker's half of what is sent there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import endpoint_pb2 as pb
from google.protobuf.duration_pb2 import Duration

from tests.tickets.builders import events_of

if TYPE_CHECKING:
    import asyncpg

    from tests.tickets.api import Api

HOOK = "https://hooks.example.com/cassava?token=1"
State = pb.EndpointDelivery.State


async def an_endpoint(admin: Api, *types: str, url: str = HOOK) -> pb.Endpoint:
    wanted = pb.Endpoint(url=url, types=types)
    request = pb.CreateEndpointRequest(endpoint=wanted)
    return (await admin.endpoints.CreateEndpoint(request)).endpoint


async def claim(mesh: Api, slots: int = 16) -> list[pb.ClaimedEndpointDelivery]:
    """What is due once everything that happened is in the log."""
    await events_of(mesh)
    request = pb.ClaimEndpointDeliveriesRequest(worker="w", free_slots=slots)
    return list((await mesh.endpoints.ClaimEndpointDeliveries(request)).deliveries)


async def finish(mesh: Api, job: pb.ClaimedEndpointDelivery, status: int = 0, **said: Any) -> None:
    request = pb.FinishEndpointDeliveryRequest(
        tenant_id=job.tenant_id,
        delivery_id=job.delivery_id,
        fence=job.fence,
        http_status=status,
        duration=Duration(nanos=20_000_000),
        **said,
    )
    await mesh.endpoints.FinishEndpointDelivery(request)


async def deliveries(admin: Api, endpoint: pb.Endpoint) -> list[pb.EndpointDelivery]:
    request = pb.ListEndpointDeliveriesRequest(endpoint_id=endpoint.id)
    return list((await admin.endpoints.ListEndpointDeliveries(request)).deliveries)


async def delivery(admin: Api, endpoint: pb.Endpoint, delivery_id: str) -> pb.EndpointDelivery:
    request = pb.GetEndpointDeliveryRequest(endpoint_id=endpoint.id, delivery_id=delivery_id)
    return (await admin.endpoints.GetEndpointDelivery(request)).delivery


async def read(admin: Api, endpoint: pb.Endpoint) -> pb.Endpoint:
    request = pb.GetEndpointRequest(endpoint_id=endpoint.id)
    return (await admin.endpoints.GetEndpoint(request)).endpoint


async def replay(admin: Api, endpoint: pb.Endpoint, **said: Any) -> int:
    request = pb.ReplayEndpointRequest(endpoint_id=endpoint.id, **said)
    return (await admin.endpoints.ReplayEndpoint(request)).replayed


async def enable(admin: Api, endpoint: pb.Endpoint, state: pb.Endpoint.State.ValueType) -> None:
    wanted = pb.Endpoint(state=state)
    request = pb.UpdateEndpointRequest(endpoint_id=endpoint.id, endpoint=wanted)
    await admin.endpoints.UpdateEndpoint(request)


async def all_due(root: asyncpg.Connection) -> None:
    """As if every wait were over."""
    await root.execute("UPDATE endpoint_deliveries SET due_at = now() WHERE state = 'pending'")


async def fill(root: asyncpg.Connection, count: int) -> None:
    """So many events that nobody has taken yet."""
    await root.execute(
        """
        WITH v AS (
          INSERT INTO events (tenant_id, kind)
          SELECT 'acme', 'message.received' FROM generate_series(1, $1) RETURNING id)
        INSERT INTO endpoint_deliveries
               (tenant_id, endpoint_id, event_id, event_tseq, event_kind)
        SELECT 'acme', e.id, v.id, 0, 'message.received' FROM endpoints e, v
        """,
        count,
    )


async def shown(admin: Api, endpoint: pb.Endpoint) -> str:
    request = pb.GetEndpointSecretRequest(endpoint_id=endpoint.id)
    return (await admin.endpoints.GetEndpointSecret(request)).secret
