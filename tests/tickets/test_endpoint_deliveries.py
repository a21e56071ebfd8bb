"""Every event reaches the endpoints that listen, or a person hears why not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import endpoint_pb2 as pb
from cassava.type.v1 import access_pb2
from google.protobuf.duration_pb2 import Duration

from mesh.errors import ChangedMeanwhile, NotAllowed, NotFound
from services.tickets.endpoints.attempt import Attempt, wait_seconds
from tests.tickets.builders import a_key, a_message, a_tenant, events_of
from tests.tickets.endpoints import (
    HOOK,
    State,
    all_due,
    an_endpoint,
    claim,
    deliveries,
    delivery,
    fill,
    finish,
    read,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock, Door


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
    for hours in (0, 1, 118):
        clock.advance(hours=hours)
        await all_due(root)
        (job,) = await claim(mesh)
        await finish(mesh, job, 500)
    assert (await read(admin, endpoint)).state == pb.Endpoint.STATE_ENABLED
    clock.advance(hours=1)
    await all_due(root)
    (job,) = await claim(mesh)
    await finish(mesh, job, 500)

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


@pytest.mark.parametrize(
    ("status", "said"),
    [(429, {"retry_after": Duration(seconds=3600)}), (429, {}), (503, {})],
)
async def test_an_endpoint_that_asks_to_slow_down_is_left_alone(  # noqa: PLR0913  # fixtures
    *, mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection, status: int, said: Any
) -> None:
    await an_endpoint(admin, "message.received")
    await a_message(mesh, channel)
    (job,) = await claim(mesh)
    await finish(mesh, job, status, **said)
    await a_message(mesh, channel)
    await all_due(root)

    assert await claim(mesh) == []


async def test_any_other_failure_holds_nothing_else_up(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await an_endpoint(admin, "message.received")
    await a_message(mesh, channel)
    await finish(mesh, (await claim(mesh))[0], 500, retry_after=Duration(seconds=3600))
    await a_message(mesh, channel)

    assert len(await claim(mesh)) == 1


@pytest.mark.parametrize(
    ("jitter", "hours"), [(0.0, 0.8 * 75.59), (0.5, 75.59), (1.0, 1.2 * 75.59)]
)
def test_ten_tries_are_spread_over_three_days_each_wait_a_fifth_more_or_less(
    jitter: float, hours: float
) -> None:
    failed = Attempt(500, "", timedelta())
    waits = [wait_seconds(tries, failed, jitter) for tries in range(1, 11)]

    assert waits[-1] is None
    seconds = [wait for wait in waits if wait is not None]
    assert seconds == sorted(seconds)
    assert sum(seconds) / 3600 == pytest.approx(hours, abs=0.01)


def test_what_a_receiver_asks_for_is_kept_to_up_to_a_day() -> None:
    hour, week = timedelta(hours=1), timedelta(days=7)

    assert wait_seconds(1, Attempt(503, "", timedelta(), hour), 0.5) == 3600
    assert wait_seconds(1, Attempt(503, "", timedelta(), week), 0.5) == 86_400
    assert wait_seconds(1, Attempt(500, "", timedelta(), hour), 0.5) == 5


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
