"""Teams in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh.postgres import certain
from services.tickets.agents.team import Team, TeamChangedMeanwhile, TeamNotFound

if TYPE_CHECKING:
    from uuid import UUID

    from mesh.postgres import Connection
    from services.tickets.position import Position


class TeamStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, team: Team) -> Team:
        row = await self._connection.fetchrow(
            """
            INSERT INTO teams (tenant_id, id, name, auto_assign) VALUES ($1, $2, $3, $4)
            RETURNING id, tenant_id, name, auto_assign, version, created_at
            """,
            *(team.tenant_id, team.id, team.name, team.auto_assign),
        )
        return Team(**dict(certain(row)))

    async def get(self, team_id: UUID) -> Team:
        row = await self._connection.fetchrow(
            """
            SELECT id, tenant_id, name, auto_assign, version, created_at FROM teams WHERE id = $1
            """,
            team_id,
        )
        if row is None:
            raise TeamNotFound(team_id)
        return Team(**dict(row))

    async def page(self, after: Position | None, most: int) -> list[Team]:
        """The tenant's teams, newest first."""
        rows = await self._connection.fetch(
            """
            SELECT id, tenant_id, name, auto_assign, version, created_at FROM teams
             WHERE ($1::timestamptz IS NULL OR (created_at <= $1 AND (created_at < $1 OR id > $2)))
             ORDER BY created_at DESC, id LIMIT $3
            """,
            *(after or (None, None)),
            most,
        )
        return [Team(**dict(row)) for row in rows]

    async def save(self, team: Team) -> Team:
        """Raise `TeamChangedMeanwhile` when somebody else was faster."""
        row = await self._connection.fetchrow(
            """
            UPDATE teams SET name = $3, auto_assign = $4, version = version + 1
             WHERE id = $1 AND version = $2
            RETURNING id, tenant_id, name, auto_assign, version, created_at
            """,
            *(team.id, team.version, team.name, team.auto_assign),
        )
        if row is None:
            raise TeamChangedMeanwhile(team.id)
        return Team(**dict(row))
