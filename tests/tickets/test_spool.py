"""What comes in a surge is stored at once, and sorted in its order when the surge is over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import inbox_pb2

from mesh.errors import InvalidInput
from mesh.valkey import Valkey
from services.tickets.bells import Bells
from services.tickets.inbox import wire
from services.tickets.inbox.accepting import Accepting
from services.tickets.inbox.sorter import PATIENCE_SECONDS, Sorter
from services.tickets.inbox.spool import Spool
from services.tickets.privacy.tombstone import Tombstones
from services.tickets.surge import FULL_ITEMS, LASTS_SECONDS, Surge
from tests.tickets.arrivals import arriving
from tests.tickets.builders import a_channel, a_tenant

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from mesh.postgres import Pool
    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock

Item = inbox_pb2.InboundItem
Status = inbox_pb2.AcceptResult
TEXTS = "SELECT convert_from(body, 'UTF8') FROM messages ORDER BY conversation_id, seq"


@dataclass
class Replica:
    """One process of tickets, whose clock stands until it is moved."""

    pool: Pool
    clock: Clock
    at: float = 0.0

    def __post_init__(self) -> None:
        self.bells = Bells(Valkey(None))
        self.bells.surge = self.surge = Surge(clock=lambda: self.at)
        accepting = Accepting(self.pool, self.clock, Tombstones(lambda: b"a key for tests"))
        self.spool = Spool(self.pool, self.surge)
        self.sorter = Sorter(self.pool, self.spool, accepting, self.bells)

    def surges(self, tenant_id: str = "acme") -> None:
        self.surge.took({tenant_id: FULL_ITEMS})

    def is_over(self) -> None:
        self.at += LASTS_SECONDS + 1


@pytest.fixture
def replica(channel: Channel, stop: asyncio.Event, pool: Pool, clock: Clock) -> Replica:
    """The service's own loops have ended: a test sorts when it wants to."""
    assert channel.id
    stop.set()
    return Replica(pool, clock)


def waiting(channel: Channel, who: str = "kim", **said: Any) -> Item:
    """One that may wait, as providers' messages may."""
    item = arriving(channel, f"wa_id={who}", **said)
    item.may_wait = True
    return item


def a_full_batch(channel: Channel, first: int = 0) -> list[Item]:
    return [waiting(channel, f"{first + n}", text=f"{first + n}") for n in range(FULL_ITEMS)]


async def count(root: asyncpg.Connection, table: str) -> int:
    counts = {
        "messages": "SELECT count(*) FROM messages",
        "spool": "SELECT count(*) FROM inbox_spool",
        "letters": "SELECT count(*) FROM dead_letters",
    }
    return int(await root.fetchval(counts[table]))


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


async def test_a_repeat_of_what_waits_counts_once(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    replica.surges()
    batch = a_full_batch(channel)
    await replica.spool.take(batch)
    await replica.spool.take(batch)
    replica.is_over()

    assert not await replica.sorter.sort()

    assert await count(root, "messages") == FULL_ITEMS
    assert await count(root, "spool") == 0


async def test_what_comes_later_goes_behind_what_waits(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    replica.surges()
    await replica.spool.take([*a_full_batch(channel), waiting(channel, text="first")])
    assert await replica.spool.take([waiting(channel, text="second")]) == {0}
    replica.is_over()
    assert await replica.spool.take([waiting(channel, text="third")]) == {0}

    await replica.sorter.sort()

    kims = [text for (text,) in await root.fetch(TEXTS) if not text.isdigit()]
    assert kims == ["first", "second", "third"]
    assert await replica.spool.take([waiting(channel, text="fourth")]) == set()


async def test_another_replica_does_not_overtake_what_this_one_stored(
    replica: Replica, channel: Channel, pool: Pool, clock: Clock
) -> None:
    replica.surges()
    await replica.spool.take(a_full_batch(channel))

    assert await Replica(pool, clock).spool.take([waiting(channel)]) == {0}


async def test_only_one_replica_sorts_a_tenants(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    replica.surges()
    await replica.spool.take(a_full_batch(channel))
    replica.is_over()
    async with root.transaction():
        await root.execute("SELECT pg_advisory_xact_lock(7331, hashtext('acme'))")
        assert await replica.sorter.sort()
        assert await count(root, "messages") == 0

    assert not await replica.sorter.sort()
    assert await count(root, "messages") == FULL_ITEMS


async def test_who_dies_before_the_rows_are_removed_sorts_them_again_for_nothing(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    replica.surges()
    await replica.spool.take(a_full_batch(channel))
    replica.is_over()
    await root.execute("CREATE TABLE as_it_was AS SELECT tenant_id, items FROM inbox_spool")
    await replica.sorter.sort()
    await root.execute("INSERT INTO inbox_spool (tenant_id, items) SELECT * FROM as_it_was")

    await replica.sorter.sort()

    assert await count(root, "messages") == FULL_ITEMS
    assert await count(root, "spool") == 0


async def test_sorting_waits_for_the_end_of_a_surge_but_not_for_ever(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    replica.surges()
    await replica.spool.take(a_full_batch(channel))
    assert await replica.sorter.sort()
    assert await count(root, "messages") == 0

    await root.execute(
        "UPDATE inbox_spool SET spooled_at = spooled_at - make_interval(secs => $1)",
        PATIENCE_SECONDS,
    )

    assert not await replica.sorter.sort()
    assert await count(root, "messages") == FULL_ITEMS


async def test_turns_wait_until_everything_is_sorted(replica: Replica, channel: Channel) -> None:
    replica.surges()
    await replica.spool.take(a_full_batch(channel))
    replica.is_over()
    assert replica.surge.tenants() == set()

    await replica.sorter.sort()

    assert replica.surge.tenants() == {"acme"}


async def test_nothing_waits_without_a_surge(replica: Replica, channel: Channel) -> None:
    assert await replica.spool.take(a_full_batch(channel)) == set()


async def test_who_is_told_ids_does_not_wait(replica: Replica, channel: Channel) -> None:
    replica.surges()
    items = [arriving(channel, f"wa_id={n}") for n in range(FULL_ITEMS)]

    assert await replica.spool.take(items) == set()


async def test_anothers_message_in_the_same_batch_is_sorted_at_once(
    replica: Replica, channel: Channel, platform: Api
) -> None:
    await a_tenant(platform, "quiet")
    quiet = await a_channel(platform, tenant_id="quiet", external_id="quiet")
    replica.surges()

    taken = await replica.spool.take([waiting(quiet), *a_full_batch(channel)])

    assert taken == set(range(1, FULL_ITEMS + 1))


async def test_an_item_against_the_contract_is_refused_before_anything_is_stored(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    replica.surges()
    wrong = waiting(channel)
    wrong.account_id = "not a UUID"

    with pytest.raises(InvalidInput, match=r"items\[16\].account_id is not a UUID"):
        await replica.spool.take([*a_full_batch(channel), wrong])

    assert await count(root, "spool") == 0


async def test_what_cannot_be_sorted_is_kept_apart_and_holds_nobody_up(
    replica: Replica, channel: Channel, root: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica.surges()
    await replica.spool.take([*a_full_batch(channel), waiting(channel, key="wa:m:poison")])
    replica.is_over()
    read = wire.item_from_proto

    def fails_for_one(index: int, item: Item, now: Any) -> Any:
        if item.key == "wa:m:poison":
            raise ZeroDivisionError
        return read(index, item, now)

    monkeypatch.setattr(wire, "item_from_proto", fails_for_one)

    assert not await replica.sorter.sort()

    assert await count(root, "messages") == FULL_ITEMS
    assert await count(root, "letters") == 1
