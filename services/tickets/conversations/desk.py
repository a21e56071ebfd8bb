"""What people do to a conversation, each as writes of one transaction that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh.errors import InvalidInput
from mesh.ids import uuid7
from services.tickets.agents.assignment import Dealer
from services.tickets.audit.store import AuditStore
from services.tickets.conversations.conversation import MessageNotParked
from services.tickets.conversations.placement import Placement
from services.tickets.conversations.store import ConversationStore
from services.tickets.conversations.survey import Survey
from services.tickets.conversations.thread import ThreadStore
from services.tickets.deliveries.store import DeliveryStore
from services.tickets.deliveries.window import WindowClosed, closes_at
from services.tickets.deliveries.withdrawal import WithdrawalStore
from services.tickets.events.event import Event, message_failed
from services.tickets.events.store import EventStore
from services.tickets.sla.timekeeper import Timekeeper
from services.tickets.tickets.casebook import Casebook
from services.tickets.tickets.store import TicketStore

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from mesh.access import Caller
    from mesh.postgres import Connection
    from services.tickets.conversations.conversation import Conversation
    from services.tickets.conversations.outgoing import Outgoing
    from services.tickets.tickets.ticket import Ticket

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
        await self._tell(taken, Event("handover.accepted", taken.id, data=key), _updated(taken))
        await self._casebook(taken).open_for(taken, idem_key=uuid7(), cause=_TAKE_OVER)
        await self._tickets.release(taken.id, released=False)
        await Placement(self._connection, self._caller).claim(taken)
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
        await self._tickets.release(released.id, released=True)
        await self._note(released, "conversation.released")
        return released

    async def resolve(self, conversation: Conversation) -> None:
        """Its open case ends with it. Only what the machine had not sent yet is taken back."""
        resolved = await self._conversations.save(conversation.resolve(self._now))
        await self._withdraw(resolved, "resolved")
        said = {"by": "person", "answered": resolved.answered}
        await self._tell(resolved, Event("conversation.resolved", resolved.id, data=said))
        if ticket := await self._tickets.open_of(resolved.id):
            await self._casebook(resolved).change(
                ticket, ticket.resolve(self._now), "ticket.resolved"
            )
        await self._note(resolved, "conversation.resolved")
        if resolved.assignee_id:  # whose room somebody else may be waiting for
            dealer = Dealer(self._connection, resolved.tenant_id)
            await dealer.alone()
            await dealer.fill(resolved.assignee_id)
        await Survey(self._connection, self._now).ask(resolved)

    async def reopen(self, conversation: Conversation, case: Ticket | None = None) -> None:
        """A case goes on as well: this one, or else the one that ended with it."""
        reopened = await self._conversations.save(conversation.reopen())
        said = {"customer_time": self._now.isoformat(), "by": "person"}
        await self._tell(reopened, Event("conversation.reopened", reopened.id, data=said))
        ended = conversation.resolved_at
        if case is None and ended:
            case = await self._tickets.resolved_at(conversation.id, ended)
        if case:
            await self._casebook(reopened).change(case, case.reopen(), "ticket.reopened")
        await self._note(reopened, "conversation.reopened")
        await Dealer(self._connection, reopened.tenant_id).take_up(reopened.id)

    async def say(self, conversation: Conversation, said: Outgoing, then: str) -> UUID:
        """Write to the customer, which takes the conversation over; the message's id.

        `then` is whose turn it is afterwards: wait, keep_open or resolve.
        """
        closing = closes_at(conversation.channel, conversation.last_customer_at)
        if closing and self._now > closing and said.content_kind != "template":
            raise WindowClosed(closing)
        parts = list(said.parts)
        held = await self.take_over(conversation)
        await Placement(self._connection, self._caller).claim(held)
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
        whose = await self._conversations.get(held.id)
        queued = {
            "message_id": str(message_id),
            "author": "agent",
            "answer": True,
            "outcome": "answer",
            "parts": len(parts),
            "agent_id": str(whose.assignee_id or ""),
            "team_id": str(whose.team_id or ""),
        }
        await self._tell(held, Event("message.queued", held.id, data=queued))
        keeper = Timekeeper(self._connection, held.tenant_id)
        await keeper.answered(held.id, message_id, by_person=True)
        await self._move_on(held, then)
        return message_id

    async def _move_on(self, held: Conversation, then: str) -> None:
        """Whose turn it is after an agent's words."""
        if then == "resolve":
            await self.resolve(await self._conversations.get(held.id))
            return
        ticket = await self._tickets.open_of(held.id)
        if ticket is None:
            return
        if then == "keep_open":
            await self._casebook(held).change(ticket, ticket.resume(), "ticket.resumed")
        else:
            await self._casebook(held).change(ticket, ticket.wait(self._now), "ticket.waiting")

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
        if not text.strip():
            raise InvalidInput("a note needs words", field="text")
        message_id = uuid7()
        await ThreadStore(self._connection).add(
            *(conversation.tenant_id, message_id, conversation.id, self._caller.name, "note", text)
        )
        await self._tell(conversation, _updated(conversation))
        return message_id

    def _casebook(self, conversation: Conversation) -> Casebook:
        return Casebook(self._connection, conversation.tenant_id)

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
