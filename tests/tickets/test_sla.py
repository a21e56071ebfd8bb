"""What is promised, kept and broken, through the real service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import conversation_pb2, delivery_pb2, ticket_pb2, turn_pb2
from cassava.tickets.v1 import sla_pb2 as pb

from mesh.errors import InvalidInput
from tests.tickets.builders import (
    a_begun_delivery,
    a_bot_reply,
    a_message,
    finish,
)
from tests.tickets.desk import post, read, reopen, resolve, tickets
from tests.tickets.promises import (
    FIRST,
    KEEP_OPEN,
    NEXT,
    RESOLUTION,
    State,
    a_case,
    a_policy,
    a_target,
    all_promised,
    clocks,
    end_turns,
)

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api


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
    await end_turns(mesh)
    await post(admin, conversation_id, "Done", then=KEEP_OPEN)
    await resolve(admin, conversation_id)
    before = (await clocks(admin))[RESOLUTION]

    await a_message(mesh, channel, "It broke again")
    await end_turns(mesh)

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


@pytest.mark.parametrize(
    ("targets", "field"),
    [
        ([a_target(RESOLUTION, 60), a_target(RESOLUTION, 70)], "policy.targets[1].kind"),
        ([a_target(RESOLUTION, 367 * 86_400)], "policy.targets[0].low"),
    ],
    ids=["twice", "longer than a year"],
)
async def test_a_policy_promises_each_thing_once_and_within_a_year(
    admin: Api, targets: list[pb.Target], field: str
) -> None:
    """A due time beyond the calendar failed every turn that opened a case."""
    with pytest.raises(InvalidInput) as refusal:
        await a_policy(admin, *targets)

    assert refusal.value.violations[0].field == field
