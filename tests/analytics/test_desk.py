"""What the desk adds: clocks of every kind, handovers, ratings, people, open hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cassava.analytics.v1 import analytics_pb2 as pb

from services.analytics.eras import Era, Eras
from services.analytics.servicer import AnalyticsServicer
from tests.analytics.event_log import (
    DAY,
    FixedZone,
    HandWrittenLog,
    NoAudit,
    at,
    catch_up,
    dashboard,
    dump,
    idle,
)
from tests.analytics.test_worked_example import one_day_at_the_desk

if TYPE_CHECKING:
    from mesh.postgres import Pool

TABLES = ("conversations", "responses", "clocks", "handovers", "ratings", "calendars", "tallies")
MORNINGS = {"time_zone": "UTC", "weekly": [[[540, 720]]] * 7, "holidays": []}


def a_clock(log: HandWrittenLog, moment: datetime, kind: str, **told: Any) -> None:
    """As tickets tells it: all of it, each time."""
    said = {"id": f"k-{kind}", "kind": kind, "target_seconds": 1800, "outcome": ""}
    moments = {name: when.isoformat() for name, when in told.items() if name != "outcome"}
    clock = said | moments | {"outcome": told.get("outcome", "")}
    log.add("ticket.updated", moment, ticket="t1", clocks=[clock])


def answered(log: HandWrittenLog, moment: datetime, message: str, agent: str, team: str) -> None:
    log.add("message.queued", moment, message_id=message, author="agent", answer=True,
            outcome="answer", agent_id=agent, team_id=team)  # fmt: skip


def asked(pool: Pool, now: datetime) -> AnalyticsServicer:
    return AnalyticsServicer(pool, FixedZone("UTC"), idle(pool), NoAudit(), lambda: now)


async def test_waits_after_the_first_and_for_a_person_are_measured_apart(pool: Pool) -> None:
    log = HandWrittenLog()
    one_day_at_the_desk(log)

    await catch_up(pool, log)
    found = await dashboard(pool, at("12:00"))

    following, human = found.next_response_seconds, found.human_first_response_seconds
    assert (following.avg.value, following.p50.value, following.p90.value) == (600, 300, 900)
    assert (human.count, human.avg.value) == (1, 900)
    assert found.first_response_seconds.by.ai.count == 1
    assert not found.first_response_seconds.by.HasField("person")
    assert [(o.outcome, o.conversations) for o in found.outcomes] == [("person", 1)]
    assert found.automation.deflection_rate.value == 0
    assert found.unanswered.count == 0


async def test_clocks_of_every_kind_are_judged_as_the_log_tells_them(pool: Pool) -> None:
    log = HandWrittenLog()
    log.open(at("09:00"))
    begun = {"started_at": at("09:00"), "due_at": at("09:30"), "at_risk_at": at("09:24")}
    a_clock(log, at("09:00"), "first_response", **begun)
    a_clock(log, at("09:10"), "first_response", started_at=at("09:00"), stopped_at=at("09:10"),
            outcome="met")  # fmt: skip
    a_clock(log, at("09:31"), "next_response", **begun, breached_at=at("09:30"))
    a_clock(log, at("09:31"), "resolution", **(begun | {"due_at": at("13:00")}))

    await catch_up(pool, log)
    sla = (await dashboard(pool, at("12:00"))).sla

    assert (sla.met, sla.breached, sla.at_risk, sla.cancelled) == (1, 1, 1, 0)
    assert sla.compliance_percent.value == 50
    assert [c.clock for c in sla.by_clock] == ["first_response", "next_response", "resolution"]


async def test_a_resolution_that_is_reopened_is_met_no_more(pool: Pool) -> None:
    log = HandWrittenLog()
    log.open(at("09:00"))
    a_clock(log, at("09:10"), "resolution", started_at=at("09:00"), stopped_at=at("09:10"),
            outcome="met")  # fmt: skip
    a_clock(log, at("10:00"), "resolution", started_at=at("09:00"), due_at=at("18:00"))

    await catch_up(pool, log)

    assert (await dashboard(pool, at("12:00"))).sla.met == 0


async def test_ratings_are_split_by_who_answered_and_the_last_counts(pool: Pool) -> None:
    log = HandWrittenLog()
    log.open(at("09:00"))
    log.receive(at("09:00"))
    log.reply(at("09:01"), "m1")
    log.add("rating.received", at("09:05"), rating=2, resolved_at="")
    log.add("rating.received", at("09:06"), rating=5, resolved_at="")

    await catch_up(pool, log)
    satisfaction = (await dashboard(pool, at("12:00"))).satisfaction

    assert (satisfaction.responses, satisfaction.average.value) == (1, 5)
    assert (satisfaction.by.ai.responses, satisfaction.by.person.responses) == (1, 0)


async def test_a_good_rating_confirms_and_a_bad_one_unmakes_a_resolution(pool: Pool) -> None:
    log = HandWrittenLog()
    for conversation, rating in (("good", 4), ("bad", 1)):
        log.open(at("09:00"), conversation)
        log.receive(at("09:00"), conversation)
        log.reply(at("09:01"), f"m-{conversation}", conversation)
        log.add("rating.received", at("09:05"), conversation, rating=rating, resolved_at="")

    await catch_up(pool, log)
    soon = await dashboard(pool, at("12:00"))
    later = await dashboard(pool, at("12:00") + timedelta(days=2), days=4)

    assert {o.outcome: o.conversations for o in soon.outcomes} == {"ai_confirmed": 1, "open": 1}
    assert {o.outcome: o.conversations for o in later.outcomes} == {
        "ai_confirmed": 1,
        "contained": 1,
    }
    assert soon.automation.confirmed_rate.value == 0.5


async def test_who_still_waits_is_counted_with_the_oldest(pool: Pool) -> None:
    log = HandWrittenLog()
    for conversation, clock in (("a", "09:00"), ("b", "10:00")):
        log.open(at(clock), conversation)
        log.receive(at(clock), conversation)

    await catch_up(pool, log)
    waits = (await dashboard(pool, at("12:00"))).unanswered

    assert (waits.count, waits.oldest_seconds.value) == (2, 3 * 3600)


async def test_only_open_seconds_count_in_business_hours_in_the_version_then_in_force(
    pool: Pool,
) -> None:
    log = HandWrittenLog()
    log.add("calendar.updated", at("08:00"), "", calendar_id="x", definition=MORNINGS)
    log.open(at("08:30"))
    log.receive(at("08:30"))
    log.say(at("09:10"), "m1")
    log.add("calendar.updated", at("10:00"), "", calendar_id="", definition={})

    await catch_up(pool, log)
    first = (await dashboard(pool, at("12:00"))).first_response_seconds

    assert (first.avg.value, first.in_business_hours.avg.value) == (2400, 600)


def test_eras_count_each_span_in_its_own_hours() -> None:
    eras = Eras([Era(1, at("09:00"), MORNINGS), Era(2, at("13:00"), {})])

    assert eras.between(at("08:00"), at("14:00")) == timedelta(hours=1 + 3 + 1)


async def test_agents_and_teams_are_reported_by_their_answers(pool: Pool) -> None:
    log = HandWrittenLog()
    log.open(at("09:00"))
    log.receive(at("09:00"))
    answered(log, at("09:01"), "m1", "ada", "returns")
    log.receive(at("09:10"))
    answered(log, at("09:12"), "m2", "bo", "returns")
    answered(log, at("09:13"), "m3", "bo", "returns")
    log.add("rating.received", at("09:20"), rating=4, resolved_at="")

    await catch_up(pool, log)
    report = await asked(pool, at("12:00")).GetAgentReport(
        pb.GetAgentReportRequest(tenant_id="acme"), _NO_CONTEXT
    )

    assert [(a.agent_id, a.answers, a.response_seconds.avg.value) for a in report.agents] == [
        ("bo", 2, 120),
        ("ada", 1, 60),
    ]
    (team,) = report.teams
    assert (team.team_id, team.answers, team.conversations) == ("returns", 3, 1)
    assert team.satisfaction.average.value == 4


async def test_a_series_has_every_hour_also_those_in_which_nothing_happened(pool: Pool) -> None:
    log = HandWrittenLog()
    log.open(at("09:30"))
    log.receive(at("09:30"))

    await catch_up(pool, log)
    series = await asked(pool, at("12:00")).GetTimeseries(
        pb.GetTimeseriesRequest(tenant_id="acme", days=1, step=pb.STEP_HOUR), _NO_CONTEXT
    )

    assert len(series.points) == 12
    assert [point.messages_received for point in series.points[9:11]] == [1, 0]


async def test_a_series_by_day_begins_at_the_tenants_midnight(pool: Pool) -> None:
    log = HandWrittenLog()
    log.open(at("23:30", DAY - timedelta(days=1)))
    zone = FixedZone("Europe/Berlin")

    await catch_up(pool, log)
    servicer = AnalyticsServicer(pool, zone, idle(pool), NoAudit(), lambda: at("12:00"))
    series = await servicer.GetTimeseries(
        pb.GetTimeseriesRequest(tenant_id="acme", days=2), _NO_CONTEXT
    )

    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=ZoneInfo("Europe/Berlin"))
    assert series.points[1].time.ToDatetime(midnight.tzinfo) == midnight
    assert [point.conversations for point in series.points] == [0, 1]


def a_whole_day(log: HandWrittenLog) -> None:
    """With everything in it that leaves a fact."""
    log.add("calendar.updated", at("08:00"), "", calendar_id="x", definition=MORNINGS)
    one_day_at_the_desk(log)
    a_clock(log, at("11:20"), "resolution", started_at=at("09:00"), stopped_at=at("11:10"),
            outcome="met")  # fmt: skip
    log.add("rating.received", at("11:30"), rating=5, resolved_at=at("11:10").isoformat())


async def test_a_rebuild_from_zero_gives_the_same_bytes(pool: Pool) -> None:
    log, again = HandWrittenLog(), HandWrittenLog(page_size=3)
    a_whole_day(log)
    await catch_up(pool, log)
    before = await dump(pool, TABLES)
    again.epoch = "2"
    a_whole_day(again)

    await catch_up(pool, again)

    assert before == await dump(pool, TABLES)


_NO_CONTEXT: Any = None


async def test_a_rating_request_counts_as_answered_once_and_where_it_was_asked(pool: Pool) -> None:
    log = HandWrittenLog()
    for conversation in ("c1", "c2"):
        log.open(at("09:00"), conversation)
        log.add("message.queued", at("09:10"), conversation, message_id=f"q-{conversation}",
                author="system", answer=False, outcome="rating_request")  # fmt: skip
    for rating in (3, 5):
        log.add("rating.received", at("11:00"), rating=rating, resolved_at=at("09:10"),
                asked_at=at("09:10"))  # fmt: skip

    await catch_up(pool, log)
    found = (await dashboard(pool, at("12:00"))).satisfaction

    assert (found.responses, found.average.value) == (1, 5)
    assert found.response_rate.value == 0.5
