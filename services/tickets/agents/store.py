"""Agents and their teams in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncpg.exceptions import ForeignKeyViolationError, UniqueViolationError

from mesh.postgres import savepoint
from services.tickets.agents.agent import (
    Agent,
    AgentChangedMeanwhile,
    AgentExists,
    AgentNotFound,
)
from services.tickets.agents.team import TeamNotFound

if TYPE_CHECKING:
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.position import Position


class AgentStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, agent: Agent) -> Agent:
        """Raise `AgentExists` when another one works with this key."""
        try:
            async with savepoint(self._connection):
                await self._connection.execute(
                    """
                    INSERT INTO agents (tenant_id, id, name, key_id, skills, capacity)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    """,
                    *(agent.tenant_id, agent.id, agent.name, agent.key_id),
                    *(list(agent.skills), agent.capacity),
                )
        except UniqueViolationError:
            raise AgentExists(agent.key_id or "") from None
        await self._join(agent)
        return await self.get(agent.id)

    async def get(self, agent_id: UUID) -> Agent:
        found = await self._agents([agent_id])
        if not found:
            raise AgentNotFound(agent_id)
        return found[0]

    async def lock(self, agent_id: UUID) -> Agent:
        """Whoever else changes this agent waits until we are done."""
        await self._connection.execute(
            "SELECT 1 FROM agents WHERE id = $1 FOR NO KEY UPDATE", agent_id
        )
        return await self.get(agent_id)

    async def of_key(self, key_id: str) -> UUID | None:
        """Who works with this key; None: nobody at the desk does."""
        return await self._connection.fetchval(  # type: ignore[no-any-return]
            "SELECT id FROM agents WHERE key_id = $1 AND state = 'active'", key_id
        )

    async def page(self, after: Position | None, most: int, team_id: UUID | None) -> list[Agent]:
        """The tenant's agents, newest first."""
        rows = await self._connection.fetch(
            """
            SELECT id FROM agents a
             WHERE ($1::timestamptz IS NULL OR (created_at <= $1 AND (created_at < $1 OR id > $2)))
               AND ($4::uuid IS NULL OR EXISTS (
                 SELECT 1 FROM team_members m WHERE m.agent_id = a.id AND m.team_id = $4))
             ORDER BY created_at DESC, id LIMIT $3
            """,
            *(after or (None, None)),
            *(most, team_id),
        )
        return await self._agents([row["id"] for row in rows])

    async def save(self, agent: Agent) -> Agent:
        """Raise `AgentChangedMeanwhile` when somebody else was faster."""
        try:
            async with savepoint(self._connection):
                saved = await self._connection.fetchval(
                    """
                    UPDATE agents
                       SET name = $3, key_id = $4, skills = $5, capacity = $6, presence = $7,
                           presence_until = $8, state = $9, version = version + 1
                     WHERE id = $1 AND version = $2
                    RETURNING true
                    """,
                    *(agent.id, agent.version, agent.name, agent.key_id, list(agent.skills)),
                    *(agent.capacity, agent.presence, agent.presence_until, agent.state),
                )
        except UniqueViolationError:
            raise AgentExists(agent.key_id or "") from None
        if saved is None:
            raise AgentChangedMeanwhile(agent.id)
        await self._join(agent)
        return await self.get(agent.id)

    async def _join(self, agent: Agent) -> None:
        """Exactly these teams; raise `TeamNotFound` where one is nobody's."""
        await self._connection.execute(
            "DELETE FROM team_members WHERE agent_id = $1 AND team_id <> ALL($2::uuid[])",
            *(agent.id, list(agent.team_ids)),
        )
        for team_id in agent.team_ids:
            try:
                async with savepoint(self._connection):
                    await self._connection.execute(
                        """
                        INSERT INTO team_members (tenant_id, team_id, agent_id)
                        VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
                        """,
                        *(agent.tenant_id, team_id, agent.id),
                    )
            except ForeignKeyViolationError:
                raise TeamNotFound(team_id) from None

    async def _agents(self, agent_ids: list[UUID]) -> list[Agent]:
        rows = await self._connection.fetch(
            """
            SELECT a.id, a.tenant_id, a.name, a.key_id, a.skills, a.capacity, a.presence,
                   a.presence_until, a.state, a.version, a.created_at,
                   ARRAY(SELECT m.team_id FROM team_members m WHERE m.agent_id = a.id
                          ORDER BY m.team_id) AS team_ids,
                   (SELECT count(*)::int FROM conversations c
                     WHERE c.assignee_id = a.id AND c.resolved_at IS NULL) AS open_conversations
              FROM agents a WHERE a.id = ANY($1::uuid[]) ORDER BY a.created_at DESC, a.id
            """,
            agent_ids,
        )
        return [_agent(row) for row in rows]


def _agent(row: Record) -> Agent:
    lists = {"skills": tuple(row["skills"]), "team_ids": tuple(row["team_ids"])}
    return Agent(**(dict(row) | lists))
