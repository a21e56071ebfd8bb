"""EndpointService: every event reaches the endpoints that listen, or a person hears why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import endpoint_pb2 as pb
from cassava.type.v1 import access_pb2
from google.protobuf.duration_pb2 import Duration

from mesh.errors import ChangedMeanwhile, Conflict, InvalidInput, NotAllowed, NotFound
from mesh.times import to_timestamp
from tests.tickets.builders import a_key, a_message, a_tenant, events_of

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock, Door

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


async def test_an_endpoint_hears_of_what_it_listens_to_under_one_id(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    endpoint = await an_endpoint(admin, "message.received")
    await a_message(mesh, channel)

    (job,) = await claim(mesh)
    again = await claim(mesh)
    await finish(mesh, job, 204)
    (listed,) = await deliveries(admin, endpoint)

    assert (job.event.type, job.url, job.tenant_id) == ("message.received", HOOK, "acme")
    assert again == []
    assert (listed.id, listed.state) == (job.delivery_id, State.STATE_SUCCEEDED)


async def test_an_endpoint_hears_of_nothing_that_was_before_it(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_message(mesh, channel)
    await events_of(mesh)

    await an_endpoint(admin)

    assert await claim(mesh) == []


async def test_no_tenant_hears_of_another_one(
    mesh: Api, admin: Api, platform: Api, door: Door, channel: Channel
) -> None:
    await a_tenant(platform, "other")
    other = await door.with_key(await a_key(platform, "other"))
    endpoint = await an_endpoint(other)
    await a_message(mesh, channel)

    assert await claim(mesh) == []
    with pytest.raises(NotFound):
        await read(admin, endpoint)


async def test_only_an_admin_keeps_endpoints(admin: Api, platform: Api, door: Door) -> None:
    agent = await door.with_key(await a_key(platform, role=access_pb2.CALLER_AGENT))

    with pytest.raises(NotAllowed):
        await an_endpoint(agent)


async def test_a_failure_is_tried_again_later_and_written_down(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    endpoint = await an_endpoint(admin, "message.received")
    await a_message(mesh, channel)
    (first,) = await claim(mesh)
    await finish(mesh, first, 500)
    assert await claim(mesh) == []
    await all_due(root)
    (second,) = await claim(mesh)
    await finish(mesh, second, error="timeout")

    found = await delivery(admin, endpoint, first.delivery_id)

    assert second.delivery_id == first.delivery_id
    assert [(a.number, a.http_status, a.error) for a in found.attempts] == [
        (1, 500, ""),
        (2, 0, "timeout"),
    ]
    assert found.state == State.STATE_PENDING
    assert found.due_time.seconds - found.attempts[-1].time.seconds in range(240, 362)


async def test_after_ten_tries_it_failed_and_the_tenant_hears_of_it(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    endpoint = await an_endpoint(admin, "message.received", "endpoint.exhausted")
    await a_message(mesh, channel)
    for _ in range(10):
        await all_due(root)
        (job,) = await claim(mesh)
        await finish(mesh, job, 500)

    (listed,) = await deliveries(admin, endpoint)
    told = [event for event in await events_of(mesh) if event.type == "endpoint.exhausted"]

    assert listed.state == State.STATE_FAILED
    assert [dict(event.data) for event in told] == [
        {"endpoint_id": endpoint.id, "delivery_id": job.delivery_id}
    ]


async def test_an_endpoint_that_is_gone_is_disabled_at_once_and_the_others_are_told(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    endpoint = await an_endpoint(admin)
    watcher = await an_endpoint(admin, "endpoint.disabled")
    await a_message(mesh, channel)
    jobs = await claim(mesh)
    await finish(mesh, jobs[0], 410)

    found = await read(admin, endpoint)
    (told,) = await claim(mesh)

    assert (found.state, found.disabled_reason) == (pb.Endpoint.STATE_DISABLED, "gone")
    assert (told.event.type, told.event.data["reason"]) == ("endpoint.disabled", "gone")
    assert [one.event_type for one in await deliveries(admin, watcher)] == ["endpoint.disabled"]
    with pytest.raises(ChangedMeanwhile):
        await finish(mesh, jobs[1], 200)


async def test_five_days_of_nothing_but_failures_disable_an_endpoint(
    mesh: Api, admin: Api, channel: Channel, clock: Clock, root: asyncpg.Connection
) -> None:
    endpoint = await an_endpoint(admin, "message.received")
    await a_message(mesh, channel)
    for hours in (0, 1, 119):
        clock.advance(hours=hours)
        await all_due(root)
        (job,) = await claim(mesh)
        await finish(mesh, job, 503)
    assert (await read(admin, endpoint)).state == pb.Endpoint.STATE_ENABLED
    clock.advance(hours=1)
    await all_due(root)
    (job,) = await claim(mesh)
    await finish(mesh, job, 503)

    assert (await read(admin, endpoint)).disabled_reason == "failing"


async def test_one_success_forgives_all_failures_before_it(
    mesh: Api, admin: Api, channel: Channel, clock: Clock, root: asyncpg.Connection
) -> None:
    endpoint = await an_endpoint(admin, "message.received")
    await a_message(mesh, channel)
    await a_message(mesh, channel)
    for hours, status in ((0, 500), (1, 500), (119, 200)):
        clock.advance(hours=hours)
        await all_due(root)
        await finish(mesh, (await claim(mesh, slots=1))[0], status)
    clock.advance(hours=10)
    await all_due(root)
    await finish(mesh, (await claim(mesh))[0], 500)

    found = await read(admin, endpoint)

    assert found.state == pb.Endpoint.STATE_ENABLED
    assert not found.HasField("failing_since_time")


async def test_an_endpoint_that_asks_to_slow_down_is_left_alone(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await an_endpoint(admin, "message.received")
    await a_message(mesh, channel)
    (job,) = await claim(mesh)
    await finish(mesh, job, 429, retry_after=Duration(seconds=3600))
    await a_message(mesh, channel)
    await all_due(root)

    assert await claim(mesh) == []


async def test_one_endpoint_never_takes_all_workers(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await an_endpoint(admin)
    for _ in range(3):
        await a_message(mesh, channel)

    assert len(await claim(mesh)) == 4
    assert await claim(mesh) == []


async def test_what_a_dead_worker_had_is_sent_again_under_the_same_id(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await an_endpoint(admin, "message.received")
    await a_message(mesh, channel)
    (lost,) = await claim(mesh)
    await all_due(root)
    (found,) = await claim(mesh)

    assert found.delivery_id == lost.delivery_id
    with pytest.raises(ChangedMeanwhile):
        await finish(mesh, lost, 200)


async def test_at_most_a_thousand_wait_and_the_log_keeps_the_rest(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    endpoint = await an_endpoint(admin, "message.received")
    await fill(root, 990)
    for _ in range(20):
        await a_message(mesh, channel)
    await claim(mesh)

    waiting = await root.fetchval("SELECT count(*) FROM endpoint_deliveries WHERE state='pending'")

    assert waiting <= 1000
    assert (await read(admin, endpoint)).state == pb.Endpoint.STATE_ENABLED


async def test_a_full_queue_ends_an_endpoint_that_takes_nothing(
    mesh: Api, admin: Api, channel: Channel, clock: Clock, root: asyncpg.Connection
) -> None:
    endpoint = await an_endpoint(admin)
    await fill(root, 1000)
    for hours in (0, 2):
        clock.advance(hours=hours)
        await finish(mesh, (await claim(mesh, slots=1))[0], 500)
    clock.advance(hours=1)
    await a_message(mesh, channel)
    await claim(mesh)

    assert (await read(admin, endpoint)).disabled_reason == "queue_full"


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


async def test_while_a_secret_is_rotated_both_sign(
    mesh: Api, admin: Api, channel: Channel
) -> None:
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


async def shown(admin: Api, endpoint: pb.Endpoint) -> str:
    request = pb.GetEndpointSecretRequest(endpoint_id=endpoint.id)
    return (await admin.endpoints.GetEndpointSecret(request)).secret


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


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "https://hooks.example.com:8443/",
        "https://user:secret@hooks.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost./",
        "https://good@127.0.0.1#@hooks.example.com/",
        "https://hooks.example.com\\@127.0.0.1/",
        "ftp://hooks.example.com/",
        "hooks.example.com",
        "",
    ],
)
async def test_an_address_that_we_would_never_send_to_is_refused(admin: Api, url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await an_endpoint(admin, url=url)

    assert refused.value.violations[0].field == "endpoint.url"


async def test_a_type_that_no_event_has_is_refused(admin: Api) -> None:
    with pytest.raises(InvalidInput) as refused:
        await an_endpoint(admin, "message.recieved")

    assert refused.value.violations[0].field == "endpoint.types"
