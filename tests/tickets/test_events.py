"""EventService: the log as it is and as it grows, without a gap and without a stranger's event."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import access_pb2
from cassava.tickets.v1 import event_pb2 as pb

from mesh.errors import NotAllowed
from tests.tickets.builders import a_key, a_message, a_tenant, events_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock, Door


async def listed(api: Api, after: int = 0, **said: Any) -> pb.ListEventsResponse:
    return await api.events.ListEvents(pb.ListEventsRequest(after=after, **said))


def watch(api: Api, **said: Any) -> AsyncIterator[pb.WatchResponse]:
    return aiter(api.events.Watch(pb.WatchRequest(**said)))


async def watched(
    stream: AsyncIterator[pb.WatchResponse], count: int, *, heartbeats: bool = False
) -> list[pb.WatchResponse]:
    """The next frames, within a few seconds; `anext` leaves the stream open for more."""
    frames: list[pb.WatchResponse] = []
    async with asyncio.timeout(8):
        while len(frames) < count:
            frame = await anext(stream)
            if heartbeats or frame.type != "heartbeat":
                frames.append(frame)
    return frames


async def test_the_log_is_dense_and_read_from_any_place(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    for _ in range(3):
        await a_message(mesh, channel)
    await events_of(mesh)

    whole = await listed(admin)
    rest = await listed(admin, after=2)

    assert [event.sequence for event in whole.events] == [1, 2, 3, 4]
    assert whole.events[0].type == "conversation.opened"
    assert list(rest.events) == list(whole.events)[2:]
    assert (whole.head, bool(whole.epoch)) == (4, True)


async def test_the_log_holds_no_word_of_a_customer(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel, "my canary sings")
    await events_of(mesh)

    rows = await root.fetch("SELECT t::text AS said FROM events t")

    assert rows
    assert not any("canary" in row["said"] for row in rows)


async def test_a_place_that_is_gone_asks_for_a_resync(
    mesh: Api, admin: Api, channel: Channel, clock: Clock
) -> None:
    await a_message(mesh, channel)
    await events_of(mesh)

    beyond, foreign = await listed(admin, after=99), await listed(admin, epoch="other")
    clock.advance(hours=73)
    old = await listed(admin, after=0)

    for answer in (beyond, foreign, old):
        assert answer.resync_required
        assert not answer.events
        assert answer.head == 2


async def test_only_the_mesh_reads_what_is_older_than_the_live_window(
    mesh: Api, admin: Api, channel: Channel, clock: Clock
) -> None:
    await a_message(mesh, channel)
    await events_of(mesh)
    clock.advance(hours=73)

    whole = await listed(mesh, tenant_id="acme", everything=True)

    assert len(whole.events) == 2
    with pytest.raises(NotAllowed):
        await listed(admin, everything=True)


async def test_the_mesh_sees_how_far_each_tenants_log_reaches(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_message(mesh, channel)
    await events_of(mesh)

    streams = await mesh.events.ListStreams(pb.ListStreamsRequest())

    assert [(s.tenant_id, s.head) for s in streams.streams] == [("acme", 2)]
    with pytest.raises(NotAllowed):
        await admin.events.ListStreams(pb.ListStreamsRequest())


async def test_a_watcher_gets_what_it_missed_and_then_what_happens(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_message(mesh, channel)
    await events_of(mesh)

    stream = watch(admin, after=1)
    missed = await watched(stream, 1)
    await a_message(mesh, channel)
    news = await watched(stream, 1)

    assert [(f.sequence, f.type) for f in (*missed, *news)] == [
        (2, "message.received"),
        (3, "message.received"),
    ]


async def test_a_watcher_without_a_place_begins_now(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_message(mesh, channel)
    await events_of(mesh)
    stream = watch(admin)
    waiting = asyncio.create_task(watched(stream, 1))
    await asyncio.sleep(0.3)

    await a_message(mesh, channel)

    (frame,) = await waiting
    assert frame.sequence == 3


async def test_a_watcher_from_another_epoch_is_told_once_and_goes_on(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_message(mesh, channel)
    await events_of(mesh)

    stream = watch(admin, after=1, epoch="before the restore")
    (lost,) = await watched(stream, 1)
    await a_message(mesh, channel)
    (news,) = await watched(stream, 1)

    assert (lost.type, lost.sequence) == ("resync_required", 2)
    assert (news.type, news.sequence) == ("message.received", 3)


async def test_a_watcher_hears_nothing_of_another_tenant(
    mesh: Api, platform: Api, admin: Api, channel: Channel, door: Door
) -> None:
    await a_tenant(platform, "beta")
    stranger = await door.with_key(await a_key(platform, "beta"))
    stream = watch(stranger, after=0)
    waiting = asyncio.create_task(watched(stream, 1))

    await a_message(mesh, channel)
    await events_of(mesh)

    _, pending = await asyncio.wait({waiting}, timeout=1.5)
    assert pending
    waiting.cancel()


async def test_a_heartbeat_tells_where_the_log_stands(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_message(mesh, channel)
    await events_of(mesh)

    stream = watch(admin)
    (beat,) = await watched(stream, 1, heartbeats=True)

    assert (beat.type, beat.sequence, bool(beat.epoch)) == ("heartbeat", 2, True)


async def test_a_stream_ends_with_the_key_that_opened_it(
    platform: Api, admin: Api, door: Door
) -> None:
    key = await a_key(platform)
    guest = await door.with_key(key)
    waiting = asyncio.create_task(watched(watch(guest), 1))
    await asyncio.sleep(0.2)

    await admin.access.RevokeKey(access_pb2.RevokeKeyRequest(key_id=key.split("_")[1]))

    (end,) = await waiting
    assert (end.type, end.data["reason"]) == ("stream_end", "key_ended")


async def test_a_stream_says_goodbye_when_the_service_stops(
    admin: Api, stop: asyncio.Event
) -> None:
    waiting = asyncio.create_task(watched(watch(admin), 1))
    await asyncio.sleep(0.2)

    stop.set()

    (end,) = await waiting
    assert (end.type, end.data["reason"]) == ("stream_end", "shutdown")
