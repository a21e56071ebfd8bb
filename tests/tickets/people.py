"""Agents and teams that a test is about something of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import agent_pb2 as pb
from cassava.tickets.v1 import conversation_pb2

if TYPE_CHECKING:
    from tests.tickets.api import Api

TENANT = "acme"


async def a_team(api: Api, name: str = "Returns", *, auto_assign: bool = False) -> pb.Team:
    team = pb.Team(name=name, auto_assign=auto_assign)
    return (await api.agents.CreateTeam(pb.CreateTeamRequest(tenant_id=TENANT, team=team))).team


async def an_agent(api: Api, *teams: pb.Team, name: str = "Ada", **said: Any) -> pb.Agent:
    agent = pb.Agent(name=name, team_ids=[team.id for team in teams], **said)
    request = pb.CreateAgentRequest(tenant_id=TENANT, agent=agent)
    return (await api.agents.CreateAgent(request)).agent


async def present(
    api: Api,
    agent: pb.Agent,
    presence: pb.Presence.ValueType = pb.PRESENCE_ONLINE,
    for_seconds: int = 0,
) -> pb.Agent:
    request = pb.SetPresenceRequest(
        tenant_id=TENANT, agent_id=agent.id, presence=presence, for_seconds=for_seconds
    )
    return (await api.agents.SetPresence(request)).agent


async def an_agent_online(api: Api, *teams: pb.Team, **said: Any) -> pb.Agent:
    return await present(api, await an_agent(api, *teams, **said))


async def seen(api: Api, agent: pb.Agent) -> pb.Agent:
    request = pb.GetAgentRequest(tenant_id=TENANT, agent_id=agent.id)
    return (await api.agents.GetAgent(request)).agent


async def archive(api: Api, agent: pb.Agent) -> pb.Agent:
    request = pb.ArchiveAgentRequest(tenant_id=TENANT, agent_id=agent.id)
    return (await api.agents.ArchiveAgent(request)).agent


async def assign(api: Api, conversation_id: str, **said: Any) -> conversation_pb2.Conversation:
    request = conversation_pb2.AssignConversationRequest(conversation_id=conversation_id, **said)
    return (await api.conversations.AssignConversation(request)).conversation
