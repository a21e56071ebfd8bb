"""What a surge spooled is put into its conversations, in its order, once, whatever happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.inbox.sorter import (
    AT_ONCE,
    LATER,
    PATIENCE_SECONDS,
    SOON,
)
from services.tickets.surge import FULL_ITEMS
from tests.tickets.privacy import erase, the_customer
from tests.tickets.replica import (
    AS_STORED,
    TEXTS,
    Replica,
    a_full_batch,
    a_message_of_kim,
    a_quiet_neighbour,
    count,
    waiting,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api


async def test_a_repeat_of_what_waits_counts_once(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    replica.surges()
    batch = a_full_batch(channel)
    await replica.take(*batch)
    await replica.take(*batch)
    replica.is_over()

    assert await replica.sorts() == LATER

    assert await count(root, "messages") == FULL_ITEMS
    assert await count(root, "spool") == 0


async def test_only_one_replica_sorts_a_tenants(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    await replica.after_a_surge(*a_full_batch(channel))
    async with root.transaction():
        await root.execute("SELECT pg_advisory_xact_lock(7331, hashtext('acme'))")
        assert await replica.sorts() == SOON
        assert await count(root, "messages") == 0

    assert await replica.sorts() == LATER
    assert await count(root, "messages") == FULL_ITEMS


async def test_who_dies_before_the_rows_are_removed_sorts_them_again_for_nothing(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    await replica.after_a_surge(*a_full_batch(channel))
    await root.execute("CREATE TABLE as_it_was AS SELECT tenant_id, items FROM inbox_spool")
    await replica.sorts()
    await root.execute("INSERT INTO inbox_spool (tenant_id, items) SELECT * FROM as_it_was")

    await replica.sorts()

    assert await count(root, "messages") == FULL_ITEMS
    assert await count(root, "spool") == 0


async def test_sorting_waits_for_the_end_of_a_surge_but_not_for_ever(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    replica.surges()
    await replica.take(*a_full_batch(channel))
    assert await replica.sorts() == SOON
    assert await count(root, "messages") == 0

    await root.execute(
        "UPDATE inbox_spool SET spooled_at = spooled_at - make_interval(secs => $1)",
        PATIENCE_SECONDS,
    )

    assert await replica.sorts() == LATER
    assert await count(root, "messages") == FULL_ITEMS


async def test_turns_wait_until_everything_is_sorted(replica: Replica, channel: Channel) -> None:
    await replica.after_a_surge(*a_full_batch(channel))
    assert replica.surge.tenants() == set()

    await replica.sorts()

    assert replica.surge.tenants() == {"acme"}


async def test_what_cannot_be_sorted_is_kept_apart_and_holds_nobody_up(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    poison = waiting(channel, "nobody", kind=99)  # a kind that this version does not know
    await replica.after_a_surge(*a_full_batch(channel), poison)

    assert await replica.sorts() == LATER

    assert await count(root, "messages") == FULL_ITEMS
    assert await count(root, "letters") == 1


async def test_a_locked_conversation_holds_its_row_back_and_nothing_overtakes_it(
    replica: Replica, channel: Channel, root: asyncpg.Connection, mesh: Api
) -> None:
    await a_message_of_kim(mesh, channel)
    replica.surges()
    await replica.take(*a_full_batch(channel), waiting(channel, text="first"))
    await replica.take(waiting(channel, text="second"))
    replica.is_over()
    async with root.transaction():
        await root.execute("SELECT FROM conversations FOR UPDATE")
        assert await replica.sorts() == SOON
    assert await count(root, "spool") == 2

    assert await replica.sorts() == LATER

    kims = [text for (text,) in await root.fetch(TEXTS) if not text.isdigit()]
    assert kims == ["Hello?", "first", "second"]


async def test_what_the_business_wrote_between_two_messages_stays_between_them(
    replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    said = [waiting(channel, text=text) for text in ("before", "echo", "after")]
    said[1].arrival.from_business = True
    await replica.after_a_surge(*a_full_batch(channel), *said)

    await replica.sorts()

    kims = [text for (text,) in await root.fetch(AS_STORED) if not text.isdigit()]
    assert kims == ["before", "echo", "after"]


async def test_a_tenant_that_goes_on_writing_keeps_no_other_waiting(
    replica: Replica, channel: Channel, platform: Api, root: asyncpg.Connection
) -> None:
    quiet = await a_quiet_neighbour(platform)
    for first in range(0, 1000, 100):
        await replica.after_a_surge(*a_full_batch(channel, first))
    await replica.after_a_surge(*a_full_batch(quiet))

    assert await replica.sorter.sort() == AT_ONCE

    counted = "SELECT count(*) FROM messages WHERE tenant_id = 'quiet'"
    assert await root.fetchval(counted) == FULL_ITEMS
    assert await count(root, "spool") > 0


async def test_one_tenants_trouble_keeps_no_other_waiting(
    replica: Replica, channel: Channel, platform: Api, root: asyncpg.Connection
) -> None:
    quiet = await a_quiet_neighbour(platform)
    await replica.after_a_surge(*a_full_batch(channel), *a_full_batch(quiet))
    await root.execute("UPDATE inbox_spool SET items = '\\xff' WHERE tenant_id = 'acme'")

    assert await replica.sorts() == SOON

    assert await root.fetchval("SELECT string_agg(DISTINCT tenant_id, '') FROM messages") == "quiet"


async def test_who_was_erased_meanwhile_does_not_come_back_by_what_has_no_time(
    mesh: Api, admin: Api, replica: Replica, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message_of_kim(mesh, channel)
    await replica.after_a_surge(*a_full_batch(channel), waiting(channel, text="a button"))
    await erase(admin, await the_customer(admin))

    assert await replica.sorts() == LATER

    assert await count(root, "messages") == FULL_ITEMS
