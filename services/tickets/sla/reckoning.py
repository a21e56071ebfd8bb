"""A changed calendar or policy: running clocks are due anew, from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.agents.store import AgentStore
from services.tickets.agents.teams import TeamStore
from services.tickets.conversations.store import ConversationStore
from services.tickets.sla.promises import CalendarStore
from services.tickets.sla.store import ClockStore
from services.tickets.sla.timekeeper import Timekeeper
from services.tickets.tickets.store import TicketStore

if TYPE_CHECKING:
    from uuid import UUID

    from mesh.postgres import Connection, Pool
    from services.tickets.sla.policy import Policy

# Small enough that alarms, which take turns with it, are told within their second.
_BATCH = 200
_CALENDARS = 10
# Whoever read the calendar before its edit has committed, or given up, after this.
_LONGEST_TRANSACTION_SECONDS = 30.0


class Reckoning:
    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._clocks = ClockStore(connection)

    async def check(self, policy: Policy) -> None:
        """Raise unless it promises something, in hours and to people that there are."""
        policy.check()
        for calendar_id in policy.calendar_ids.values():
            await CalendarStore(self._connection).get(calendar_id)
        if policy.on_breach.team_id:
            await TeamStore(self._connection).get(policy.on_breach.team_id)
        if policy.on_breach.agent_id:
            await AgentStore(self._connection).get(policy.on_breach.agent_id)

    async def of_policy(self, policy_id: UUID) -> None:
        tickets = TicketStore(self._connection)
        keeper = Timekeeper(self._connection, self._tenant_id)
        for ticket_id in await self._clocks.tickets_of(policy_id):
            ticket = await tickets.get(ticket_id)
            await ConversationStore(self._connection).lock(ticket.conversation_id)
            await keeper.promise(await tickets.get(ticket_id))


class Reckoner:
    """After a calendar was edited: its running clocks, a batch a transaction, on any replica."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def some(self) -> int:
        """Of each edited calendar the next batch; how many clocks that were."""
        async with self._pool.connection() as connection:
            edited = await CalendarStore(connection).edited(_CALENDARS)
        return sum([await self._some_of(*each) for each in edited])

    async def _some_of(self, tenant_id: str, calendar_id: UUID) -> int:
        async with self._pool.transaction(tenant_id) as connection:
            calendars = CalendarStore(connection)
            version = (await calendars.get(calendar_id))["version"]
            clocks = await ClockStore(connection).due_by_old_hours(calendar_id, version, _BATCH)
            if clocks:
                await Timekeeper(connection, tenant_id).reckon(clocks)
            else:
                await calendars.settle(calendar_id, version, _LONGEST_TRANSACTION_SECONDS)
        return len(clocks)
