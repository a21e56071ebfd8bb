"""Reports read sums; each of their figures is held to its definition, read from the facts."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from services.analytics import metric
from services.analytics.period import Period
from services.analytics.reports.store import Dashboard, ReportStore
from services.analytics.spread import Spread
from tests.analytics.event_log import DAY, TABLES, TENANT, HandWrittenLog, catch_up, dump

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cli.embedded.postgres import Postgres
    from mesh.postgres import Connection, Pool

REFERENCE = {
    file.stem: file.read_text() for file in (Path(__file__).parent / "reference").glob("*.sql")
}
_TABLES = (*TABLES, "handovers", "ratings")
ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns")


def a_history(draw: random.Random, length: int) -> HandWrittenLog:
    """Of some weeks: bursts, nights, and silences long enough to mean something."""
    log, moment = HandWrittenLog(page_size=draw.choice((7, 40, 500))), DAY - timedelta(days=25)
    for number in range(length):
        _something_happens(log, draw, moment, number)
        pause = draw.choice((0.001, 1, 60, 900, 7200, 50_000)) * draw.random() * 2
        moment += timedelta(microseconds=round(pause * 1e6))
    return log


def _something_happens(
    log: HandWrittenLog, draw: random.Random, moment: datetime, number: int
) -> None:
    conversation = f"c{draw.randrange(12)}"
    answer, earlier = f"m{number}-{conversation}", f"m{draw.randrange(number + 1)}-{conversation}"
    person: dict[str, Any] = {"author": "agent", "answer": True, "outcome": "answer"}
    due = moment + timedelta(hours=draw.choice((1, 30)))
    happenings: list[Callable[[], None]] = [
        lambda: log.open(moment, conversation, customer_id=f"k{draw.randrange(4)}"),
        lambda: log.add("conversation.opened", moment, conversation, channel="web"),
        lambda: log.receive(moment - draw.random() * timedelta(minutes=9), conversation),
        lambda: log.receive(moment, conversation),
        lambda: log.reply(moment, answer, conversation, draw.choice(("answer", "ask", "notice"))),
        lambda: log.reply(moment, answer, conversation),
        lambda: log.add("message.queued", moment, conversation, message_id=answer, **person),
        lambda: log.add("message.failed", moment, conversation, message_id=earlier),
        lambda: log.label(moment, conversation, intent="thanks", outcome="silence"),
        lambda: log.label(moment, conversation, intent=draw.choice("abc")),
        lambda: log.add("handover.requested", moment, conversation, customer_time=moment),
        lambda: log.add("handover.released", moment, conversation),
        lambda: log.add("conversation.resolved", moment, conversation, by="person"),
        lambda: log.add("conversation.reopened", moment, conversation, by="customer"),
        lambda: log.add("ticket.opened", moment, conversation, f"old-{conversation}",
                        first_response_due=due),
        lambda: log.add("policy.updated", moment, "",
                        inactive_hours=draw.choice((0, 5, 48, 168))),
        lambda: _tell_a_clock(log, draw, moment, conversation, due),
        lambda: log.add("rating.received", moment, conversation, rating=draw.randint(1, 5),
                        resolved_at=draw.choice("xy"), asked_at=moment),
    ]  # fmt: skip
    draw.choice(happenings)()


def _tell_a_clock(
    log: HandWrittenLog, draw: random.Random, moment: datetime, conversation: str, due: datetime
) -> None:
    outcome = draw.choice(("", "met", "cancelled", "breached"))
    begun = {"started_at": moment - timedelta(hours=1), "due_at": due, "at_risk_at": moment}
    ended = {"stopped_at": moment} if outcome else {}
    breached = {"breached_at": moment} if outcome == "breached" or draw.random() < 0.2 else {}
    moments = {name: at.isoformat() for name, at in (begun | ended | breached).items()}
    kind = draw.choice(("first_response", "next_response", "resolution"))
    clock = {"id": f"k-{conversation}-{kind}", "kind": kind, "outcome": outcome, **moments}
    log.add("ticket.updated", moment, conversation, f"t-{conversation}", clocks=[clock])


async def by_definition(
    connection: Connection, report: str, period: Period, *more: object
) -> list[Mapping[str, Any]]:
    rows = await connection.fetch(REFERENCE[report], TENANT, 1, period.begin, period.end, *more)
    return [dict(row) for row in rows]


def with_anything(rows: Any) -> list[Mapping[str, Any]]:
    """A kind of clock of which nothing is to be said has no row."""
    return [row for row in rows if any(row[name] for name in row if name != "kind")]


@pytest.mark.parametrize("seed", range(8))
async def test_sums_say_what_the_facts_say(pool: Pool, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  # no secret
    log = a_history(draw, 250)
    await catch_up(pool, log)
    last = log.events[-1].occurred_at.ToDatetime(DAY.tzinfo)

    for days in (1, 3, 7, 30):
        now = last + draw.random() * timedelta(days=draw.choice((0, 1, 9)))
        today = Period.until(now, days, ZoneInfo(draw.choice(ZONES)))
        async with pool.transaction(TENANT, readonly=True) as connection:
            found = await ReportStore(connection, TENANT, 1).dashboard(today, now)
            await _held_to_the_definition(connection, found, today, now)


async def _held_to_the_definition(
    connection: Connection, found: Dashboard, today: Period, now: datetime
) -> None:
    for told, period in ((found.headline, today), (found.previous, today.previous())):

        async def slowly(
            report: str, *more: object, period: Period = period
        ) -> list[Mapping[str, Any]]:
            return await by_definition(connection, report, period, *more)

        assert [told["overview"]] == await slowly("overview")
        assert [told["deflection"]] == await slowly("deflection", now)
        assert told["outcomes"] == await slowly("outcomes", now)
        assert told["satisfaction"] == await slowly("satisfaction")
        assert [told["unanswered"]] == await slowly("unanswered", now)
        assert told["sla"] == with_anything(await slowly("sla", now))
        waits = {row.pop("name"): row for row in map(dict, await slowly("response_times"))}
        assert told["durations"] == waits
    assert found.mix == await by_definition(connection, "mix", today)
    days = zip(today.dates(), found.daily, strict=True)
    happened = [{"day": day, **row} for day, row in days if any(row.values())]
    assert happened == await by_definition(connection, "daily", today, today.zone.key)


_ALL_SUMS = """
SELECT metric, 'quarter' AS grain, bucket, label, count FROM tallies
 UNION ALL SELECT metric, grain, bucket, label, count FROM rollups ORDER BY 1, 2, 3, 4
"""
_FILL_ANEW = f"""
SET session_replication_role = replica; SET search_path = analytics;
DELETE FROM tallies WHERE metric <> ALL ('{{{",".join(each.name for each in metric.METRICS)}}}');
UPDATE ratings SET answered_by = 'ai'; UPDATE ai_resolutions SET came_back = false;
SELECT fill_tallies(), refill_rollups();
"""  # noqa: S608  # names of our own


async def test_an_upgrade_fills_what_the_pages_would_have_added(
    pool: Pool, postgres: Postgres
) -> None:
    await catch_up(pool, a_history(random.Random(11), 250))  # noqa: S311  # no secret
    async with pool.transaction(TENANT) as connection:
        name = await connection.fetchval("SELECT current_database()")
        kept = await connection.fetch(_ALL_SUMS)

    postgres.execute(_FILL_ANEW, name)

    async with pool.transaction(TENANT) as connection:
        assert await connection.fetch(_ALL_SUMS) == kept


@pytest.mark.parametrize("seed", range(2))
async def test_sums_are_the_same_whatever_the_pages(pool: Pool, seed: int) -> None:
    log = a_history(random.Random(seed), 250)  # noqa: S311  # no secret
    await catch_up(pool, log)
    before = await dump(pool, _TABLES)
    again = HandWrittenLog(page_size=13)
    again.epoch, again.events = "2", log.events
    again.events[-1].id = "another"

    await catch_up(pool, again)

    assert await dump(pool, _TABLES) == before


async def test_a_generation_that_goes_takes_its_sums_along(pool: Pool) -> None:
    await catch_up(pool, a_history(random.Random(3), 100))  # noqa: S311  # no secret

    async with pool.transaction(TENANT) as connection:
        await connection.execute("DELETE FROM cursors")
        assert await connection.fetch(_ALL_SUMS) == []


def test_a_spread_ranks_as_the_nearest_rank_does() -> None:
    spread = Spread(0, [1, 2, 0, 3])

    assert [spread.rank(p) for p in (0.1, 0.5, 0.51, 0.9)] == [(0, 0), (1, 1), (3, 0), (3, 2)]


async def test_a_spread_is_read_as_the_database_sends_it(pool: Pool) -> None:
    bins = {
        "even and odd ends": {3: 1, 4: 20_000, 9: 99_999_999},
        "round numbers": {0: 10_000, 2: 30_000},
        "one": {400: 5},
    }
    async with pool.connection() as connection:
        for counts in bins.values():
            number = sum(count * 10 ** (8 * place) for place, count in counts.items())
            sent = await connection.fetchval(f"SELECT numeric_send({number})")
            spread = Spread.parse(sent)

            assert spread.count == sum(counts.values())
            assert [spread.rank(p).bin for p in (0, 1)] == [min(counts), max(counts)]
            assert (spread + spread).count == 2 * spread.count
