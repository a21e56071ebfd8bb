"""How a turn ends: reply, deliveries, holder, ticket and events in the transaction that the
servicer holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import turn_pb2
from cassava.type.v1 import classification_pb2, outcome_pb2

from services.tickets.agents.assignment import Dealer
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.sla.timekeeper import Timekeeper
from services.tickets.tenants.wire import policy_with_defaults
from services.tickets.tickets import wire as ticket_wire
from services.tickets.tickets.casebook import Casebook
from services.tickets.tickets.rulebook import Rulebook
from services.tickets.tickets.store import TicketStore
from services.tickets.turns import wire
from services.tickets.turns.completion import CompletionStore, Ending, Said

if TYPE_CHECKING:
    from datetime import datetime

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.tickets.ticket import Ticket
    from services.tickets.turns.turn import Turn

_SUBJECT_CHARACTERS = 120
# PRODUCT 6.1: what is surely a thank-you and nothing else reopens nothing and gets no reply.
_THANKS, _SURE_OF_THANKS = "thanks", 0.8
_SILENT = frozenset({outcome_pb2.OUTCOME_KIND_SILENCE, outcome_pb2.OUTCOME_KIND_UNSPECIFIED})


class Completion:
    """One turn's completion. Labels are kept even where the reply comes too late to leave."""

    def __init__(
        self,
        connection: Connection,
        request: turn_pb2.CompleteTurnRequest,
        conversation: Record,
        turn: Turn,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._request = request
        self._outcome = request.outcome
        self._conversation = conversation
        self._turn = turn
        self._now = now
        self._events: list[Event] = []

    async def write(
        self, *, is_discarded: bool, state: str = "done"
    ) -> turn_pb2.CompleteTurnResponse:
        store = CompletionStore(self._connection)
        covered = await store.cover(self._turn)
        said = self._said(is_discarded=is_discarded)
        response = turn_pb2.CompleteTurnResponse(status=_STATUS[is_discarded])
        if said.parts:
            response.message_id = str(self._turn.reply_id)
        ending = self._ending(covered, state, said, response, is_discarded=is_discarded)
        if ending.reopens:
            self._tell(
                "conversation.reopened",
                customer_time=covered["customer_time"].isoformat(),
                by="customer",
            )
        self._tell_completed(covered, is_discarded=is_discarded)
        if said.parts:
            self._tell_queued(said)
        await store.end(self._turn, self._request.fence, ending, said, self._events)
        ticket = None
        if not is_discarded and self._request.HasField("ticket"):
            ticket = await self._ticket(covered)
        if ending.holder == "queued" != self._conversation["held_by"]:
            await self._tell_handover(covered)
        await self._follow_up(ending, covered, has_ticket=ticket is not None)
        if ticket:  # last: until the commit no other case of the tenant gets its number
            numbered = await TicketStore(self._connection).numbered(ticket.id)
            response.ticket.CopyFrom(ticket_wire.ticket_to_proto(numbered))
            await store.remember(self._turn, response.SerializeToString(), ticket.id)
        return response

    async def _follow_up(self, ending: Ending, covered: Record, *, has_ticket: bool) -> None:
        """What the turn means for the case, its clocks and whose it is; for most turns nothing."""
        tenant_id, conversation_id = self._request.tenant_id, self._turn.conversation_id
        casebook = Casebook(self._connection, tenant_id)
        if ending.reopens:
            ended, at = self._conversation["resolved_at"], covered["customer_time"]
            await casebook.customer_returned(conversation_id, ended, at)
            await Dealer(self._connection, tenant_id).take_up(conversation_id)
        policy = policy_with_defaults(covered["policy"])
        await Rulebook(self._connection, tenant_id).apply(policy, conversation_id, ending.labels)
        if has_ticket:
            await casebook.deal(conversation_id)
        if ending.is_answered and (has_ticket or ending.reopens or covered["has_case"]):
            keeper = Timekeeper(self._connection, tenant_id)
            await keeper.answered(conversation_id, self._turn.reply_id, by_person=False)

    def _said(self, *, is_discarded: bool) -> Said:
        is_silent = is_discarded or self._is_thanks_afterwards()
        parts = [] if is_silent else list(self._request.parts)
        text = self._outcome.text or "\n".join(parts)
        return Said(text, parts, is_answer=wire.is_answer(self._outcome))

    def _ending(
        self,
        covered: Record,
        state: str,
        said: Said,
        response: turn_pb2.CompleteTurnResponse,
        *,
        is_discarded: bool,
    ) -> Ending:
        before = self._conversation
        hands_over = self._outcome.kind == outcome_pb2.OUTCOME_KIND_HANDOVER and not is_discarded
        answers = said.is_answer and bool(said.parts)
        asks = answers and self._outcome.kind == outcome_pb2.OUTCOME_KIND_ASK
        return Ending(
            labels=wire.labels_from_proto(self._request.classification),
            classification=self._request.classification.SerializeToString(),
            outcome=self._outcome.SerializeToString(),
            timings=wire.timings_to_bytes(self._request.timings_ms, covered["age_seconds"]),
            state=state,
            holder="queued" if hands_over and before["held_by"] == "bot" else before["held_by"],
            asked_back=asks or (before["asked_back"] and not answers and not hands_over),
            answers_in_row=before["answers_in_row"] + 1
            if answers
            else 0
            if hands_over
            else before["answers_in_row"],
            is_answered=answers,
            reopens=before["resolved_at"] is not None and not self._is_thanks_afterwards(),
            answer=response.SerializeToString(),
        )

    def _is_thanks_afterwards(self) -> bool:
        said = self._request.classification
        is_thanks = said.intent == _THANKS and said.confidence >= _SURE_OF_THANKS
        return is_thanks and self._conversation["resolved_at"] is not None

    def _tell_queued(self, said: Said) -> None:
        self._tell(
            "message.queued",
            message_id=str(self._turn.reply_id),
            author="bot",
            answer=said.is_answer,
            outcome=wire.kind_of(self._outcome),
            tier=wire.tier_of(self._outcome),
            turn_id=str(self._turn.id),
            parts=len(said.parts),
        )

    async def _tell_handover(self, covered: Record) -> None:
        asked = Event(
            "handover.requested",
            self._turn.conversation_id,
            data={
                "cause": wire.cause_of(self._outcome),
                "turn_id": str(self._turn.id),
                "customer_time": covered["customer_time"].isoformat(),
            },
        )
        await EventStore(self._connection).append(self._request.tenant_id, asked)

    async def _ticket(self, covered: Record) -> Ticket:
        """The open case, raised, or a new one; at most one is open a conversation."""
        wish = self._request.ticket
        priority = wish.priority or classification_pb2.URGENCY_NORMAL
        casebook = Casebook(self._connection, self._request.tenant_id)
        return await casebook.open_or_raise(
            conversation_id=self._turn.conversation_id,
            idem_key=self._turn.id,
            subject=_subject(covered["first_body"]),
            category=wish.category or self._request.classification.intent,
            priority=wire.name_of(classification_pb2.Urgency, priority, "URGENCY_"),
            cause=wish.cause,
            customer_time=covered["customer_time"],
        )

    def _tell_completed(self, covered: Record, *, is_discarded: bool) -> None:
        said = self._request.classification
        labels = wire.labels_from_proto(said)
        self._tell(
            "turn.completed",
            turn_id=str(self._turn.id),
            messages=covered["messages"],
            intent=said.intent,
            confidence=round(said.confidence, 4),
            urgency=labels.urgency,
            sentiment=labels.sentiment,
            language=said.language,
            out_of_scope=said.out_of_scope,
            outcome="silence"
            if is_discarded or self._is_thanks_afterwards() or self._outcome.kind in _SILENT
            else wire.kind_of(self._outcome),
            tier="" if is_discarded or not self._request.parts else wire.tier_of(self._outcome),
            model=self._outcome.model,
            fallback_reason=wire.reason_of(self._outcome),
            handover_cause=wire.cause_of(self._outcome),
            reply_confidence=round(self._outcome.confidence, 4),
            wait_ms=round(covered["age_seconds"] * 1000),
            classify_ms=self._request.timings_ms.get("classify", 0),
            reply_ms=self._request.timings_ms.get("reply", 0),
            customer_time=covered["customer_time"].isoformat(),
        )

    def _tell(self, kind: str, **data: Any) -> None:
        self._events.append(Event(kind, self._turn.conversation_id, data=data))


_STATUS = {
    False: turn_pb2.CompleteTurnResponse.STATUS_COMPLETED,
    True: turn_pb2.CompleteTurnResponse.STATUS_DISCARDED,
}


def _subject(body: bytes | None) -> str:
    """The first words of what the customer wrote, on one line, for a list to show."""
    words = " ".join(wire.text_of(body or b"").replace("\0", " ").split())
    return words[:_SUBJECT_CHARACTERS] or "(no text)"
