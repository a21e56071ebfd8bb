"""What people do to a conversation, each as writes of one transaction that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh.ids import uuid7
from services.tickets.audit.store import AuditStore
from services.tickets.conversations import wire
from services.tickets.conversations.conversation import MessageNotParked
from services.tickets.conversations.store import ConversationStore
from services.tickets.conversations.thread import ThreadStore
from services.tickets.deliveries.store import DeliveryStore
from services.tickets.deliveries.window import WindowClosed, closes_at
from services.tickets.deliveries.withdrawal import WithdrawalStore
from services.tickets.events.event import Event, message_failed
from services.tickets.events.store import EventStore
from services.tickets.tenants.store import TenantStore
from services.tickets.tenants.wire import policy_with_defaults
from services.tickets.tickets.store import TicketStore
from services.tickets.tickets.ticket import NORMAL, first_response_due

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from mesh.access import Caller
    from mesh.postgres import Connection
    from services.tickets.conversations.conversation import Conversation
    from services.tickets.conversations.outgoing import Outgoing

_TAKE_OVER = "take_over"
# The contract's bound for a message.
_PARTS_MOST = 20


class Desk:
    """One person at one locked conversation."""

    def __init__(self, connection: Connection, caller: Caller, now: datetime) -> None:
        self._connection = connection
        self._caller = caller
        self._now = now
        self._conversations = ConversationStore(connection)
        self._tickets = TicketStore(connection)

    async def take_over(self, conversation: Conversation) -> Conversation:
        """The machine falls silent, a case is open. Nothing where a person holds it already."""
        taken = conversation.take_over()
        if taken is conversation:
            return conversation
        taken = await self._conversations.save(taken)
        await self._withdraw(taken, "takeover")
        key = {"key_id": self._caller.key_id}
        events = [Event("handover.accepted", taken.id, data=key), _updated(taken)]
        await self._tell(taken, *events, *await self._open_ticket(taken))
        await self._note(taken, "conversation.taken_over")
        return taken

    async def release(self, conversation: Conversation) -> Conversation:
        released = conversation.release()
        if released is conversation:
            return conversation
        released = await self._conversations.save(released)
        key = {"key_id": self._caller.key_id}
        await self._tell(
            released, Event("handover.released", released.id, data=key), _updated(released)
        )
        await self._note(released, "conversation.released")
        return released

    async def resolve(self, conversation: Conversation) -> None:
        """Its open case ends with it."""
        resolved = await self._conversations.save(conversation.resolve(self._now))
        await self._withdraw(resolved, "resolved")
        said = {"by": "person", "answered": resolved.answered}
        events = [Event("conversation.resolved", resolved.id, data=said)]
        if ticket := await self._tickets.open_of(resolved.id):
            await self._tickets.save(ticket.resolve(self._now))
            events.append(Event("ticket.resolved", resolved.id, ticket.id))
        await self._tell(resolved, *events)
        await self._note(resolved, "conversation.resolved")

    async def reopen(self, conversation: Conversation) -> None:
        """The case that ended with it goes on as well."""
        reopened = await self._conversations.save(conversation.reopen())
        said = {"customer_time": self._now.isoformat(), "by": "person"}
        events = [Event("conversation.reopened", reopened.id, data=said)]
        ended = conversation.resolved_at
        if ended and (ticket := await self._tickets.resolved_at(conversation.id, ended)):
            await self._tickets.save(ticket.reopen())
            events.append(Event("ticket.reopened", reopened.id, ticket.id))
        await self._tell(reopened, *events)
        await self._note(reopened, "conversation.reopened")

    async def say(self, conversation: Conversation, said: Outgoing) -> UUID:
        """Write to the customer, which takes the conversation over; the message's id."""
        closing = closes_at(conversation.channel, conversation.last_customer_at)
        if closing and self._now > closing and said.content_kind != "template":
            raise WindowClosed(closing)
        parts = list(said.parts)
        held = await self.take_over(conversation)
        message_id = uuid7()
        thread = ThreadStore(self._connection)
        await thread.add(
            *(held.tenant_id, message_id, held.id, self._caller.name, said.kind, said.text),
            content_kind=said.content_kind,
            content=said.content,
        )
        await DeliveryStore(self._connection).add(
            *(message_id, "agent", parts, [uuid7() for _ in parts]), is_answer=True
        )
        await WithdrawalStore(self._connection).of_account_if_off(held.account_id)
        await self._conversations.answered_by_person(held.id)
        await self._tickets.answered(held.id)
        told = {"message_id": str(message_id), "author": "agent", "answer": True}
        queued = told | {"outcome": "answer", "parts": len(parts)}
        await self._tell(held, Event("message.queued", held.id, data=queued))
        return message_id

    async def resend(self, conversation: Conversation, message_id: UUID) -> None:
        """What is perhaps lost, once more, on a person's word: it may then arrive twice."""
        ids = [uuid7() for _ in range(_PARTS_MOST)]
        withdrawn = WithdrawalStore(self._connection)
        if not await withdrawn.resend(conversation.id, message_id, ids):
            raise MessageNotParked(message_id)
        await self._tell(conversation, _updated(conversation))
        await AuditStore(self._connection).append(
            conversation.tenant_id, self._caller, "message.resent", str(message_id)
        )

    async def leave_note(self, conversation: Conversation, text: str) -> UUID:
        """Between agents: nothing leaves, nobody takes over; the message's id."""
        message_id = uuid7()
        await ThreadStore(self._connection).add(
            *(conversation.tenant_id, message_id, conversation.id, self._caller.name, "note", text)
        )
        await self._tell(conversation, _updated(conversation))
        return message_id

    async def _open_ticket(self, conversation: Conversation) -> list[Event]:
        """Opened or kept; its first answer is due only where somebody waits (PRODUCT 7.1)."""
        thread = ThreadStore(self._connection)
        waiting = await thread.waiting(conversation.id)
        body = waiting.body if waiting else await thread.latest_body(conversation.id)
        tenant = await TenantStore(self._connection).get(conversation.tenant_id)
        minutes = policy_with_defaults(tenant.policy).first_response_minutes
        priority = conversation.urgency or NORMAL
        _, events = await self._tickets.open_or_raise(
            tenant_id=conversation.tenant_id,
            conversation_id=conversation.id,
            idem_key=uuid7(),
            subject=wire.preview(body) or "(no text)",
            category=conversation.intent,
            priority=priority,
            cause=_TAKE_OVER,
            customer_time=waiting.since if waiting else None,
            first_response_due=(
                first_response_due(waiting.since, priority, minutes) if waiting else None
            ),
        )
        return events

    async def _withdraw(self, conversation: Conversation, reason: str) -> None:
        withdrawn = WithdrawalStore(self._connection)
        for delivery in await withdrawn.bot_parts(conversation.id, reason):
            failed = message_failed(delivery, "perhaps_sent", perhaps_sent=True)
            await self._tell(conversation, failed)

    async def _tell(self, conversation: Conversation, *events: Event) -> None:
        await EventStore(self._connection).append(conversation.tenant_id, *events)

    async def _note(self, conversation: Conversation, action: str) -> None:
        await AuditStore(self._connection).append(
            conversation.tenant_id, self._caller, action, str(conversation.id)
        )


def _updated(conversation: Conversation) -> Event:
    return Event("conversation.updated", conversation.id, data={"holder": conversation.holder})
