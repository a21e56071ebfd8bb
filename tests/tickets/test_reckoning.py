"""Policies and calendars: which one counts, and what a change of them does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import sla_pb2 as pb
from cassava.tickets.v1 import ticket_pb2
from cassava.type.v1 import classification_pb2

from mesh.errors import ChangedMeanwhile, InvalidInput, NotFound
from tests.tickets.desk import tickets
from tests.tickets.people import TENANT
from tests.tickets.promises import (
    FIRST,
    RESOLUTION,
    State,
    a_calendar,
    a_case,
    a_policy,
    a_target,
    all_promised,
    clocks,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api


# As an edit finds them: not reckoned yet, and by the old hours overdue.
_MANY = """
INSERT INTO sla_clocks (tenant_id, id, ticket_id, conversation_id, kind, target, started_at,
       warn_percent, policy_id, calendar_id, running_since, at_risk_at, due_at, alarm_at,
       hours_version)
SELECT tenant_id, gen_random_uuid(), ticket_id, conversation_id, 'next_response', target,
       started_at, warn_percent, policy_id, calendar_id, running_since, at_risk_at,
       now() - interval '1 s', now() - interval '1 s', 0
  FROM sla_clocks, generate_series(1, 500)
"""


async def test_the_first_policy_that_matches_counts(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_policy(admin, a_target(FIRST, 600), position=1)
    telegram_only = [2]
    await a_policy(admin, a_target(FIRST, 60), position=0, channels=telegram_only)

    await a_case(mesh, admin, channel)

    assert (await clocks(admin))[FIRST].target.seconds == 600


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "policy.name"),
        ({"name": "Gold", "channels": [2, 0]}, "policy.channels[1]"),
        ({"name": "Gold", "intents": [""]}, "policy.intents[0]"),
        ({"name": "Gold", "urgencies": [0]}, "policy.urgencies[0]"),
    ],
)
async def test_a_policy_without_a_name_or_that_nothing_could_meet_is_refused(
    admin: Api, said: dict[str, Any], field: str
) -> None:
    policy = pb.SlaPolicy(targets=[a_target(FIRST, 60)], **said)

    with pytest.raises(InvalidInput) as refusal:
        await admin.sla.CreateSlaPolicy(pb.CreateSlaPolicyRequest(tenant_id=TENANT, policy=policy))

    assert [each.field for each in refusal.value.violations] == [field]


async def test_a_calendar_has_a_name(admin: Api) -> None:
    calendar = await a_calendar(admin, ("09:00", "17:00"))

    with pytest.raises(InvalidInput) as refusal:
        await admin.sla.UpdateCalendar(
            pb.UpdateCalendarRequest(
                tenant_id=TENANT, calendar_id=calendar.id, calendar=pb.Calendar(name=" ")
            )
        )

    assert [each.field for each in refusal.value.violations] == ["calendar.name"]


async def test_a_raised_priority_shortens_the_promise_and_keeps_what_was_used(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    target = pb.Target(kind=RESOLUTION)
    target.normal.seconds, target.critical.seconds = 7200, 3600
    await a_policy(admin, target)
    await a_case(mesh, admin, channel)
    before = (await clocks(admin))[RESOLUTION]

    (ticket,) = await tickets(admin)
    raised = ticket_pb2.Ticket(priority=classification_pb2.URGENCY_CRITICAL)
    await admin.tickets.UpdateTicket(
        ticket_pb2.UpdateTicketRequest(ticket_id=ticket.id, ticket=raised)
    )

    after = (await clocks(admin))[RESOLUTION]
    assert after.due_time.seconds - before.due_time.seconds == -3600


async def test_a_changed_calendar_makes_running_clocks_due_anew(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    calendar = await a_calendar(admin, ("00:00", "24:00"))
    await a_policy(admin, a_target(RESOLUTION, 86_400, calendar_id=calendar.id))
    await a_case(mesh, admin, channel)
    before = (await clocks(admin))[RESOLUTION].due_time

    half = [pb.TimeFrame(start="00:00", end="12:00")]
    weekly = [pb.WeekdayHours(weekday=day, frames=half) for day in range(1, 8)]  # type: ignore[arg-type]  # Monday to Sunday
    await admin.sla.UpdateCalendar(
        pb.UpdateCalendarRequest(
            tenant_id=TENANT, calendar_id=calendar.id, calendar=pb.Calendar(weekly=weekly)
        )
    )

    after = (await clocks(admin))[RESOLUTION].due_time
    assert after.seconds - before.seconds >= 43_000


async def test_all_clocks_of_a_changed_calendar_come_to_be_due_anew_and_none_breaks_by_old_hours(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    calendar = await a_calendar(admin, ("00:00", "24:00"), time_zone="UTC")
    await a_policy(admin, a_target(RESOLUTION, 3600, calendar_id=calendar.id))
    await a_case(mesh, admin, channel)
    await root.execute(_MANY)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoweekday()
    frames = [pb.TimeFrame(start="00:00", end="24:00")]
    weekly = [pb.WeekdayHours(weekday=tomorrow, frames=frames)]  # type: ignore[arg-type]  # Monday to Sunday

    await admin.sla.UpdateCalendar(
        pb.UpdateCalendarRequest(
            tenant_id=TENANT, calendar_id=calendar.id, calendar=pb.Calendar(weekly=weekly)
        )
    )

    for _ in range(100):
        if not await root.fetchval("SELECT count(*) FROM sla_clocks WHERE hours_version <> 2"):
            break
        await asyncio.sleep(0.1)
    waits = "SELECT min(due_at - running_since), count(*), count(breached_at) FROM sla_clocks"
    soonest, count, breached = await root.fetchrow(waits)  # type: ignore[misc]  # one row
    assert soonest > timedelta(seconds=3600)
    assert (count, breached) == (501, 0)


async def test_a_changed_policy_makes_running_clocks_due_anew(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    policy = await a_policy(admin, a_target(FIRST, 3600))
    await a_case(mesh, admin, channel)
    before = (await clocks(admin))[FIRST].due_time

    changed = pb.SlaPolicy(targets=[a_target(FIRST, 7200)])
    await admin.sla.UpdateSlaPolicy(
        pb.UpdateSlaPolicyRequest(tenant_id=TENANT, policy_id=policy.id, policy=changed)
    )

    assert (await clocks(admin))[FIRST].due_time.seconds - before.seconds == 3600


async def test_clocks_of_a_deleted_policy_run_on(mesh: Api, admin: Api, channel: Channel) -> None:
    policy = await all_promised(admin)
    await a_case(mesh, admin, channel)

    await admin.sla.DeleteSlaPolicy(
        pb.DeleteSlaPolicyRequest(tenant_id=TENANT, policy_id=policy.id)
    )

    listed = await admin.sla.ListSlaPolicies(pb.ListSlaPoliciesRequest(tenant_id=TENANT))
    assert not listed.policies
    assert (await clocks(admin))[FIRST].state == State.STATE_RUNNING


async def test_a_deleted_policy_is_not_found(admin: Api) -> None:
    policy = await all_promised(admin)
    await admin.sla.DeleteSlaPolicy(pb.DeleteSlaPolicyRequest(policy_id=policy.id))

    for again in (
        admin.sla.GetSlaPolicy(pb.GetSlaPolicyRequest(policy_id=policy.id)),
        admin.sla.UpdateSlaPolicy(pb.UpdateSlaPolicyRequest(policy_id=policy.id, policy=policy)),
        admin.sla.DeleteSlaPolicy(pb.DeleteSlaPolicyRequest(policy_id=policy.id)),
    ):
        with pytest.raises(NotFound) as refusal:
            await again
        assert refusal.value.reason == "SLA_POLICY_NOT_FOUND"


@pytest.mark.parametrize(
    "said",
    [
        {"weekly": []},
        {"time_zone": "Middle/Earth"},
        {"holidays": [pb.Holiday(date="2026-02-30")]},
        {"holidays": [pb.Holiday(date="2026-12-24")] * 2},
        {"holidays": [pb.Holiday(date=f"{year}-12-24", yearly=True) for year in (2026, 2027)]},
    ],
)
async def test_a_calendar_that_is_none_is_refused(admin: Api, said: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        await a_calendar(admin, ("09:00", "17:00"), **said)


async def test_a_policy_that_promises_nothing_is_refused(admin: Api) -> None:
    with pytest.raises(InvalidInput):
        await a_policy(admin)


async def test_an_old_etag_of_a_calendar_is_refused(admin: Api) -> None:
    calendar = await a_calendar(admin, ("09:00", "17:00"))
    request = pb.UpdateCalendarRequest(
        tenant_id=TENANT, calendar_id=calendar.id, calendar=pb.Calendar(name="B", etag="7")
    )

    with pytest.raises(ChangedMeanwhile):
        await admin.sla.UpdateCalendar(request)
