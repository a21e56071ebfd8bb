"""What is kept for a time: a batch goes at a time, and what is left of a log has no gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import event_pb2 as pb
from cassava.tickets.v1 import inbox_pb2

from services.tickets.retention import Retention
from tests.tickets.builders import a_message, events_of
from tests.tickets.test_events import listed, watch, watched

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from mesh.postgres import Pool
    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock


@pytest.fixture
async def long_log(mesh: Api, channel: Channel) -> None:
    """Seven events."""
    for _ in range(6):
        await a_message(mesh, channel)
    await events_of(mesh)


async def forget(pool: Pool, clock: Clock, table: str, at_once: int = 5000) -> list[int]:
    """Every batch until nothing is left to go: how many rows each had."""
    retention, batches = Retention(pool, clock, at_once), []
    while gone := await retention.forget(table):
        batches.append(gone)
    return batches


async def age(root: asyncpg.Connection, tseq: int) -> None:
    """Whatever came up to this number came thirteen months ago."""
    await root.execute(
        "UPDATE events SET created_at = created_at - interval '13 months 1 day' WHERE tseq <= $1",
        tseq,
    )


async def test_a_key_is_known_for_35_days_and_then_its_message_counts_anew(
    mesh: Api, channel: Channel, pool: Pool, clock: Clock
) -> None:
    await a_message(mesh, channel)
    item = inbox_pb2.InboundItem(
        tenant_id=channel.tenant_id, account_id=channel.id, key="cw:the same each time"
    )
    item.arrival.text = b"Where is my parcel?"
    item.arrival.contact.aliases.add(kind="customer_id", value="kim")
    request = inbox_pb2.AcceptRequest(items=[item])
    await mesh.inbox.Accept(request)

    clock.advance(days=34, hours=23)
    assert await forget(pool, clock, "inbound_keys") == []
    (known,) = (await mesh.inbox.Accept(request)).results
    clock.advance(hours=2)
    assert await forget(pool, clock, "inbound_keys", at_once=1) == [1, 1]
    (anew,) = (await mesh.inbox.Accept(request)).results

    assert known.status == inbox_pb2.AcceptResult.STATUS_DUPLICATE
    assert anew.status == inbox_pb2.AcceptResult.STATUS_ACCEPTED


async def test_a_key_of_an_update_goes_after_two_days(
    mesh: Api, channel: Channel, pool: Pool, clock: Clock
) -> None:
    for key in ("tg:u:17", "tg:m:kim:17"):
        item = inbox_pb2.InboundItem(tenant_id=channel.tenant_id, account_id=channel.id, key=key)
        item.arrival.silent, item.arrival.note = True, "update:new"
        item.arrival.contact.aliases.add(kind="customer_id", value="kim")
        await mesh.inbox.Accept(inbox_pb2.AcceptRequest(items=[item]))

    clock.advance(days=1, hours=23)
    assert await forget(pool, clock, "brief_keys") == []
    clock.advance(hours=2)

    assert await forget(pool, clock, "brief_keys") == [1]


async def test_a_key_that_somebody_holds_is_left_for_the_next_round(
    mesh: Api, channel: Channel, pool: Pool, clock: Clock, root: asyncpg.Connection
) -> None:
    for _ in range(2):
        await a_message(mesh, channel)
    clock.advance(days=36)

    async with root.transaction():
        await root.execute("SELECT 1 FROM inbound_keys LIMIT 1 FOR UPDATE")
        assert await forget(pool, clock, "inbound_keys") == [1]
    assert await forget(pool, clock, "inbound_keys") == [1]


async def test_events_are_kept_for_13_months_and_go_from_the_oldest_on(
    mesh: Api, channel: Channel, pool: Pool, clock: Clock, root: asyncpg.Connection
) -> None:
    for _ in range(6):
        await a_message(mesh, channel)
    await events_of(mesh)
    await age(root, 5)
    # Younger than its neighbours though its number is lower: it stays, and so does all behind it.
    await root.execute("UPDATE events SET created_at = now() WHERE tseq = 4")

    assert await forget(pool, clock, "events", at_once=2) == [2, 1]

    whole = await listed(mesh, tenant_id="acme", everything=True)
    assert [event.sequence for event in whole.events] == [4, 5, 6, 7]


async def test_whoever_resumes_before_what_is_kept_is_told_and_goes_on(
    admin: Api, long_log: None, pool: Pool, clock: Clock, root: asyncpg.Connection
) -> None:
    await age(root, 5)
    await forget(pool, clock, "events")

    answer = await listed(admin, after=2)
    (lost,) = await watched(watch(admin, after=2), 1)
    rest = await listed(admin, after=5)

    assert (answer.resync_required, answer.head, list(answer.events)) == (True, 7, [])
    assert (lost.type, lost.sequence) == ("resync_required", 7)
    assert [event.sequence for event in rest.events] == [6, 7]


async def test_where_nothing_is_kept_a_client_is_told_so_too(
    admin: Api, long_log: None, pool: Pool, clock: Clock, root: asyncpg.Connection
) -> None:
    await age(root, 7)
    await forget(pool, clock, "events")

    answer, end = await listed(admin, after=6), await listed(admin, after=7)

    assert (answer.resync_required, answer.head) == (True, 7)
    assert (end.resync_required, list(end.events)) == (False, [])


async def test_another_tenants_log_is_as_long_as_it_is_old(
    mesh: Api, channel: Channel, pool: Pool, clock: Clock, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel)
    await events_of(mesh)
    await root.execute(
        """
        INSERT INTO events (tenant_id, kind, tseq, created_at)
        SELECT 'old', 'message.received', n, now() - interval '2 years' FROM generate_series(1, 3) n
        """
    )
    await root.execute("INSERT INTO tenant_streams (tenant_id, last_tseq) VALUES ('old', 3)")

    assert await forget(pool, clock, "events") == [3]

    streams = (await mesh.events.ListStreams(pb.ListStreamsRequest())).streams
    assert [(stream.tenant_id, stream.head) for stream in streams] == [("acme", 2), ("old", 3)]
