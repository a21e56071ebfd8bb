"""EndpointService: what people keep, replay and rotate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import endpoint_pb2 as pb
from google.protobuf.duration_pb2 import Duration

from mesh.errors import Conflict, InvalidInput, NotFound
from mesh.times import to_timestamp
from tests.tickets.builders import a_message, events_of
from tests.tickets.endpoints import (
    an_endpoint,
    claim,
    deliveries,
    enable,
    fill,
    finish,
    read,
    replay,
    shown,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock


async def test_a_delivery_is_replayed_under_its_id_with_a_fresh_schedule(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    endpoint = await an_endpoint(admin, "message.received")
    await a_message(mesh, channel)
    (job,) = await claim(mesh)
    await finish(mesh, job, 200)

    assert await replay(admin, endpoint, delivery_id=job.delivery_id) == 1
    (again,) = await claim(mesh)

    assert (again.delivery_id, again.event) == (job.delivery_id, job.event)


async def test_a_range_brings_what_was_missed_while_the_endpoint_was_off(
    mesh: Api, admin: Api, channel: Channel, clock: Clock
) -> None:
    endpoint = await an_endpoint(admin, "message.received")
    begin = clock.now
    await enable(admin, endpoint, pb.Endpoint.STATE_DISABLED)
    await a_message(mesh, channel)
    await a_message(mesh, channel)
    await events_of(mesh)
    await enable(admin, endpoint, pb.Endpoint.STATE_ENABLED)
    assert await claim(mesh) == []
    clock.advance(hours=1)

    assert await replay(admin, endpoint, start_time=to_timestamp(begin)) == 2
    assert await replay(admin, endpoint, start_time=to_timestamp(begin)) == 0
    assert len(await claim(mesh)) == 2


async def test_a_replay_needs_an_endpoint_that_is_enabled_and_something_to_send(
    admin: Api, clock: Clock
) -> None:
    endpoint = await an_endpoint(admin)
    with pytest.raises(InvalidInput) as nothing:
        await replay(admin, endpoint)
    await enable(admin, endpoint, pb.Endpoint.STATE_DISABLED)
    with pytest.raises(Conflict) as disabled:
        await replay(admin, endpoint, start_time=to_timestamp(clock.now))

    assert nothing.value.violations[0].field == "start_time"
    assert disabled.value.reason == "ENDPOINT_DISABLED"


async def test_a_replay_that_would_not_fit_is_refused_whole(
    admin: Api, clock: Clock, root: asyncpg.Connection
) -> None:
    endpoint = await an_endpoint(admin)
    await fill(root, 1)
    begin = clock.now
    await root.execute(
        """
        INSERT INTO events (tenant_id, kind, tseq)
        SELECT 'acme', 'message.received', -n FROM generate_series(1, 1000) AS n
        """
    )
    clock.advance(hours=1)

    with pytest.raises(Conflict) as full:
        await replay(admin, endpoint, start_time=to_timestamp(begin))

    assert full.value.reason == "ENDPOINT_QUEUE_FULL"
    assert len(await deliveries(admin, endpoint)) == 1


async def test_while_a_secret_is_rotated_both_sign(mesh: Api, admin: Api, channel: Channel) -> None:
    endpoint = await an_endpoint(admin, "message.received")
    old = await shown(admin, endpoint)
    request = pb.RotateEndpointSecretRequest(endpoint_id=endpoint.id)
    await admin.endpoints.RotateEndpointSecret(request)
    new = await shown(admin, endpoint)
    await a_message(mesh, channel)

    (job,) = await claim(mesh)

    assert old != new
    assert list(job.secrets) == [new, old]


async def test_a_secret_that_leaked_ends_at_once(mesh: Api, admin: Api, channel: Channel) -> None:
    endpoint = await an_endpoint(admin, "message.received")
    request = pb.RotateEndpointSecretRequest(endpoint_id=endpoint.id, keep_old_for=Duration())
    await admin.endpoints.RotateEndpointSecret(request)
    await a_message(mesh, channel)

    (job,) = await claim(mesh)

    assert list(job.secrets) == [await shown(admin, endpoint)]


async def test_secrets_are_sealed_in_the_database(admin: Api, root: asyncpg.Connection) -> None:
    endpoint = await an_endpoint(admin)
    sealed = await root.fetchval("SELECT sealed FROM endpoint_secrets")

    assert (await shown(admin, endpoint)).encode() not in sealed


async def test_a_deleted_endpoint_is_gone_with_its_secrets(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    endpoint = await an_endpoint(admin)
    await admin.endpoints.DeleteEndpoint(pb.DeleteEndpointRequest(endpoint_id=endpoint.id))
    await a_message(mesh, channel)

    assert await claim(mesh) == []
    assert await root.fetchval("SELECT count(*) FROM endpoint_secrets") == 0
    with pytest.raises(NotFound):
        await read(admin, endpoint)


async def test_a_type_that_no_event_has_is_refused(admin: Api) -> None:
    with pytest.raises(InvalidInput) as refused:
        await an_endpoint(admin, "message.recieved")

    assert refused.value.violations[0].field == "endpoint.types"


@pytest.mark.parametrize("url", ["https://10.0.0.1/hook", "http://hooks.acme.example/hook"])
async def test_an_address_inside_is_refused_with_what_would_open_it(admin: Api, url: str) -> None:
    with pytest.raises(InvalidInput, match="CASSAVA_EGRESS_NETWORKS") as refused:
        await an_endpoint(admin, url=url)

    assert refused.value.violations[0].field == "endpoint.url"
