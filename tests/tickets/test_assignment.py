"""Who gets a conversation: round robin, by skill, never above capacity."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import agent_pb2, tenant_pb2, ticket_pb2, turn_pb2
from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.type.v1 import access_pb2 as caller_pb2

from mesh.errors import Conflict, NotFound
from tests.tickets.builders import a_bot_reply, a_key, a_message
from tests.tickets.desk import a_conversation, post, read, reopen, resolve, take_over, tickets
from tests.tickets.people import (
    TENANT,
    a_team,
    an_agent,
    an_agent_online,
    assign,
    present,
    seen,
)

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Door


async def test_a_team_that_deals_deals_in_turn(mesh: Api, admin: Api, channel: Channel) -> None:
    team = await a_team(admin, auto_assign=True)
    for name in ("Ada", "Bo"):
        await an_agent_online(admin, team, name=name)

    dealt = [
        (await assign(admin, await a_conversation(mesh, channel, who=f"kim{n}"), team_id=team.id))
        for n in range(4)
    ]

    given = [conversation.assignee_id for conversation in dealt]
    assert given[0] != given[1]
    assert given[:2] == given[2:]


async def test_a_team_that_does_not_deal_queues(mesh: Api, admin: Api, channel: Channel) -> None:
    team = await a_team(admin)
    await an_agent_online(admin, team)

    queued = await assign(admin, await a_conversation(mesh, channel), team_id=team.id)

    assert (queued.team_id, queued.assignee_id) == (team.id, "")


@pytest.mark.parametrize("presence", [agent_pb2.PRESENCE_AWAY, agent_pb2.PRESENCE_OFFLINE])
async def test_nobody_who_is_not_online_is_dealt_work(
    mesh: Api, admin: Api, channel: Channel, presence: agent_pb2.Presence.ValueType
) -> None:
    team = await a_team(admin, auto_assign=True)
    await present(admin, await an_agent(admin, team), presence)

    queued = await assign(admin, await a_conversation(mesh, channel), team_id=team.id)

    assert queued.assignee_id == ""


async def test_only_an_agent_with_every_skill_is_dealt_a_conversation(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team = await a_team(admin, auto_assign=True)
    await an_agent_online(admin, team, skills=["de"])
    able = await an_agent_online(admin, team, skills=["de", "billing"])
    conversation_id = await a_conversation(mesh, channel)
    wanted = pb.Conversation(required_skills=["billing", "de"])
    await admin.conversations.UpdateConversation(
        pb.UpdateConversationRequest(conversation_id=conversation_id, conversation=wanted)
    )

    dealt = await assign(admin, conversation_id, team_id=team.id)

    assert dealt.assignee_id == able.id


async def test_waiting_work_goes_to_whoever_comes_online(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team = await a_team(admin, auto_assign=True)
    agent = await an_agent(admin, team, capacity=2)
    waiting = [await a_conversation(mesh, channel, who=f"kim{n}") for n in range(3)]
    for conversation_id in waiting:
        await assign(admin, conversation_id, team_id=team.id)

    await present(admin, agent)

    given = [(await read(admin, each)).assignee_id for each in waiting]
    assert given == [agent.id, agent.id, ""]


async def test_a_resolved_conversation_makes_room_for_the_next(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team = await a_team(admin, auto_assign=True)
    agent = await an_agent_online(admin, team, capacity=1)
    first, second = [await a_conversation(mesh, channel, who=who) for who in ("kim", "lee")]
    for conversation_id in (first, second):
        await assign(admin, conversation_id, team_id=team.id)

    await resolve(admin, first)

    assert (await read(admin, second)).assignee_id == agent.id


async def test_two_hundred_racing_for_work_exceed_no_capacity(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team = await a_team(admin, auto_assign=True)
    agents = [await an_agent(admin, team, name=f"a{n}", capacity=1 + n % 3) for n in range(20)]
    waiting = [await a_conversation(mesh, channel, who=f"kim{n}") for n in range(60)]
    dealing = asyncio.Semaphore(8)  # as many as a process has connections for

    async def race(n: int) -> None:
        async with dealing:
            if n < len(agents):
                await present(admin, agents[n])
            else:
                await assign(admin, waiting[n % len(waiting)], team_id=team.id)

    await asyncio.gather(*(race(n) for n in range(200)))

    given = Counter([(await read(admin, each)).assignee_id for each in waiting])
    most = {agent.id: agent.capacity for agent in agents}
    assert all(count <= most[who] for who, count in given.items() if who)
    assert sum(count for who, count in given.items() if who) == sum(most.values())


async def test_a_full_agent_is_not_given_more_unless_somebody_insists(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    agent = await an_agent(admin, capacity=1)
    first, second = [await a_conversation(mesh, channel, who=who) for who in ("kim", "lee")]
    await assign(admin, first, assignee_id=agent.id)

    with pytest.raises(Conflict) as refusal:
        await assign(admin, second, assignee_id=agent.id)
    insisted = await assign(admin, second, assignee_id=agent.id, over_capacity=True)

    assert refusal.value.reason == "AGENT_AT_CAPACITY"
    assert insisted.assignee_id == agent.id
    assert (await seen(admin, agent)).open_conversations == 2


async def test_assigning_alone_silences_nobody(mesh: Api, admin: Api, channel: Channel) -> None:
    agent = await an_agent(admin)

    assigned = await assign(admin, await a_conversation(mesh, channel), assignee_id=agent.id)

    assert assigned.holder == pb.HOLDER_BOT


@pytest.mark.parametrize("to", ["agent", "team", "nobody"])
async def test_a_resolved_conversation_is_given_to_nobody(
    mesh: Api, admin: Api, channel: Channel, to: str
) -> None:
    agent, team = await an_agent(admin), await a_team(admin, auto_assign=True)
    conversation_id = await a_conversation(mesh, channel)
    await resolve(admin, conversation_id)

    with pytest.raises(Conflict) as refusal:
        await assign(
            admin,
            conversation_id,
            **{"agent": {"assignee_id": agent.id}, "team": {"team_id": team.id}}.get(to, {}),
        )

    left = await read(admin, conversation_id)
    assert refusal.value.reason == "CONVERSATION_ALREADY_RESOLVED"
    assert (left.assignee_id, left.team_id) == ("", "")


async def test_an_unknown_agent_is_given_nothing(mesh: Api, admin: Api, channel: Channel) -> None:
    with pytest.raises(NotFound):
        await assign(
            admin,
            await a_conversation(mesh, channel),
            assignee_id="0190a1b2-0000-7000-8000-000000000000",
        )


async def test_a_case_goes_where_its_conversation_goes(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team, agent = await a_team(admin), await an_agent(admin)
    conversation_id = await a_conversation(mesh, channel)
    await take_over(admin, conversation_id)

    (ticket,) = await tickets(admin)
    request = ticket_pb2.AssignTicketRequest(
        ticket_id=ticket.id, assignee_id=agent.id, team_id=team.id
    )
    assigned = (await admin.tickets.AssignTicket(request)).ticket

    assert (assigned.team_id, assigned.assignee_id) == (team.id, agent.id)
    assert (await read(admin, conversation_id)).assignee_id == agent.id


async def test_whoever_writes_with_an_agents_key_has_the_conversation(
    mesh: Api, admin: Api, platform: Api, channel: Channel, door: Door
) -> None:
    secret = await a_key(platform, role=caller_pb2.CALLER_AGENT)
    agent = await an_agent(admin, key_id=secret.split("_")[1], capacity=1)
    own = await door.with_key(secret)
    conversation_id = await a_conversation(mesh, channel)

    await post(own, conversation_id, "I am on it")

    assert (await read(admin, conversation_id)).assignee_id == agent.id


async def test_a_handover_goes_to_the_tenants_team_and_on_to_an_agent(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team = await a_team(admin, auto_assign=True)
    agent = await an_agent_online(admin, team)
    await _default_team(admin, team)
    await a_message(mesh, channel, "It broke")

    completed = await a_bot_reply(mesh, ticket=turn_pb2.TicketWish(cause="rule"))

    (ticket,) = await tickets(admin)
    assert completed.ticket.id == ticket.id
    assert (ticket.team_id, ticket.assignee_id) == (team.id, agent.id)


async def test_an_archived_agents_work_goes_to_its_team(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team = await a_team(admin, auto_assign=True)
    leaving = await an_agent_online(admin, team)
    conversation_id = await a_conversation(mesh, channel)
    await assign(admin, conversation_id, team_id=team.id)
    staying = await an_agent_online(admin, team, name="Bo")

    await admin.agents.ArchiveAgent(
        agent_pb2.ArchiveAgentRequest(tenant_id=TENANT, agent_id=leaving.id)
    )

    assert (await read(admin, conversation_id)).assignee_id == staying.id


async def test_a_reopened_conversation_does_not_overfill_whoever_had_it(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team = await a_team(admin, auto_assign=True)
    agent = await an_agent_online(admin, team, capacity=1)
    first, second = [await a_conversation(mesh, channel, who=who) for who in ("kim", "lee")]
    await assign(admin, first, team_id=team.id)
    await resolve(admin, first)
    await assign(admin, second, team_id=team.id)

    await reopen(admin, first)

    assert (await read(admin, first)).assignee_id == ""
    assert (await seen(admin, agent)).open_conversations == 1


async def _default_team(admin: Api, team: agent_pb2.Team) -> None:
    tenant = tenant_pb2.Tenant(policy=tenant_pb2.Policy(default_team_id=team.id))
    await admin.tenants.UpdateTenant(
        tenant_pb2.UpdateTenantRequest(tenant_id=TENANT, tenant=tenant)
    )
