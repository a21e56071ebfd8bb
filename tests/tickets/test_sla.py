"""What is promised, kept and broken, through the real service and its alarm."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import conversation_pb2, delivery_pb2, inbox_pb2, ticket_pb2, turn_pb2
from cassava.tickets.v1 import sla_pb2 as pb
from cassava.type.v1 import classification_pb2, outcome_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.errors import ChangedMeanwhile, InvalidInput, NotFound
from tests.tickets.builders import (
    a_begun_delivery,
    a_bot_reply,
    a_message,
    events_of,
    finish,
)
from tests.tickets.desk import a_conversation, post, read, reopen, resolve, take_over, tickets
from tests.tickets.people import TENANT, a_team

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel
    from cassava.tickets.v1.event_pb2 import Event

    from tests.tickets.api import Api

FIRST, NEXT = pb.CLOCK_KIND_FIRST_RESPONSE, pb.CLOCK_KIND_NEXT_RESPONSE
RESOLUTION = pb.CLOCK_KIND_RESOLUTION
KEEP_OPEN = conversation_pb2.PostMessageRequest.THEN_KEEP_OPEN
State = pb.Clock


def a_target(kind: pb.ClockKind.ValueType, seconds: float, **said: Any) -> pb.Target:
    """The same for every urgency."""
    span = Duration()
    span.FromTimedelta(timedelta(seconds=seconds))
    return pb.Target(kind=kind, low=span, normal=span, high=span, critical=span, **said)


async def a_policy(admin: Api, *targets: pb.Target, **said: Any) -> pb.SlaPolicy:
    request = pb.CreateSlaPolicyRequest(
        tenant_id=TENANT, policy=pb.SlaPolicy(name="Gold", targets=targets, **said)
    )
    return (await admin.sla.CreateSlaPolicy(request)).policy


async def all_promised(admin: Api, **said: Any) -> pb.SlaPolicy:
    """Half an hour, an hour, four hours."""
    targets = a_target(FIRST, 1800), a_target(NEXT, 3600), a_target(RESOLUTION, 14_400)
    return await a_policy(admin, *targets, **said)


async def a_calendar(admin: Api, *frames: tuple[str, str], **said: Any) -> pb.Calendar:
    """The same frames every day."""
    hours = [pb.TimeFrame(start=start, end=end) for start, end in frames]
    weekly = [pb.WeekdayHours(weekday=day, frames=hours) for day in range(1, 8)]  # type: ignore[arg-type]  # Monday to Sunday
    given = {"time_zone": "Europe/Berlin", "weekly": weekly} | said
    calendar = pb.Calendar(name="Office", **given)
    request = pb.CreateCalendarRequest(tenant_id=TENANT, calendar=calendar)
    return (await admin.sla.CreateCalendar(request)).calendar


async def clocks(admin: Api) -> dict[int, pb.Clock]:
    """Of the only case, by kind; the newest of each."""
    (ticket,) = await tickets(admin)
    listed = await admin.sla.ListClocks(pb.ListClocksRequest(ticket_id=ticket.id))
    return {clock.kind: clock for clock in listed.clocks}


async def a_case(mesh: Api, admin: Api, channel: Channel, text: str = "Help!") -> str:
    """Somebody wrote and a person took it over; the conversation."""
    conversation_id = await a_conversation(mesh, channel, text)
    await take_over(admin, conversation_id)
    return conversation_id


async def an_old_message(mesh: Api, channel: Channel, **ago: float) -> str:
    """The provider held it back that long; the conversation."""
    written = Timestamp()
    written.FromDatetime(datetime.now(UTC) - timedelta(**ago))
    arrival = inbox_pb2.Arrival(
        contact=inbox_pb2.Contact(
            aliases=[inbox_pb2.ContactAlias(kind="customer_id", value="kim")], reply_address="kim"
        ),
        kind=conversation_pb2.MESSAGE_KIND_TEXT,
        text=b"Hello?",
        provider_time=written,
    )
    item = inbox_pb2.InboundItem(
        tenant_id=TENANT, account_id=channel.id, key=f"cw:{uuid.uuid4()}", arrival=arrival
    )
    accepted = await mesh.inbox.Accept(inbox_pb2.AcceptRequest(items=[item]))
    return accepted.results[0].conversation_id


async def told(mesh: Api, kind: str, count: int = 1) -> list[Event]:
    """As soon as so many of them are in the log."""
    for _ in range(50):
        found = await events_of(mesh, kind)
        if len(found) >= count:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"{kind} was not told")


async def test_a_case_is_promised_what_its_policy_says_from_the_oldest_waiting_message(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    policy = await all_promised(admin)

    await a_case(mesh, admin, channel)

    running = await clocks(admin)
    (ticket,) = await tickets(admin)
    assert set(running) == {FIRST, RESOLUTION}
    assert running[FIRST].policy_id == policy.id
    assert running[FIRST].due_time == ticket.first_response_due_time
    assert running[FIRST].start_time == running[RESOLUTION].start_time
    assert running[FIRST].due_time.seconds - running[FIRST].start_time.seconds == 1800


async def test_a_persons_answer_stops_the_first_response_and_rests_the_resolution(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await all_promised(admin)
    conversation_id = await a_case(mesh, admin, channel)

    await post(admin, conversation_id, "On it")

    stopped = await clocks(admin)
    assert stopped[FIRST].state == State.STATE_MET
    assert stopped[RESOLUTION].state == State.STATE_RESTING
    assert not stopped[RESOLUTION].HasField("due_time")


async def test_the_customers_next_message_starts_a_wait_and_the_resolution_again(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await all_promised(admin)
    conversation_id = await a_case(mesh, admin, channel)
    await post(admin, conversation_id, "On it")

    await a_message(mesh, channel, "And now?")
    await a_message(mesh, channel, "Hello?")

    (ticket,) = await tickets(admin)
    running = await clocks(admin)
    assert ticket.status == ticket_pb2.Ticket.STATUS_OPEN
    assert running[NEXT].state == running[RESOLUTION].state == State.STATE_RUNNING
    listed = await admin.sla.ListClocks(pb.ListClocksRequest(ticket_id=ticket.id))
    assert [clock.kind for clock in listed.clocks].count(NEXT) == 1


async def test_a_machines_answer_stops_no_clock_unless_the_policy_says_so(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await all_promised(admin)
    await a_message(mesh, channel)

    await a_bot_reply(mesh, ticket=turn_pb2.TicketWish(cause="urgency"))

    assert (await clocks(admin))[FIRST].state == State.STATE_RUNNING


async def test_an_answer_by_anyone_is_enough_where_the_policy_says_so(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await all_promised(admin, answered_by=pb.SlaPolicy.ANSWERED_BY_ANYONE)
    await a_message(mesh, channel)

    await a_bot_reply(mesh, ticket=turn_pb2.TicketWish(cause="urgency"))

    assert (await clocks(admin))[FIRST].state == State.STATE_MET


async def test_after_a_release_the_machines_answer_counts(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await all_promised(admin)
    conversation_id = await a_case(mesh, admin, channel)
    await admin.conversations.Release(
        conversation_pb2.ReleaseRequest(conversation_id=conversation_id)
    )

    await a_bot_reply(mesh)

    assert (await clocks(admin))[FIRST].state == State.STATE_MET


async def test_resolving_without_an_answer_cancels_what_was_owed(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await all_promised(admin)
    conversation_id = await a_case(mesh, admin, channel)

    await resolve(admin, conversation_id)

    ended = await clocks(admin)
    assert ended[FIRST].state == State.STATE_CANCELLED
    assert ended[RESOLUTION].state == State.STATE_MET


async def test_a_customer_who_returns_reopens_the_case_with_its_carried_time(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await all_promised(admin)
    conversation_id = await a_case(mesh, admin, channel)
    await _end_turns(mesh)
    await post(admin, conversation_id, "Done", then=KEEP_OPEN)
    await resolve(admin, conversation_id)
    before = (await clocks(admin))[RESOLUTION]

    await a_message(mesh, channel, "It broke again")
    await _end_turns(mesh)

    (ticket,) = await tickets(admin)
    after = await clocks(admin)
    assert ticket.status == ticket_pb2.Ticket.STATUS_OPEN
    assert (before.state, after[RESOLUTION].state) == (State.STATE_MET, State.STATE_RUNNING)
    assert after[RESOLUTION].used.ToTimedelta() >= before.used.ToTimedelta()
    assert after[NEXT].state == State.STATE_RUNNING
    assert (await read(admin, conversation_id)).holder == conversation_pb2.HOLDER_PERSON


async def test_a_reopened_conversation_runs_its_resolution_on(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await all_promised(admin)
    conversation_id = await a_case(mesh, admin, channel)
    await resolve(admin, conversation_id)

    await reopen(admin, conversation_id)

    after = await clocks(admin)
    assert after[RESOLUTION].state == State.STATE_RUNNING
    assert after[FIRST].state == State.STATE_CANCELLED


async def test_risk_and_breach_are_told_at_their_instants_and_once(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_policy(admin, a_target(FIRST, 1.0))
    await a_case(mesh, admin, channel)

    (breach,) = await told(mesh, "sla.breached")
    (risk,) = await told(mesh, "sla.at_risk")

    clock = (await clocks(admin))[FIRST]
    assert breach.occurred_at == clock.breach_time == clock.due_time
    assert risk.occurred_at == clock.warn_time
    assert (breach.data["clock"], breach.data["used_seconds"]) == ("first_response", 1.0)
    assert clock.state == State.STATE_RUNNING


async def test_a_message_that_came_late_breaches_at_the_true_instant(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await all_promised(admin)
    conversation_id = await an_old_message(mesh, channel, hours=2)

    await take_over(admin, conversation_id)

    (breach,) = await told(mesh, "sla.breached")
    clock = (await clocks(admin))[FIRST]
    assert clock.breach_time.seconds - clock.start_time.seconds == 1800
    assert breach.occurred_at == clock.breach_time
    assert float(str(breach.data["late_seconds"])) > 5000


async def test_nothing_is_told_of_a_clock_that_rests(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_policy(admin, a_target(RESOLUTION, 3.0))
    conversation_id = await a_case(mesh, admin, channel)
    await post(admin, conversation_id, "Your turn")
    other = await a_conversation(mesh, channel, who="lee")
    await a_policy(admin, a_target(FIRST, 0.5), position=-1)
    await take_over(admin, other)

    breached = await told(mesh, "sla.breached")

    assert {event.conversation_id for event in breached} == {other}


async def test_a_late_answer_is_late_even_if_the_alarm_had_not_rung(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await all_promised(admin)
    conversation_id = await an_old_message(mesh, channel, hours=1)

    await post(admin, conversation_id, "Sorry!")

    assert (await clocks(admin))[FIRST].state == State.STATE_LATE
    assert len(await told(mesh, "sla.breached")) == 1


async def test_a_breach_raises_the_case_and_hands_it_on_once(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team = await a_team(admin, "Leads")
    escalation = pb.Escalation(raise_priority=True, team_id=team.id)
    await a_policy(admin, a_target(FIRST, 0.5), on_breach=escalation)

    await a_case(mesh, admin, channel)
    await told(mesh, "sla.breached")

    (ticket,) = await tickets(admin)
    assert (ticket.priority, ticket.escalation) == (classification_pb2.URGENCY_HIGH, 1)
    assert ticket.team_id == team.id


async def test_an_answer_that_fails_lets_the_clock_run_on(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await all_promised(admin)
    conversation_id = await a_case(mesh, admin, channel)
    due = (await clocks(admin))[FIRST].due_time
    await post(admin, conversation_id, "On it")

    delivery, _ = await a_begun_delivery(mesh)
    await finish(mesh, delivery, delivery_pb2.DELIVERY_OUTCOME_REFUSED, reason="blocked")

    running = (await clocks(admin))[FIRST]
    assert (running.state, running.due_time) == (State.STATE_RUNNING, due)


async def test_the_first_policy_that_matches_counts(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_policy(admin, a_target(FIRST, 600), position=1)
    telegram_only = [2]
    await a_policy(admin, a_target(FIRST, 60), position=0, channels=telegram_only)

    await a_case(mesh, admin, channel)

    assert (await clocks(admin))[FIRST].target.seconds == 600


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
    with pytest.raises(NotFound):
        await admin.sla.DeleteSlaPolicy(
            pb.DeleteSlaPolicyRequest(tenant_id=TENANT, policy_id=policy.id)
        )


@pytest.mark.parametrize(
    "said",
    [
        {"weekly": []},
        {"time_zone": "Middle/Earth"},
        {"holidays": [pb.Holiday(date="2026-02-30")]},
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


async def _end_turns(mesh: Api) -> None:
    """The machine has nothing to say while a person holds it."""
    while (
        claimed := await mesh.turns.ClaimTurns(turn_pb2.ClaimTurnsRequest(worker="w", free_slots=1))
    ).turns:
        turn = claimed.turns[0]
        await mesh.turns.CompleteTurn(
            turn_pb2.CompleteTurnRequest(
                tenant_id=turn.tenant_id,
                conversation_id=turn.conversation_id,
                turn_id=turn.turn_id,
                fence=turn.fence,
                generation=turn.generation,
                outcome=outcome_pb2.Outcome(kind=outcome_pb2.OUTCOME_KIND_SILENCE),
            )
        )
