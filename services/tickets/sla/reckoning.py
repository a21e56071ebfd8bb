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

    from mesh.hours import Calendar
    from mesh.postgres import Connection
    from services.tickets.sla.policy import Policy


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

    async def of_calendar(self, calendar_id: UUID, before: Calendar, after: Calendar) -> None:
        """Time counted already stays, in the hours that held then."""
        keeper = Timekeeper(self._connection, self._tenant_id)
        clocks = await self._clocks.running_in(calendar_id)
        now = await self._clocks.now()
        for clock in clocks:
            await keeper.keep(clock, clock.promise(clock.target, now, before=before, after=after))

    async def of_policy(self, policy_id: UUID) -> None:
        tickets = TicketStore(self._connection)
        keeper = Timekeeper(self._connection, self._tenant_id)
        for ticket_id in await self._clocks.tickets_of(policy_id):
            ticket = await tickets.get(ticket_id)
            await ConversationStore(self._connection).lock(ticket.conversation_id)
            await keeper.promise(await tickets.get(ticket_id))
