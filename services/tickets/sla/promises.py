"""Calendars and policies in PostgreSQL, as the contract's own bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh.postgres import certain
from services.tickets.sla.policy import (
    CalendarChangedMeanwhile,
    CalendarNotFound,
    SlaPolicyChangedMeanwhile,
    SlaPolicyNotFound,
)

if TYPE_CHECKING:
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection

# Nobody has more; a list of them is one page.
_MOST = 200


class CalendarStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, tenant_id: str, calendar_id: UUID, definition: bytes) -> Record:
        return certain(
            await self._connection.fetchrow(
                """
                INSERT INTO calendars (tenant_id, id, definition) VALUES ($1, $2, $3)
                RETURNING id, tenant_id, definition, version, created_at
                """,
                *(tenant_id, calendar_id, definition),
            )
        )

    async def get(self, calendar_id: UUID) -> Record:
        row = await self._connection.fetchrow(
            "SELECT id, tenant_id, definition, version, created_at FROM calendars WHERE id = $1",
            calendar_id,
        )
        if row is None:
            raise CalendarNotFound(calendar_id)
        return row

    async def eras(self, calendar_id: UUID) -> list[Record]:
        """(until, definition) of what it said before its edits, oldest first."""
        return await self._connection.fetch(
            """
            SELECT until, definition FROM calendar_eras WHERE calendar_id = $1 ORDER BY version
            """,
            calendar_id,
        )

    async def edited(self, most: int) -> list[tuple[str, UUID]]:
        """Those by which clocks may not be due yet. Crosses tenants."""
        rows = await self._connection.fetch(
            "SELECT tenant_id, calendar_id FROM edited_calendars($1)", most
        )
        return [(row["tenant_id"], row["calendar_id"]) for row in rows]

    async def settle(self, calendar_id: UUID, version: int, seconds: float) -> None:
        """Every clock is due by it, once whoever had read the one before has ended."""
        await self._connection.execute(
            """
            UPDATE calendars SET edited_at = NULL
             WHERE id = $1 AND version = $2 AND edited_at < now() - make_interval(secs => $3)
            """,
            *(calendar_id, version, seconds),
        )

    async def all(self) -> list[Record]:
        return await self._connection.fetch(
            """
            SELECT id, tenant_id, definition, version, created_at FROM calendars
             ORDER BY created_at DESC, id LIMIT $1
            """,
            _MOST,
        )

    async def save(self, calendar_id: UUID, version: int, definition: bytes) -> Record:
        """Raise `CalendarChangedMeanwhile` when somebody was faster. What it said is kept."""
        row = await self._connection.fetchrow(
            """
            WITH era AS (
              INSERT INTO calendar_eras (tenant_id, calendar_id, version, until, definition)
              SELECT tenant_id, id, version, now(), definition FROM calendars
               WHERE id = $1 AND version = $2
              ON CONFLICT DO NOTHING)
            UPDATE calendars SET definition = $3, version = version + 1, edited_at = now()
             WHERE id = $1 AND version = $2
            RETURNING id, tenant_id, definition, version, created_at
            """,
            *(calendar_id, version, definition),
        )
        if row is None:
            raise CalendarChangedMeanwhile(calendar_id)
        return row


class PolicyStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(
        self, tenant_id: str, policy_id: UUID, position: int, definition: bytes
    ) -> Record:
        return certain(
            await self._connection.fetchrow(
                """
                INSERT INTO sla_policies (tenant_id, id, position, definition)
                VALUES ($1, $2, $3, $4)
                RETURNING id, tenant_id, definition, version, created_at
                """,
                *(tenant_id, policy_id, position, definition),
            )
        )

    async def get(self, policy_id: UUID) -> Record:
        """Raise `SlaPolicyNotFound`, also for one that was deleted."""
        row = await self._connection.fetchrow(
            """
            SELECT id, tenant_id, definition, version, created_at FROM sla_policies
             WHERE id = $1 AND deleted_at IS NULL
            """,
            policy_id,
        )
        if row is None:
            raise SlaPolicyNotFound(policy_id)
        return row

    async def of_clock(self, policy_id: UUID) -> Record:
        """What started a clock, deleted or not: the clock runs on as promised."""
        return certain(
            await self._connection.fetchrow(
                """
                SELECT id, tenant_id, definition, version, created_at FROM sla_policies
                 WHERE id = $1
                """,
                policy_id,
            )
        )

    async def in_order(self) -> list[Record]:
        return await self._connection.fetch(
            """
            SELECT id, tenant_id, definition, version, created_at FROM sla_policies
             WHERE deleted_at IS NULL ORDER BY position, created_at, id LIMIT $1
            """,
            _MOST,
        )

    async def save(self, policy_id: UUID, version: int, position: int, definition: bytes) -> Record:
        """Raise `SlaPolicyChangedMeanwhile` when somebody else was faster."""
        row = await self._connection.fetchrow(
            """
            UPDATE sla_policies SET position = $3, definition = $4, version = version + 1
             WHERE id = $1 AND version = $2 AND deleted_at IS NULL
            RETURNING id, tenant_id, definition, version, created_at
            """,
            *(policy_id, version, position, definition),
        )
        if row is None:
            raise SlaPolicyChangedMeanwhile(policy_id)
        return row

    async def delete(self, policy_id: UUID) -> bool:
        """Whether it was there."""
        return bool(
            await self._connection.fetchval(
                """
                UPDATE sla_policies SET deleted_at = now()
                 WHERE id = $1 AND deleted_at IS NULL RETURNING true
                """,
                policy_id,
            )
        )
