"""A conversation's case, in the transaction that holds the conversation: opened, changed, dealt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh.access import current_caller
from services.tickets.agents.assignment import Dealer
from services.tickets.audit.store import AuditStore
from services.tickets.conversations import wire as conversation_wire
from services.tickets.conversations.store import ConversationStore
from services.tickets.conversations.thread import ThreadStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.sla.clock import FIRST_RESPONSE
from services.tickets.sla.store import ClockStore
from services.tickets.sla.timekeeper import Timekeeper
from services.tickets.tenants.store import TenantStore
from services.tickets.tenants.wire import policy_with_defaults
from services.tickets.tickets.store import TicketStore
from services.tickets.tickets.ticket import NORMAL, Ticket
from services.tickets.tickets.wire import optional_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from cassava.tickets.v1 import tenant_pb2

    from mesh.postgres import Connection
    from services.tickets.conversations.conversation import Conversation


class Casebook:
    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._tickets = TicketStore(connection)
        self._events = EventStore(connection)

    async def open_for(  # noqa: PLR0913  # all are named
        self,
        conversation: Conversation,
        *,
        idem_key: UUID,
        cause: str,
        subject: str = "",
        category: str = "",
        priority: str = "",
    ) -> Ticket:
        """By hand: what is not said is taken from the conversation."""
        thread = ThreadStore(self._connection)
        waiting = await thread.waiting(conversation.id)
        body = waiting.body if waiting else await thread.latest_body(conversation.id)
        return await self.open_or_raise(
            conversation_id=conversation.id,
            idem_key=idem_key,
            subject=subject or conversation_wire.preview(body) or "(no text)",
            category=category or conversation.intent,
            priority=priority or conversation.urgency or NORMAL,
            cause=cause,
            customer_time=waiting.since if waiting else None,
        )

    async def open_or_raise(  # noqa: PLR0913  # all are named
        self,
        *,
        conversation_id: UUID,
        idem_key: UUID,
        subject: str,
        category: str,
        priority: str,
        cause: str,
        customer_time: datetime | None,
    ) -> Ticket:
        """The open one, raised if need be, or a new one, told of, its clocks running.

        A new one gets its number at the end of the transaction (`TicketStore.numbered`).
        """
        keeper = Timekeeper(self._connection, self._tenant_id)
        plan = await keeper.plan(conversation_id, category, priority)
        before = await self._tickets.standing(self._tenant_id, idem_key, conversation_id)
        ticket, events = await self._tickets.open_or_raise(
            known=before,
            tenant_id=self._tenant_id,
            conversation_id=conversation_id,
            idem_key=idem_key,
            subject=subject,
            category=category,
            priority=priority,
            cause=cause,
            customer_time=customer_time,
            first_response_due=plan.due(FIRST_RESPONSE, customer_time) if customer_time else None,
        )
        told = await self._events.append(self._tenant_id, *events)
        if before is None and events:
            await self._tickets.opened(ticket.id, told[0])
            await keeper.opened(ticket, plan, customer_time)
        elif before and before.priority != ticket.priority:
            await keeper.promise(ticket)
        return await self._tickets.get(ticket.id)

    async def customer_returned(self, conversation_id: UUID, ended: datetime, at: datetime) -> None:
        """Within the reopen window the case that ended with the conversation goes on."""
        if ticket := await self._tickets.resolved_at(conversation_id, ended):
            await self.change(ticket, ticket.reopen(), "ticket.reopened", at=max(at, ended))
            await Timekeeper(self._connection, self._tenant_id).heard(conversation_id, at)

    async def deal(self, conversation_id: UUID) -> None:
        """A case that is nobody's goes to the tenant's team, and on to whoever has room there."""
        conversation = await ConversationStore(self._connection).get(conversation_id)
        team_id = conversation.team_id or optional_id((await self._policy()).default_team_id)
        if team_id is None or conversation.assignee_id:
            return
        dealer = Dealer(self._connection, self._tenant_id)
        await dealer.queue(conversation_id, team_id, list(conversation.required_skills))

    async def change(
        self, before: Ticket, wanted: Ticket, action: str, *, at: datetime | None = None
    ) -> Ticket:
        """Saved, told and noted; nothing of it where nothing differs."""
        if wanted == before:
            return before
        after = await self._tickets.save(wanted)
        changes = before.changes_to(after)
        kind = action if action in _OWN_EVENTS else "ticket.updated"
        said = {name: value for name, value in changes[1].items() if value != "…"}
        await self._events.append(
            self._tenant_id, Event(kind, after.conversation_id, after.id, said)
        )
        await AuditStore(self._connection).append(
            self._tenant_id, current_caller(), action, str(after.id), changes=changes
        )
        keeper = Timekeeper(self._connection, self._tenant_id)
        await keeper.moved(before, after, at or await ClockStore(self._connection).now())
        return await self._tickets.get(after.id)

    async def _policy(self) -> tenant_pb2.Policy:
        tenant = await TenantStore(self._connection).get(self._tenant_id)
        return policy_with_defaults(tenant.policy)


_OWN_EVENTS = frozenset({"ticket.resolved", "ticket.reopened"})
