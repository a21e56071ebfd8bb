"""AgentService: who sits at the desk, in which team, and whether they take work."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import agent_pb2 as pb
from cassava.tickets.v1 import agent_pb2_grpc as rpc

from mesh import pages
from mesh.access import current_caller
from mesh.transactions import change, read
from services.tickets import masks
from services.tickets.access.store import KeyStore
from services.tickets.agents import wire
from services.tickets.agents.assignment import Dealer
from services.tickets.agents.store import AgentStore
from services.tickets.agents.teams import TeamStore
from services.tickets.audit.store import AuditStore
from services.tickets.bells import Bells
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.position import next_page, position_of
from services.tickets.ringing import rings
from services.tickets.tenants.store import TenantStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool
    from services.tickets.agents.agent import Agent


class AgentServicer(rpc.AgentServiceServicer):
    def __init__(self, pool: Pool, pages: Pages, bells: Bells, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._pages = pages
        self._bells = bells
        self._now = now

    @change
    async def CreateAgent(
        self, request: pb.CreateAgentRequest, connection: Connection
    ) -> pb.CreateAgentResponse:
        await TenantStore(connection).get(request.tenant_id)
        wanted = wire.agent_from_proto(request.tenant_id, request.agent)
        await _expect_key(connection, wanted)
        agent = await AgentStore(connection).open(wanted)
        await _note(connection, request.tenant_id, "agent.created", agent.id)
        return pb.CreateAgentResponse(agent=wire.agent_to_proto(agent, self._now()))

    @read
    async def GetAgent(
        self, request: pb.GetAgentRequest, connection: Connection
    ) -> pb.GetAgentResponse:
        agent = await AgentStore(connection).get(UUID(request.agent_id))
        return pb.GetAgentResponse(agent=wire.agent_to_proto(agent, self._now()))

    @read
    async def ListAgents(
        self, request: pb.ListAgentsRequest, connection: Connection
    ) -> pb.ListAgentsResponse:
        size = pages.size(request.page_size)
        found = await AgentStore(connection).page(
            *(position_of(self._pages, request), size + 1),
            UUID(request.team_id) if request.team_id else None,
        )
        response = pb.ListAgentsResponse(
            agents=[wire.agent_to_proto(agent, self._now()) for agent in found[:size]]
        )
        if len(found) > size:
            last = found[size - 1]
            response.next_page_token = next_page(self._pages, request, (last.created_at, last.id))
        return response

    @rings(Bells.log)
    @change
    async def UpdateAgent(
        self, request: pb.UpdateAgentRequest, connection: Connection
    ) -> pb.UpdateAgentResponse:
        store, dealer = AgentStore(connection), Dealer(connection, request.tenant_id)
        await dealer.alone()
        known = await store.lock(UUID(request.agent_id))
        known.expect_active()
        known.expect(request.agent.etag)
        chosen = masks.paths(request.update_mask, request.agent, wire.AGENT_CHANGEABLE)
        wanted = wire.agent_to_proto(known, self._now())
        masks.apply(chosen, request.agent, wanted)
        changed = wire.agent_from_proto(known.tenant_id, wanted, known=known)
        if changed.key_id != known.key_id:
            await _expect_key(connection, changed)
        agent = await store.save(changed)
        await dealer.fill(agent.id)
        await _note(connection, known.tenant_id, "agent.updated", agent.id, ",".join(chosen))
        agent = await store.get(agent.id)
        return pb.UpdateAgentResponse(agent=wire.agent_to_proto(agent, self._now()))

    @rings(Bells.log)
    @change
    async def ArchiveAgent(
        self, request: pb.ArchiveAgentRequest, connection: Connection
    ) -> pb.ArchiveAgentResponse:
        store, dealer = AgentStore(connection), Dealer(connection, request.tenant_id)
        held = await dealer.hold(UUID(request.agent_id))
        agent = await store.lock(UUID(request.agent_id))
        if agent.is_active:
            agent = await store.save(agent.archive())
            await dealer.give_back(held)
            await _note(connection, agent.tenant_id, "agent.archived", agent.id)
        agent = await store.get(agent.id)
        return pb.ArchiveAgentResponse(agent=wire.agent_to_proto(agent, self._now()))

    @rings(Bells.log)
    @change
    async def SetPresence(
        self, request: pb.SetPresenceRequest, connection: Connection
    ) -> pb.SetPresenceResponse:
        store, dealer = AgentStore(connection), Dealer(connection, request.tenant_id)
        await dealer.alone()
        known = await store.lock(UUID(request.agent_id))
        presence = wire.presence_from_proto(request.presence)
        await store.save(known.present(presence, self._now(), request.for_seconds))
        said = {"agent_id": str(known.id), "presence": presence}
        await EventStore(connection).append(known.tenant_id, Event("agent.updated", data=said))
        await dealer.fill(known.id)
        agent = await store.get(known.id)
        return pb.SetPresenceResponse(agent=wire.agent_to_proto(agent, self._now()))

    @change
    async def CreateTeam(
        self, request: pb.CreateTeamRequest, connection: Connection
    ) -> pb.CreateTeamResponse:
        await TenantStore(connection).get(request.tenant_id)
        team = await TeamStore(connection).open(
            wire.team_from_proto(request.tenant_id, request.team)
        )
        await _note(connection, request.tenant_id, "team.created", team.id)
        return pb.CreateTeamResponse(team=wire.team_to_proto(team))

    @read
    async def GetTeam(
        self, request: pb.GetTeamRequest, connection: Connection
    ) -> pb.GetTeamResponse:
        team = await TeamStore(connection).get(UUID(request.team_id))
        return pb.GetTeamResponse(team=wire.team_to_proto(team))

    @read
    async def ListTeams(
        self, request: pb.ListTeamsRequest, connection: Connection
    ) -> pb.ListTeamsResponse:
        size = pages.size(request.page_size)
        found = await TeamStore(connection).page(position_of(self._pages, request), size + 1)
        response = pb.ListTeamsResponse(teams=[wire.team_to_proto(team) for team in found[:size]])
        if len(found) > size:
            last = found[size - 1]
            response.next_page_token = next_page(self._pages, request, (last.created_at, last.id))
        return response

    @change
    async def UpdateTeam(
        self, request: pb.UpdateTeamRequest, connection: Connection
    ) -> pb.UpdateTeamResponse:
        store = TeamStore(connection)
        known = await store.get(UUID(request.team_id))
        known.expect(request.team.etag)
        chosen = masks.paths(request.update_mask, request.team, wire.TEAM_CHANGEABLE)
        wanted = wire.team_to_proto(known)
        masks.apply(chosen, request.team, wanted)
        team = await store.save(wire.team_from_proto(known.tenant_id, wanted, known=known))
        await _note(connection, known.tenant_id, "team.updated", team.id, ",".join(chosen))
        return pb.UpdateTeamResponse(team=wire.team_to_proto(team))


async def _expect_key(connection: Connection, agent: Agent) -> None:
    """Raise `KeyNotFound`: with a key that is none, nobody is ever known as this agent."""
    if agent.key_id:
        await KeyStore(connection).get(agent.key_id)


async def _note(
    connection: Connection, tenant_id: str, action: str, subject: UUID, detail: str = ""
) -> None:
    await AuditStore(connection).append(tenant_id, current_caller(), action, str(subject), detail)
