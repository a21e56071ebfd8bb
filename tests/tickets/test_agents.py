"""AgentService: who sits at the desk, and whether they take work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import agent_pb2 as pb
from cassava.type.v1 import access_pb2 as caller_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from mesh.errors import ChangedMeanwhile, Conflict, InvalidInput, NotAllowed, NotFound
from tests.tickets.builders import a_key, a_tenant
from tests.tickets.people import TENANT, a_team, an_agent, archive, present, seen

if TYPE_CHECKING:
    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock, Door


async def test_an_agent_is_in_the_teams_that_were_named_and_takes_five_at_once(
    admin: Api,
) -> None:
    team = await a_team(admin)

    agent = await an_agent(admin, team, skills=["de", "billing"])

    assert await seen(admin, agent) == agent
    assert (list(agent.team_ids), agent.capacity) == ([team.id], 5)
    assert (agent.presence, agent.state) == (pb.PRESENCE_OFFLINE, pb.Agent.STATE_ACTIVE)


async def test_only_what_the_mask_names_is_changed(admin: Api) -> None:
    agent = await an_agent(admin, await a_team(admin), skills=["de"])

    request = pb.UpdateAgentRequest(
        tenant_id=TENANT,
        agent_id=agent.id,
        agent=pb.Agent(capacity=2, skills=["fr"]),
        update_mask=FieldMask(paths=["capacity"]),
    )
    changed = (await admin.agents.UpdateAgent(request)).agent

    assert (changed.capacity, list(changed.skills)) == (2, ["de"])
    assert list(changed.team_ids) == list(agent.team_ids)


async def test_an_old_etag_of_an_agent_is_refused(admin: Api) -> None:
    agent = await an_agent(admin)
    await present(admin, agent)

    with pytest.raises(ChangedMeanwhile):
        await admin.agents.UpdateAgent(
            pb.UpdateAgentRequest(
                tenant_id=TENANT, agent_id=agent.id, agent=pb.Agent(name="Bo", etag=agent.etag)
            )
        )


async def test_a_key_belongs_to_one_agent(admin: Api, platform: Api) -> None:
    key_id = (await a_key(platform)).split("_")[1]
    await an_agent(admin, key_id=key_id)

    with pytest.raises(Conflict) as refusal:
        await an_agent(admin, key_id=key_id)

    assert refusal.value.reason == "AGENT_EXISTS"


async def test_an_agent_works_with_a_key_that_there_is(admin: Api, platform: Api) -> None:
    await a_tenant(platform, "other")
    of_another = (await a_key(platform, "other")).split("_")[1]
    agent = await an_agent(admin)

    for key_id in ("mistyped", of_another):
        with pytest.raises(NotFound) as refusal:
            await admin.agents.UpdateAgent(
                pb.UpdateAgentRequest(
                    tenant_id=TENANT, agent_id=agent.id, agent=pb.Agent(key_id=key_id)
                )
            )
        assert refusal.value.reason == "KEY_NOT_FOUND"
        with pytest.raises(NotFound):
            await an_agent(admin, key_id=key_id)


async def test_an_unknown_team_is_not_joined(admin: Api) -> None:
    with pytest.raises(NotFound) as refusal:
        await an_agent(admin, pb.Team(id="0190a1b2-0000-7000-8000-000000000000"))

    assert refusal.value.reason == "TEAM_NOT_FOUND"


async def test_an_agent_without_a_name_is_refused(admin: Api) -> None:
    with pytest.raises(InvalidInput):
        await an_agent(admin, name=" ")


async def test_presence_ends_when_nobody_says_it_anew(admin: Api, clock: Clock) -> None:
    agent = await present(admin, await an_agent(admin), for_seconds=60)

    clock.advance(seconds=61)

    assert agent.presence == pb.PRESENCE_ONLINE
    assert (await seen(admin, agent)).presence == pb.PRESENCE_OFFLINE


async def test_an_archived_agent_keeps_its_name_and_leaves_its_teams(admin: Api) -> None:
    agent = await an_agent(admin, await a_team(admin))

    request = pb.ArchiveAgentRequest(tenant_id=TENANT, agent_id=agent.id)
    archived = (await admin.agents.ArchiveAgent(request)).agent

    assert (archived.name, list(archived.team_ids)) == ("Ada", [])
    with pytest.raises(NotFound):
        await present(admin, agent)


async def test_an_archived_agent_does_not_come_back_into_a_team(admin: Api) -> None:
    team = await a_team(admin)
    agent = await archive(admin, await an_agent(admin, team))
    back = pb.Agent(team_ids=[team.id])

    with pytest.raises(NotFound) as refusal:
        await admin.agents.UpdateAgent(
            pb.UpdateAgentRequest(tenant_id=TENANT, agent_id=agent.id, agent=back)
        )

    listed = await admin.agents.ListAgents(pb.ListAgentsRequest(tenant_id=TENANT, team_id=team.id))
    assert refusal.value.reason == "AGENT_NOT_FOUND"
    assert list(listed.agents) == []


async def test_agents_are_listed_by_team(admin: Api) -> None:
    team = await a_team(admin)
    inside = await an_agent(admin, team)
    await an_agent(admin, name="Bo")

    listed = await admin.agents.ListAgents(pb.ListAgentsRequest(tenant_id=TENANT, team_id=team.id))

    assert [agent.id for agent in listed.agents] == [inside.id]


async def test_a_team_is_renamed_and_listed(admin: Api) -> None:
    team = await a_team(admin)

    await admin.agents.UpdateTeam(
        pb.UpdateTeamRequest(
            tenant_id=TENANT, team_id=team.id, team=pb.Team(name="Repairs", auto_assign=True)
        )
    )
    listed = await admin.agents.ListTeams(pb.ListTeamsRequest(tenant_id=TENANT))

    assert [(team.name, team.auto_assign) for team in listed.teams] == [("Repairs", True)]


async def test_another_tenants_agent_is_not_found(admin: Api, platform: Api, door: Door) -> None:
    agent = await an_agent(admin)
    await a_tenant(platform, "beta")
    stranger = await door.with_key(await a_key(platform, "beta"))

    with pytest.raises(NotFound):
        await stranger.agents.GetAgent(pb.GetAgentRequest(agent_id=agent.id))


async def test_a_viewer_sets_nobodys_presence(admin: Api, platform: Api, door: Door) -> None:
    agent = await an_agent(admin)
    viewer = await door.with_key(await a_key(platform, role=caller_pb2.CALLER_VIEWER))

    with pytest.raises(NotAllowed):
        await present(viewer, agent)
