"""Clocks in PostgreSQL. Its clock decides when something is due."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from services.tickets.sla.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection


_HOLD = """
SELECT id, ticket_id, conversation_id, kind, target, started_at, warn_percent, policy_id,
       calendar_id, for_anyone, used, running_since, at_risk_at, due_at, warned_at, breached_at,
       stopped_at, stopped_by, outcome, hours_version
  FROM sla_clocks WHERE {which} ORDER BY id FOR UPDATE
"""


class ClockStore:
    """Whoever changes a clock holds its conversation; the clock's own lock settles races."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def now(self) -> datetime:
        """Read while the clocks are held: what happens now happens after all that was told."""
        return await self._connection.fetchval("SELECT clock_timestamp()")  # type: ignore[no-any-return]

    async def add(self, tenant_id: str, clock: Clock) -> bool:
        """False where the case has this clock already."""
        return bool(
            await self._connection.fetchval(
                """
                INSERT INTO sla_clocks (tenant_id, id, ticket_id, conversation_id, kind, target,
                       started_at, warn_percent, policy_id, calendar_id, for_anyone, used,
                       running_since, at_risk_at, due_at, alarm_at, hours_version)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
                ON CONFLICT DO NOTHING RETURNING true
                """,
                *(tenant_id, clock.id, clock.ticket_id, clock.conversation_id, clock.kind),
                *(clock.target, clock.started_at, clock.warn_percent, clock.policy_id),
                *(clock.calendar_id, clock.for_anyone, clock.used, clock.running_since),
                *(clock.at_risk_at, clock.due_at, clock.alarm_at, clock.hours_version),
            )
        )

    async def save(self, clock: Clock) -> None:
        """Of one that this transaction holds."""
        await self._connection.execute(
            """
            UPDATE sla_clocks
               SET target = $2, warn_percent = $3, policy_id = $4, calendar_id = $5,
                   for_anyone = $6, used = $7, running_since = $8, at_risk_at = $9, due_at = $10,
                   alarm_at = $11, warned_at = $12, breached_at = $13, stopped_at = $14,
                   outcome = $15, stopped_by = $16, hours_version = $17
             WHERE id = $1
            """,
            *(clock.id, clock.target, clock.warn_percent, clock.policy_id, clock.calendar_id),
            *(clock.for_anyone, clock.used, clock.running_since, clock.at_risk_at, clock.due_at),
            *(clock.alarm_at, clock.warned_at, clock.breached_at, clock.stopped_at),
            *(clock.outcome, clock.stopped_by, clock.hours_version),
        )

    async def of_ticket(self, ticket_id: UUID) -> list[Clock]:
        """In the order of their starts, held."""
        return await self._held("ticket_id = $1", ticket_id)

    async def stopped_by(self, message_id: UUID) -> list[Clock]:
        return await self._held("stopped_by = $1", message_id)

    async def due_by_old_hours(self, calendar_id: UUID, version: int, most: int) -> list[Clock]:
        """Running ones, held; first those that could be due first if every hour were open.

        What somebody else holds is passed over: they reckon it anew themselves, or are done soon.
        """
        rows = await self._connection.fetch(
            """
            SELECT id, ticket_id, conversation_id, kind, target, started_at, warn_percent,
                   policy_id, calendar_id, for_anyone, used, running_since, at_risk_at, due_at,
                   warned_at, breached_at, stopped_at, stopped_by, outcome, hours_version
              FROM sla_clocks
             WHERE calendar_id = $1 AND running_since IS NOT NULL AND hours_version <> $2
             ORDER BY running_since + target - used LIMIT $3 FOR UPDATE SKIP LOCKED
            """,
            *(calendar_id, version, most),
        )
        return [_clock(row) for row in rows]

    async def reckon(self, clocks: Sequence[Clock]) -> None:
        """When these are due now; nothing else of them changed."""
        await self._connection.execute(
            """
            UPDATE sla_clocks c
               SET at_risk_at = n.at_risk_at, due_at = n.due_at, alarm_at = n.alarm_at,
                   hours_version = n.hours_version
              FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[],
                          $5::int[]) AS n (id, at_risk_at, due_at, alarm_at, hours_version)
             WHERE c.id = n.id
            """,
            *([c.id for c in clocks], [c.at_risk_at for c in clocks], [c.due_at for c in clocks]),
            *([c.alarm_at for c in clocks], [c.hours_version for c in clocks]),
        )

    async def tickets_of(self, policy_id: UUID) -> list[UUID]:
        """Cases with a clock of this policy that has not stopped."""
        rows = await self._connection.fetch(
            """
            SELECT DISTINCT ticket_id FROM sla_clocks
             WHERE policy_id = $1 AND stopped_at IS NULL ORDER BY ticket_id
            """,
            policy_id,
        )
        return [row["ticket_id"] for row in rows]

    async def conversation_of(self, clock_id: UUID) -> UUID:
        """What is to be held before the clock is."""
        return await self._connection.fetchval(  # type: ignore[no-any-return]
            "SELECT conversation_id FROM sla_clocks WHERE id = $1", clock_id
        )

    async def hold(self, clock_id: UUID) -> Clock:
        (clock,) = await self._held("id = $1", clock_id)
        return clock

    async def of_cases(self, ticket_id: UUID) -> list[Clock]:
        """In the order of their starts, for somebody to look at."""
        rows = await self._connection.fetch(
            """
            SELECT id, ticket_id, conversation_id, kind, target, started_at, warn_percent,
                   policy_id, calendar_id, for_anyone, used, running_since, at_risk_at, due_at,
                   warned_at, breached_at, stopped_at, stopped_by, outcome, hours_version
              FROM sla_clocks WHERE ticket_id = $1 ORDER BY started_at, id
            """,
            ticket_id,
        )
        return [_clock(row) for row in rows]

    async def due(self, most: int) -> list[tuple[str, UUID]]:
        """Whose clocks have something to tell. Crosses tenants."""
        rows = await self._connection.fetch("SELECT tenant_id, clock_id FROM due_alarms($1)", most)
        return [(row["tenant_id"], row["clock_id"]) for row in rows]

    async def next_alarm_seconds(self) -> float | None:
        """Until then nothing happens, unless somebody changes something. Crosses tenants."""
        seconds = await self._connection.fetchval(
            "SELECT extract(epoch FROM next_alarm() - clock_timestamp())::float8"
        )
        return None if seconds is None else max(0.0, seconds)

    async def _held(self, which: str, value: UUID) -> list[Clock]:
        rows = await self._connection.fetch(_HOLD.format(which=which), value)
        return [_clock(row) for row in rows]


def _clock(row: Record) -> Clock:
    return Clock(**{field.name: row[field.name] for field in dataclasses.fields(Clock)})
