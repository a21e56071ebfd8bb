"""What comes in a surge is stored at once, and nothing that comes later overtakes it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import inbox_pb2

from mesh.errors import InvalidInput
from services.tickets.inbox.arrival import Status as Spooled
from services.tickets.inbox.sorter import DOUBT_SECONDS
from services.tickets.inbox.spooling import LONGEST_SECONDS
from services.tickets.surge import FULL_ITEMS
from tests.tickets.arrivals import arriving
from tests.tickets.replica import (
    TEXTS,
    Replica,
    a_full_batch,
    a_quiet_neighbour,
    count,
    waiting,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from mesh.postgres import Pool
    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock

Status = inbox_pb2.AcceptResult


async def test_full_batches_of_a_surge_are_stored_at_once_and_sorted_soon(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    requests = [inbox_pb2.AcceptRequest(items=a_full_batch(channel, n)) for n in (0, 100)]

    first, second = [await mesh.inbox.Accept(request) for request in requests]

    kinds = [{result.status for result in said.results} for said in (first, second)]
    assert kinds == [{Status.STATUS_ACCEPTED}, {Status.STATUS_SPOOLED}]
    async with asyncio.timeout(30):
        while await count(root, "messages") < 2 * FULL_ITEMS:  # noqa: ASYNC110 - rows ring no bell
            await asyncio.sleep(0.05)
    assert await count(root, "messages") == 2 * FULL_ITEMS


async def test_what_comes_later_goes_behind_what_waits(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    replica.surges()
    await replica.take(*a_full_batch(channel), waiting(channel, text="first"))
    assert await replica.take(waiting(channel, text="second")) == {0}
    replica.is_over()
    assert await replica.take(waiting(channel, text="third")) == {0}

    await replica.sorts()

    kims = [text for (text,) in await root.fetch(TEXTS) if not text.isdigit()]
    assert kims == ["first", "second", "third"]
    assert await replica.take(waiting(channel, text="fourth")) == set()


async def test_another_replica_does_not_overtake_what_this_one_stored(
    replica: Replica, channel: Channel, pool: Pool, clock: Clock
) -> None:
    replica.surges()
    await replica.take(*a_full_batch(channel))

    assert await Replica(pool, clock, replica.root).take(waiting(channel)) == {0}


async def test_nothing_waits_without_a_surge(replica: Replica, channel: Channel) -> None:
    assert await replica.take(*a_full_batch(channel)) == set()


async def test_who_is_told_ids_does_not_wait(replica: Replica, channel: Channel) -> None:
    replica.surges()
    items = [arriving(channel, f"wa_id={n}") for n in range(FULL_ITEMS)]

    assert await replica.take(*items) == set()


async def test_anothers_message_in_the_same_batch_is_sorted_at_once(
    replica: Replica, channel: Channel, platform: Api
) -> None:
    quiet = await a_quiet_neighbour(platform)
    replica.surges()

    taken = await replica.take(waiting(quiet), *a_full_batch(channel))

    assert taken == set(range(1, FULL_ITEMS + 1))


async def test_an_item_against_the_contract_is_refused_before_anything_is_stored(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    replica.surges()
    wrong = waiting(channel)
    wrong.account_id = "not a UUID"

    with pytest.raises(InvalidInput, match=r"items\[16\].account_id is not a UUID"):
        await replica.take(*a_full_batch(channel), wrong)

    assert await count(root, "spool") == 0


async def test_what_nobody_sorts_is_refused_in_the_end_and_told_of(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    replica.surges()
    await replica.take(*a_full_batch(channel))
    await root.execute(
        "UPDATE inbox_spool SET spooled_at = spooled_at - make_interval(secs => $1)",
        LONGEST_SECONDS,
    )

    refused = await replica.spooling.take([waiting(channel)])

    assert [result.status for result in refused.values()] == [Spooled.RETRY]
    await replica.sorter.sort()
    assert replica.told[-1] > DOUBT_SECONDS
