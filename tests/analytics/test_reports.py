"""One test a report, on facts that the follower made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg
import pytest

from mesh.times import from_timestamp
from services.analytics.reports.store import Preparation
from tests.analytics.event_log import DAY, HandWrittenLog, at, catch_up, dashboard

if TYPE_CHECKING:
    from datetime import datetime

    from cli.embedded.postgres import Postgres
    from mesh.postgres import Pool

WEEK = timedelta(days=7)


def ticket(log: HandWrittenLog, asked: datetime, due: datetime, name: str) -> None:
    log.open(asked, name, customer_id=name)
    log.receive(asked, name)
    opened = {"customer_time": asked, "first_response_due": due}
    log.add("ticket.opened", asked, name, f"t-{name}", **opened)
    log.add("handover.requested", asked, name, cause="rule")


async def test_response_times_are_means_and_nearest_ranks_of_what_was_observed(pool: Pool) -> None:
    log = HandWrittenLog()
    for number, seconds in enumerate((1, 2, 3, 4, 10)):
        name = f"c{number}"
        log.open(at("09:00"), name)
        log.receive(at("09:00"), name)
        log.reply(at("09:00") + timedelta(seconds=seconds), f"m{number}", name)
    await catch_up(pool, log)

    found = (await dashboard(pool, at("12:00"))).first_response_seconds

    assert (found.count, found.avg.value, found.p50.value, found.p90.value) == (5, 4, 3, 10)


async def test_sla_counts_met_breached_and_at_risk_once_each(pool: Pool) -> None:
    log = HandWrittenLog()
    ticket(log, at("09:00"), at("09:30"), "met")
    ticket(log, at("09:00"), at("09:30"), "late")
    ticket(log, at("09:00"), at("09:30"), "never")
    ticket(log, at("09:00"), at("09:30"), "cancelled")
    ticket(log, at("09:00"), at("12:30"), "at-risk")
    ticket(log, at("11:50"), at("12:50"), "fresh")
    log.say(at("09:30"), "m1", "met")
    log.say(at("10:00"), "m2", "late")
    log.add("conversation.resolved", at("09:20"), "cancelled", by="person", answered=False)
    await catch_up(pool, log)

    found = (await dashboard(pool, at("12:00"))).sla

    assert (found.met, found.breached, found.at_risk) == (1, 2, 1)
    assert found.compliance_percent.value == pytest.approx(100 / 3)


async def test_deflection_ripens_with_silence_and_is_not_undone_by_thanks(pool: Pool) -> None:
    log = HandWrittenLog()
    for name in ("silent", "thankful", "asks-back", "unanswered"):
        log.open(at("09:00"), name, customer_id=name)
        log.receive(at("09:00"), name)
    log.reply(at("09:01"), "m1", "silent")
    log.reply(at("09:01"), "m2", "thankful")
    log.reply(at("09:01"), "m3", "asks-back", outcome="ask")
    log.receive(at("09:02"), "thankful")
    thanks = {"intent": "thanks", "outcome": "silence", "customer_time": at("09:02")}
    log.label(at("09:02"), "thankful", **thanks)
    await catch_up(pool, log)

    soon = (await dashboard(pool, at("12:00"), days=2)).automation
    later = (await dashboard(pool, at("09:01") + timedelta(days=1), days=2)).automation

    assert (soon.involvement_rate.value, soon.automation_rate.value) == (0.75, 0.25)
    assert later.automation_rate.value == 0.5
    assert later.resolution_rate.value == pytest.approx(2 / 3)
    assert not later.HasField("durable_resolution_rate")


async def test_durable_are_resolutions_after_which_a_week_stayed_silent(pool: Pool) -> None:
    log = HandWrittenLog()
    for name in ("quiet", "back", "elsewhere"):
        log.open(at("09:00"), name, customer_id=name)
        log.receive(at("09:00"), name)
        log.reply(at("09:01"), f"m-{name}", name)
    log.receive(at("09:00") + timedelta(days=3), "back")
    log.open(at("09:00") + timedelta(days=4), "new", customer_id="elsewhere")
    await catch_up(pool, log)

    now = at("12:00") + WEEK + timedelta(days=1)
    found = (await dashboard(pool, now, days=7)).automation

    assert found.durable_resolution_rate.value == pytest.approx(1 / 3)


async def test_days_begin_at_the_midnight_of_the_tenants_time_zone(pool: Pool) -> None:
    log = HandWrittenLog()
    log.open(at("18:29"))
    log.receive(at("18:29"))
    log.receive(at("18:31"))
    await catch_up(pool, log)

    found = await dashboard(pool, at("20:00"), days=2, zone="Asia/Kolkata")

    assert [(day.date, day.messages_received) for day in found.daily] == [
        ("2026-11-24", 1),
        ("2026-11-25", 1),
    ]
    assert from_timestamp(getattr(found, "from")) == at("18:30") - timedelta(days=1)


async def test_the_previous_period_is_the_same_span_as_many_days_back(pool: Pool) -> None:
    log = HandWrittenLog()
    log.open(at("10:00", DAY - WEEK), "old")
    log.open(at("13:00", DAY - WEEK), "between")
    log.open(at("10:00"), "new")
    log.add("conversation.resolved", at("11:00"), "old", by="person")
    await catch_up(pool, log)

    found = await dashboard(pool, at("12:00"), days=7)

    assert (found.conversations.total, found.previous.conversations.total) == (1, 1)
    assert (found.conversations.open, found.previous.conversations.open) == (2, 1)


async def test_a_tenant_without_events_has_zeros_and_nothing_to_divide_by(pool: Pool) -> None:
    found = await dashboard(pool, at("12:00"), days=3)

    assert found.conversations.total == found.sla.met == found.satisfaction.responses == 0
    assert not found.first_response_seconds.HasField("avg")
    assert not found.automation.HasField("involvement_rate")
    assert not found.sla.HasField("compliance_percent")
    assert len(found.daily) == 3


async def test_a_report_that_does_not_fit_the_schema_stops_the_boot(
    pool: Pool, postgres: Postgres
) -> None:
    async with pool.connection() as connection:
        name = await connection.fetchval("SELECT current_database()")
    await Preparation(pool).insist()
    postgres.execute("ALTER TABLE analytics.tallies RENAME count TO amount", name)

    with pytest.raises(asyncpg.UndefinedColumnError):
        await Preparation(pool).insist()
