"""What happens to a case happens to its clocks, in the transaction that holds its conversation."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

from mesh.hours import AroundTheClock
from mesh.ids import uuid7
from services.tickets.agents.assignment import Dealer, Place
from services.tickets.conversations.store import ConversationStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.sla import policy as promise
from services.tickets.sla import wire
from services.tickets.sla.clock import (
    FIRST_RESPONSE,
    NEXT_RESPONSE,
    RESOLUTION,
    RESPONSES,
    Clock,
)
from services.tickets.sla.eras import Eras
from services.tickets.sla.promises import CalendarStore, PolicyStore
from services.tickets.sla.store import ClockStore
from services.tickets.tenants.store import TenantStore
from services.tickets.tenants.wire import policy_with_defaults
from services.tickets.tickets.store import TicketStore
from services.tickets.tickets.ticket import PRIORITIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from mesh.hours import Hours
    from mesh.postgres import Connection
    from services.tickets.sla.policy import Policy
    from services.tickets.tickets.ticket import Ticket


class Plan(NamedTuple):
    """What a case is promised, and the hours that each promise counts."""

    policy: Policy
    urgency: str
    hours: dict[str, Eras]

    def due(self, kind: str, at: datetime) -> datetime | None:
        target = self.policy.target(kind, self.urgency)
        return self.hours[kind].after(at, target) if target else None


class Timekeeper:
    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._clocks = ClockStore(connection)
        self._tickets = TicketStore(connection)
        self._hours: dict[UUID | None, Eras] = {None: Eras(AroundTheClock())}

    async def plan(self, conversation_id: UUID, intent: str, urgency: str) -> Plan:
        """The first policy that matches, else the tenant's `first_response_minutes`."""
        known = await ConversationStore(self._connection).get(conversation_id)
        case = promise.Case(known.channel, intent, urgency, str(known.customer_id))
        rows = await PolicyStore(self._connection).in_order()
        policy = promise.choose(map(wire.policy_from_row, rows), case, await self._otherwise())
        kinds = (FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION)
        hours = {kind: await self.hours(policy.calendar_ids.get(kind)) for kind in kinds}
        return Plan(policy, urgency, hours)

    async def opened(self, ticket: Ticket, plan: Plan, waiting_since: datetime | None) -> None:
        """Nobody waits: no first response is promised."""
        since = waiting_since or ticket.created_at
        if waiting_since:
            await self._start(ticket, plan, FIRST_RESPONSE, since)
        await self._start(ticket, plan, RESOLUTION, since)

    async def heard(self, conversation_id: UUID, at: datetime) -> None:
        """The customer writes: a waiting case is open again, and a new wait may begin."""
        ticket = await self._tickets.open_of(conversation_id)
        if ticket is None:
            return
        clocks = await self._of(ticket.id)
        if ticket.status == "waiting":
            since = max(at, ticket.waiting_since or at)
            ticket = await self._tickets.save(ticket.resume())
            for clock in clocks:
                if clock.kind == RESOLUTION:
                    await self.keep(clock, clock.run(since, await self.hours(clock.calendar_id)))
            await self._tell(ticket, {"status": "open"})
        if not any(clock.is_running and clock.kind in RESPONSES for clock in clocks):
            plan = await self.plan(conversation_id, ticket.category, ticket.priority)
            await self._start(ticket, plan, NEXT_RESPONSE, at)

    async def answered(self, conversation_id: UUID, message_id: UUID, *, by_person: bool) -> None:
        """The machine's answers count where the policy says so, or a person gave the case back."""
        ticket = await self._tickets.open_of(conversation_id)
        if ticket is None:
            return
        clocks = await self._of(ticket.id)
        now = await self._clocks.now()
        for clock in clocks:
            counts = by_person or clock.for_anyone or ticket.released
            if clock.is_running and clock.kind in RESPONSES and counts:
                stopped = clock.stop(now, await self.hours(clock.calendar_id), by=message_id)
                await self.keep(clock, stopped)

    async def withdrawn(self, message_id: UUID) -> None:
        """An answer that did not arrive: its clocks run on as if they had never stopped."""
        for clock in await self._clocks.stopped_by(message_id):
            if clock.outcome != "cancelled" and clock.stopped_at:
                hours = await self.hours(clock.calendar_id)
                await self.keep(clock, clock.run(clock.stopped_at, hours))

    async def moved(self, before: Ticket, after: Ticket, at: datetime) -> None:
        """The case changed its state or its priority by any hand."""
        if before.status != after.status:
            for clock in await self._of(after.id):
                hours = await self.hours(clock.calendar_id)
                await self.keep(clock, _moved(clock, before.status, after.status, at, hours))
        if before.priority != after.priority:
            await self.promise(after)

    async def promise(self, ticket: Ticket) -> None:
        """Targets anew from now on; what was counted stays."""
        plan = await self.plan(ticket.conversation_id, ticket.category, ticket.priority)
        clocks = await self._of(ticket.id)
        now = await self._clocks.now()
        for clock in clocks:
            target = plan.policy.target(clock.kind, ticket.priority)
            if clock.stopped_at or target is None:
                continue
            before, after = await self.hours(clock.calendar_id), plan.hours[clock.kind]
            promised = clock.promise(target, now, before=before, after=after)
            await self.keep(clock, promised.under(plan.policy, clock.kind))

    async def alarm(self, clock: Clock) -> None:
        """What is due by now is told, once, at its true instant."""
        now = await self._clocks.now()
        fresh = await self.current(clock)
        await self.keep(clock, fresh.until(now))

    async def hours(self, calendar_id: UUID | None) -> Eras:
        """What it says, and what it said before its edits."""
        if calendar_id is not None and calendar_id not in self._hours:
            store = CalendarStore(self._connection)
            row = await store.get(calendar_id)
            past = [] if row["version"] == 1 else await store.eras(calendar_id)
            self._hours[calendar_id] = Eras(
                wire.calendar_from_row(row),
                row["version"],
                tuple((era["until"], wire.calendar_from_row(era)) for era in past),
            )
        return self._hours[calendar_id]

    async def current(self, clock: Clock) -> Clock:
        """Due by its calendar as it is now, whether or not it was reckoned anew since an edit."""
        return clock.reckoned(await self.hours(clock.calendar_id))

    async def reckon(self, clocks: Sequence[Clock]) -> None:
        """Those held are due anew; what has become due is the alarm's to tell."""
        fresh = [await self.current(clock) for clock in clocks]
        await self._clocks.reckon(fresh)
        moved = [
            Event("ticket.updated", new.conversation_id, new.ticket_id, {"clocks": [_state(new)]})
            for old, new in zip(clocks, fresh, strict=True)
            if (old.due_at, old.at_risk_at) != (new.due_at, new.at_risk_at)
        ]
        await EventStore(self._connection).append(self._tenant_id, *moved)

    async def _of(self, ticket_id: UUID) -> list[Clock]:
        return [await self.current(each) for each in await self._clocks.of_ticket(ticket_id)]

    async def _start(self, ticket: Ticket, plan: Plan, kind: str, at: datetime) -> None:
        target = plan.policy.target(kind, plan.urgency)
        if target is None:
            return
        clock = Clock(
            id=uuid7(),
            ticket_id=ticket.id,
            conversation_id=ticket.conversation_id,
            kind=kind,
            target=target,
            started_at=at,
        )
        hours = plan.hours[kind]
        running = clock.under(plan.policy, kind).run(at, hours)
        clock = dataclasses.replace(running, hours_version=hours.version)
        if await self._clocks.add(self._tenant_id, clock):
            await self._tell(ticket, {"clocks": [_state(clock)]})

    async def keep(self, before: Clock, after: Clock) -> None:
        """Saved and told, with what became late on the way."""
        if after == before:
            return
        hours = await self.hours(after.calendar_id)
        after = dataclasses.replace(after, hours_version=hours.version)
        await self._clocks.save(after)
        ticket = await self._tickets.get(after.ticket_id)
        if after.warned_at and not before.warned_at:
            await self._ring("sla.at_risk", after, hours, after.warned_at)
        if after.breached_at and not before.breached_at:
            await self._ring("sla.breached", after, hours, after.breached_at)
        await self._tell(ticket, {"clocks": [_state(after)]})
        if after.breached_at and not before.breached_at and not ticket.is_resolved:
            await self._escalate(after, ticket)

    async def _ring(self, kind: str, clock: Clock, hours: Hours, at: datetime) -> None:
        late = (await self._clocks.now() - at).total_seconds()
        used = clock.target if kind == "sla.breached" else clock.used_at(at, hours)
        said = {
            "occurred_at": at.isoformat(),
            "clock": clock.kind,
            "clock_id": str(clock.id),
            "target_seconds": clock.target.total_seconds(),
            "used_seconds": used.total_seconds(),
            "due_at": (clock.due_at or clock.breached_at or at).isoformat(),
            "late_seconds": round(max(0.0, late), 3),
        }
        event = Event(kind, clock.conversation_id, clock.ticket_id, said)
        await EventStore(self._connection).append(self._tenant_id, event)

    async def _escalate(self, clock: Clock, ticket: Ticket) -> None:
        """As the policy says, once: a breach happens once a clock."""
        if clock.policy_id is None:
            return
        row = await PolicyStore(self._connection).of_clock(clock.policy_id)
        wanted = wire.policy_from_row(row).on_breach
        if wanted.team_id or wanted.agent_id:
            dealer = Dealer(self._connection, self._tenant_id)
            place = Place(wanted.team_id or ticket.team_id, wanted.agent_id)
            await dealer.hand_on(ticket.conversation_id, place)
            ticket = await self._tickets.get(ticket.id)
        if wanted.raises:
            raised = await self._tickets.save(ticket.escalate())
            said = {"priority": raised.priority, "escalation": raised.escalation}
            await self._tell(raised, said)
            if raised.priority != ticket.priority:
                await self.promise(raised)

    async def _tell(self, ticket: Ticket, said: dict[str, Any]) -> None:
        event = Event("ticket.updated", ticket.conversation_id, ticket.id, said)
        await EventStore(self._connection).append(self._tenant_id, event)

    async def _otherwise(self) -> Policy:
        tenant = await TenantStore(self._connection).get(self._tenant_id)
        minutes = policy_with_defaults(tenant.policy).first_response_minutes
        return promise.first_response_only(minutes, PRIORITIES)


def _moved(clock: Clock, before: str, after: str, at: datetime, hours: Hours) -> Clock:
    """Only a resolution rests; what was owed when a case ends is owed no more."""
    if clock.kind in RESPONSES:
        return clock.cancel(at, hours) if clock.is_running and after == "resolved" else clock
    if after == "waiting":
        return clock.rest(at, hours)
    if after == "resolved":
        return clock.stop(at, hours)
    return clock.run(at, hours) if not clock.is_running else clock


def _state(clock: Clock) -> dict[str, Any]:
    """What a follower of the log needs to know of a clock: all of it, each time."""
    moments = ("started_at", "at_risk_at", "due_at", "warned_at", "breached_at", "stopped_at")
    said = {name: getattr(clock, name) for name in moments}
    return {
        "id": str(clock.id),
        "kind": clock.kind,
        "target_seconds": clock.target.total_seconds(),
        "outcome": clock.outcome,
        **{name: moment.isoformat() if moment else None for name, moment in said.items()},
    }
