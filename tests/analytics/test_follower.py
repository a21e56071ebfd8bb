from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.analytics.follower import Follower
from tests.analytics.event_log import HandWrittenLog, NoBell, at, catch_up, dashboard, dump

if TYPE_CHECKING:
    from mesh.postgres import Pool


def busy_log(page_size: int = 500, conversations: int = 6) -> HandWrittenLog:
    log = HandWrittenLog(page_size)
    for number in range(conversations):
        name = f"c{number}"
        log.open(at(f"09:0{number}"), name, customer_id=name)
        log.receive(at(f"09:0{number}"), name)
        log.label(at(f"09:1{number}"), name)
        log.reply(at(f"09:1{number}"), f"m{number}", name)
    return log


async def cursors(pool: Pool) -> list[tuple[int, bool, str, int]]:
    async with pool.transaction("acme") as connection:
        rows = await connection.fetch(
            "SELECT generation, is_live, epoch, sequence FROM cursors ORDER BY generation"
        )
    return [tuple(row) for row in rows]


async def test_small_pages_leave_the_rows_of_one_big_page(pool: Pool) -> None:
    log = busy_log(page_size=3)

    await catch_up(pool, log)

    assert await cursors(pool) == [(1, True, "1", len(log.events))]
    assert (await dashboard(pool, at("12:00"))).conversations.total == 6


async def test_two_followers_at_once_count_everything_once(pool: Pool) -> None:
    log = busy_log(page_size=2)
    followers = [Follower(pool, log, NoBell()) for _ in range(3)]

    for _ in range(60):
        await asyncio.gather(*(follower.follow_once() for follower in followers))

    found = await dashboard(pool, at("12:00"))
    assert (found.conversations.total, found.messages.received, found.messages.sent) == (6, 6, 6)


async def test_a_gap_stops_the_tenant_and_nothing_is_counted(pool: Pool) -> None:
    log = busy_log()
    whole = list(log.events)
    del log.events[3]
    log.events.append(whole[-1])

    await catch_up(pool, log)
    assert await cursors(pool) == [(1, True, "1", 0)]

    log.events = whole
    await catch_up(pool, log)
    assert await cursors(pool) == [(1, True, "1", len(whole))]


async def test_a_new_epoch_with_the_same_history_goes_on(pool: Pool) -> None:
    log = busy_log()
    follower = await catch_up(pool, log)
    log.epoch = "2"
    log.receive(at("10:00"))

    await follower.follow_once()

    assert await cursors(pool) == [(1, True, "2", len(log.events))]


async def test_a_new_epoch_with_another_history_is_counted_from_zero(pool: Pool) -> None:
    lost, kept = busy_log(conversations=6), busy_log(page_size=3, conversations=2)
    follower = await catch_up(pool, lost)
    lost.epoch, lost.events = "2", kept.events
    lost.receive(at("10:00"), "c1")
    for _ in range(10):
        await follower.follow_once()

    assert [row[1:] for row in await cursors(pool) if row[1]] == [(True, "2", len(lost.events))]
    assert (await dashboard(pool, at("12:00"))).conversations.total == 2


async def test_reports_show_the_old_facts_until_the_rebuild_is_whole(pool: Pool) -> None:
    log = busy_log(page_size=500)
    follower = await catch_up(pool, log)
    before = await dump(pool)
    log.epoch = "2"
    log.events = [*busy_log(conversations=2).events]
    log.events[-1].id = "another"
    small = HandWrittenLog(page_size=2)
    small.epoch, small.events = "2", log.events
    follower._events = small

    await follower.follow_once()
    assert len(await cursors(pool)) == 2
    assert await dump(pool) == before

    while await follower.follow_once():
        pass
    assert await dump(pool) != before


async def test_another_tenant_sees_nothing(pool: Pool) -> None:
    await catch_up(pool, busy_log())

    async with pool.transaction("other") as connection:
        assert await connection.fetchval("SELECT count(*) FROM conversations") == 0
