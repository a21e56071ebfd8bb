"""Taking in outranks answering: a tenant that surges has its turns wait, nobody else's do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import event_pb2, turn_pb2

from services.tickets.surge import FULL_ITEMS, LASTS_SECONDS, PATIENCE_SECONDS, Surge
from tests.tickets.arrivals import accept, arriving
from tests.tickets.builders import a_channel, a_message, a_tenant, events_of

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

FAR_AHEAD = 128


async def a_batch(mesh: Api, channel: Channel, items: int) -> None:
    await accept(mesh, *(arriving(channel, f"wa_id={n}") for n in range(items)))


async def claimed(mesh: Api) -> set[str]:
    request = turn_pb2.ClaimTurnsRequest(worker="w", free_slots=FAR_AHEAD)
    return {turn.tenant_id for turn in (await mesh.turns.ClaimTurns(request)).turns}


async def test_after_a_full_batch_the_tenants_turns_wait(mesh: Api, channel: Channel) -> None:
    await a_batch(mesh, channel, FULL_ITEMS)

    assert not await claimed(mesh)


async def test_a_small_batch_is_answered_at_once(mesh: Api, channel: Channel) -> None:
    await a_batch(mesh, channel, FULL_ITEMS - 1)

    assert await claimed(mesh) == {"acme"}


async def test_who_counts_hears_that_a_tenant_surges(mesh: Api, channel: Channel) -> None:
    await a_message(mesh, channel)
    await events_of(mesh)
    quiet = (await mesh.events.ListStreams(event_pb2.ListStreamsRequest())).streams
    await a_batch(mesh, channel, FULL_ITEMS)

    streams = (await mesh.events.ListStreams(event_pb2.ListStreamsRequest())).streams

    assert [each.surging for each in (*quiet, *streams)] == [False, True]


async def test_anothers_turns_do_not_wait(mesh: Api, platform: Api, channel: Channel) -> None:
    await a_tenant(platform, "quiet")
    quiet = await a_channel(platform, tenant_id="quiet", external_id="quiet")
    await a_batch(mesh, channel, FULL_ITEMS)
    await a_message(mesh, quiet)

    assert await claimed(mesh) == {"quiet"}


async def test_a_turn_that_has_waited_long_is_answered_in_a_surge_too(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_batch(mesh, channel, FULL_ITEMS)
    await root.execute(
        "UPDATE conv_queue SET due_at = due_at - make_interval(secs => $1)", PATIENCE_SECONDS
    )

    assert await claimed(mesh) == {"acme"}


def test_a_surge_ends_by_itself() -> None:
    now = 0.0
    surge = Surge(clock=lambda: now)
    surge.took({"acme": FULL_ITEMS})
    assert surge.tenants() == {"acme"}

    now = LASTS_SECONDS

    assert not surge.tenants()
