from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from services.analytics.cursor import LogBeginsLater
from services.analytics.cursors import CursorStore
from services.analytics.follower import PATIENCE_SECONDS, Follower
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


async def test_a_tenant_that_surges_is_counted_a_little_later(pool: Pool) -> None:
    now, log = 0.0, busy_log(page_size=2)
    follower = Follower(pool, log, NoBell(), clock=lambda: now)
    log.is_surging = True

    assert not await follower.follow_once()
    assert await cursors(pool) == []

    now = PATIENCE_SECONDS
    while await follower.follow_once():
        pass
    assert await cursors(pool) == [(1, True, "1", len(log.events))]

    log.receive(at("10:00"))
    assert not await follower.follow_once()
    assert await cursors(pool) == [(1, True, "1", len(log.events) - 1)]

    log.is_surging = False
    await follower.follow_once()
    assert await cursors(pool) == [(1, True, "1", len(log.events))]


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


async def test_what_a_rebuild_replaced_goes_in_pieces(pool: Pool) -> None:
    follower = await catch_up(pool, busy_log(conversations=9))
    async with pool.transaction("acme") as connection:
        store = CursorStore(connection, "acme")
        left = []
        for _ in range(60):
            await store.forget(1, most=4)
            left.append(await connection.fetchval("SELECT count(*) FROM conversations"))
            if await store.live() is None:
                break

    assert left[:3] == [5, 1, 0]
    assert await cursors(pool) == []
    assert not await follower.follow_once()


async def test_a_rebuild_on_demand_says_what_was_said_and_leaves_nothing_of_the_old(
    pool: Pool,
) -> None:
    follower = await catch_up(pool, busy_log(page_size=5))
    before = await dump(pool)

    await follower.rebuild("acme")
    await follower.rebuild("acme")  # is being made already
    while await follower.follow_once():
        pass

    assert await dump(pool) == before
    assert [row[:2] for row in await cursors(pool)] == [(2, True)]


async def test_a_rebuild_never_takes_away_what_the_log_holds_no_longer(pool: Pool) -> None:
    log = busy_log()
    follower = await catch_up(pool, log)
    before = await dump(pool)
    log.first = 9

    with pytest.raises(LogBeginsLater) as refusal:
        await follower.rebuild("acme")
    log.epoch, log.events[-1].id = "2", "another history"
    await follower.follow_once()

    assert refusal.value.reason == "LOG_BEGINS_LATER"
    assert await dump(pool) == before
    assert await cursors(pool) == [(1, True, "1", len(log.events))]


async def test_what_is_kept_is_counted_in_its_place_when_somebody_says_so(pool: Pool) -> None:
    log = busy_log()
    follower = await catch_up(pool, log)
    log.first = 9  # two conversations of six are gone

    await follower.rebuild("acme", what_is_kept=True)
    while await follower.follow_once():
        pass
    log.receive(at("10:00"), "c5")
    await follower.follow_once()

    assert await cursors(pool) == [(2, True, "1", len(log.events))]
    found = await dashboard(pool, at("12:00"))
    assert (found.conversations.total, found.messages.received) == (4, 5)


async def test_events_that_went_uncounted_stop_the_tenant(pool: Pool) -> None:
    log = busy_log()
    follower = await catch_up(pool, log)
    for minute in range(5):
        log.receive(at(f"10:0{minute}"))
    log.first = len(log.events)

    await follower.follow_once()

    assert await cursors(pool) == [(1, True, "1", len(log.events) - 5)]


async def test_the_first_facts_begin_where_the_log_does(pool: Pool) -> None:
    log = busy_log()
    log.first = 9

    await catch_up(pool, log)

    assert await cursors(pool) == [(1, True, "1", len(log.events))]
    assert (await dashboard(pool, at("12:00"))).conversations.total == 4


async def test_whoever_made_the_old_figures_does_not_bring_them_back(pool: Pool) -> None:
    log = busy_log()
    old, new = await catch_up(pool, log), Follower(pool, log, NoBell())
    await new.rebuild("acme")
    while await new.follow_once():
        pass
    await new.rebuild("acme")
    log.receive(at("10:00"))

    await old.follow_once()
    while await old.follow_once():
        pass

    assert [row[1:] for row in await cursors(pool)] == [(True, "1", len(log.events))]
    assert (await dashboard(pool, at("12:00"))).messages.received == 7


async def test_another_tenant_sees_nothing(pool: Pool) -> None:
    await catch_up(pool, busy_log())

    async with pool.transaction("other") as connection:
        assert await connection.fetchval("SELECT count(*) FROM conversations") == 0
