from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics import metric, rollup, wire
from services.analytics.cursor import Cursor, GapInLog
from services.analytics.cursors import CursorStore
from services.analytics.period import Period
from services.analytics.reports.store import ReportStore
from services.analytics.rollup import EVENTS_THAT_COUNT, Tally
from services.analytics.store import FactStore
from services.analytics.story import Story
from tests.analytics.event_log import TENANT, HandWrittenLog, at, dump

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mesh.postgres import Pool
    from services.analytics.event import Event


def some_log(seed: int, length: int) -> list[Event]:
    """Everything the log can say, in an order that even a broken desk would not write."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    log = HandWrittenLog()
    for minute in range(length):
        _something_happens(log, draw, at(f"08:{minute}"))
    return [wire.event_from_proto(event) for event in log.events]


def _something_happens(log: HandWrittenLog, draw: random.Random, moment: datetime) -> None:
    conversation = f"c{draw.randrange(3)}"
    message = f"m{draw.randrange(6)}-{conversation}"
    sent: dict[str, Any] = {"message_id": message, "author": "bot", "answer": True}
    happenings: list[Callable[[], None]] = [
        lambda: log.open(moment, conversation),
        lambda: log.receive(moment, conversation),
        lambda: log.reply(moment, message, conversation, draw.choice(_OUTCOMES)),
        lambda: log.say(moment, message, conversation),
        lambda: log.label(moment, conversation, intent="thanks", outcome="notice"),
        lambda: log.add("message.failed", moment, conversation, **sent),
        lambda: log.add("handover.requested", moment, conversation, cause="rule"),
        lambda: log.add("handover.released", moment, conversation, key_id="k"),
        lambda: log.add("conversation.resolved", moment, conversation, by="person"),
        lambda: log.add("conversation.resolved", moment, conversation, by="machine"),
        lambda: log.add("conversation.reopened", moment, conversation, by="customer"),
        lambda: log.add(
            *("ticket.opened", moment, conversation, f"t-{conversation}"),
            first_response_due=at("08:40"),
        ),
    ]
    draw.choice(happenings)()


_OUTCOMES = ["answer", "ask", "handover", "notice"]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(), cuts=st.lists(st.integers(0, 60), max_size=5))
def test_pages_and_repeats_add_up_to_the_log_counted_once(seed: int, cuts: list[int]) -> None:
    events = some_log(seed, 50)
    stories: dict[str, Story] = {}
    cursor, once = rollup.follow(Cursor(epoch="1"), stories, events)

    pieces: dict[str, Story] = {}
    step, total = Cursor(epoch="1"), Counter[Tally]()
    for cut in [*sorted(cuts), len(events)]:
        step, tallies = rollup.follow(step, pieces, events[max(0, step.sequence - 7) : cut])
        total.update(tallies)

    assert (step, pieces) == (cursor, stories)
    assert {key: n for key, n in total.items() if n} == {key: n for key, n in once.items() if n}


@pytest.mark.parametrize("seed", range(4))
async def test_a_replay_from_zero_leaves_the_same_rows(pool: Pool, seed: int) -> None:
    events = some_log(seed, 60)

    await _count(pool, Cursor(epoch="1"), [events])
    first = await dump(pool)
    pages = [events[:10], events[5:30], events[:30], events[29:], events]
    await _count(pool, Cursor(epoch="1", generation=2, is_live=False), pages)

    async with pool.transaction(TENANT) as connection:
        await connection.execute("UPDATE cursors SET is_live = false WHERE generation = 1")
        await connection.execute("UPDATE cursors SET is_live = true WHERE generation = 2")
    assert first
    assert await dump(pool) == first


async def _count(pool: Pool, cursor: Cursor, pages: list[list[Event]]) -> None:
    async with pool.transaction(TENANT) as connection:
        await CursorStore(connection, TENANT).begin(cursor)
    for page in pages:
        async with pool.transaction(TENANT) as connection:
            cursors = CursorStore(connection, TENANT)
            facts = FactStore(connection, TENANT, cursor.generation)
            stories = await facts.load({event.conversation_id for event in page})
            cursor, tallies = rollup.follow(cursor, stories, page)
            await facts.save(stories)
            await facts.add(tallies)
            await cursors.save(cursor)


def test_a_missing_event_is_refused() -> None:
    events = some_log(1, 5)

    with pytest.raises(GapInLog):
        rollup.follow(Cursor(epoch="1"), {}, [events[0], *events[2:]])


def test_every_metric_counts_events_that_have_a_rule() -> None:
    named = {event for each in metric.METRICS for event in each.events}

    assert named <= EVENTS_THAT_COUNT


def test_open_is_what_was_opened_and_does_not_stand_resolved() -> None:
    stories: dict[str, Story] = {}

    _, tallies = rollup.follow(Cursor(epoch="1"), stories, some_log(3, 60))

    still_open = sum(story.conversation.resolved_at is None for story in stories.values())
    assert sum(n for key, n in tallies.items() if key.metric == "conversations_open") == still_open


async def test_open_at_any_hour_is_the_sum_of_all_before_it(pool: Pool) -> None:
    log = HandWrittenLog()
    begin = at("00:00") - timedelta(days=9)
    for n in range(20):
        log.open(begin + n * timedelta(hours=7), f"c{n}")
    for n in range(0, 20, 3):
        moment = begin + timedelta(days=6, hours=n)
        log.add("conversation.resolved", moment, f"c{n}", by="person")
    await _count(pool, Cursor(epoch="1"), [[wire.event_from_proto(e) for e in log.events]])

    for days in (1, 2.5, 5, 6.6, 9):
        end = begin + timedelta(days=days)
        async with pool.transaction(TENANT) as connection:
            reports = ReportStore(connection, TENANT, 1)
            found = await reports.dashboard(Period(begin, end, 1, ZoneInfo("UTC")), end)
            slowly = await connection.fetchval(
                """
                SELECT sum(count) FROM tallies
                 WHERE metric = 'conversations_open' AND bucket < $1
                """,
                end,
            )
        assert found.headline["overview"]["open"] == slowly
