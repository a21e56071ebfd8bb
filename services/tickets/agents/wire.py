"""Agents and teams to the contract and back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import agent_pb2 as pb

from mesh.errors import InvalidInput
from mesh.ids import uuid7
from mesh.times import to_timestamp
from services.tickets.agents.agent import CAPACITY, Agent
from services.tickets.agents.team import Team
from services.tickets.names import name_of, number_of

if TYPE_CHECKING:
    from datetime import datetime

AGENT_CHANGEABLE = frozenset({"name", "key_id", "skills", "capacity", "team_ids"})
TEAM_CHANGEABLE = frozenset({"name", "auto_assign"})


def agent_to_proto(agent: Agent, now: datetime) -> pb.Agent:
    return pb.Agent(
        id=str(agent.id),
        tenant_id=agent.tenant_id,
        name=agent.name,
        key_id=agent.key_id or "",
        skills=agent.skills,
        capacity=agent.capacity,
        team_ids=[str(team_id) for team_id in agent.team_ids],
        presence=number_of(pb.Presence, agent.presence_at(now)),
        open_conversations=agent.open_conversations,
        state=number_of(pb.Agent.State, agent.state),
        create_time=to_timestamp(agent.created_at),
        etag=str(agent.version),
    )


def agent_from_proto(tenant_id: str, said: pb.Agent, *, known: Agent | None = None) -> Agent:
    """What may be changed, over what is known of the agent otherwise."""
    if not said.name.strip():
        raise InvalidInput("an agent needs a name", field="agent.name")
    return Agent(
        id=known.id if known else uuid7(),
        tenant_id=tenant_id,
        name=said.name.strip(),
        key_id=said.key_id or None,
        skills=tuple(dict.fromkeys(said.skills)),
        capacity=said.capacity or CAPACITY,
        team_ids=tuple(dict.fromkeys(UUID(team_id) for team_id in said.team_ids)),
        presence=known.presence if known else "offline",
        presence_until=known.presence_until if known else None,
        state=known.state if known else "active",
        version=known.version if known else 1,
    )


def team_to_proto(team: Team) -> pb.Team:
    return pb.Team(
        id=str(team.id),
        tenant_id=team.tenant_id,
        name=team.name,
        auto_assign=team.auto_assign,
        create_time=to_timestamp(team.created_at),
        etag=str(team.version),
    )


def team_from_proto(tenant_id: str, said: pb.Team, *, known: Team | None = None) -> Team:
    if not said.name.strip():
        raise InvalidInput("a team needs a name", field="team.name")
    return Team(
        id=known.id if known else uuid7(),
        tenant_id=tenant_id,
        name=said.name.strip(),
        auto_assign=said.auto_assign,
        version=known.version if known else 1,
    )


def presence_from_proto(presence: pb.Presence.ValueType) -> str:
    return name_of(pb.Presence, presence)
