"""What is told when a promise is about to break, and when it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import sla_pb2 as pb
from cassava.type.v1 import classification_pb2

from tests.tickets.desk import post, take_over, tickets
from tests.tickets.people import a_team, an_agent, archive
from tests.tickets.promises import (
    FIRST,
    RESOLUTION,
    State,
    a_case,
    a_policy,
    a_target,
    all_promised,
    an_old_message,
    clocks,
    told,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api


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


async def test_a_clock_that_rests_has_no_alarm(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_policy(admin, a_target(RESOLUTION, 3600))
    conversation_id = await a_case(mesh, admin, channel)
    count = "SELECT count(*) FROM sla_clocks WHERE alarm_at IS NOT NULL"
    running = await root.fetchval(count)

    await post(admin, conversation_id, "Your turn")

    assert (running, await root.fetchval(count)) == (1, 0)


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


async def test_a_breach_hands_nothing_to_somebody_who_left(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team = await a_team(admin, "Leads")
    agent = await an_agent(admin, team)
    escalation = pb.Escalation(team_id=team.id, agent_id=agent.id)
    await a_policy(admin, a_target(FIRST, 0.5), on_breach=escalation)
    await archive(admin, agent)

    await a_case(mesh, admin, channel)
    await told(mesh, "sla.breached")

    (ticket,) = await tickets(admin)
    assert (ticket.team_id, ticket.assignee_id) == (team.id, "")
