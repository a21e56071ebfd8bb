"""How a turn ends: reply, deliveries, holder, ticket and events in the transaction that the
servicer holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from cassava.tickets.v1 import turn_pb2
from cassava.type.v1 import classification_pb2, outcome_pb2

from mesh.ids import uuid7
from services.tickets.agents.assignment import Dealer
from services.tickets.deliveries.store import DeliveryStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.sla.timekeeper import Timekeeper
from services.tickets.tickets import wire as ticket_wire
from services.tickets.tickets.casebook import Casebook
from services.tickets.tickets.rulebook import Rulebook
from services.tickets.turns import wire
from services.tickets.turns.completion import CompletionStore, Ending

if TYPE_CHECKING:
    from datetime import datetime

    from asyncpg import Record
    from cassava.tickets.v1.ticket_pb2 import Ticket

    from mesh.postgres import Connection
    from services.tickets.turns.turn import Turn

_SUBJECT_CHARACTERS = 120
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
        covered = await store.covered(self._turn)
        ending = self._ending(covered, state, is_discarded=is_discarded)
        await store.end(self._turn, self._request.fence, ending)
        if ending.reopens:
            self._tell(
                "conversation.reopened",
                customer_time=covered["customer_time"].isoformat(),
                by="customer",
            )
        self._tell_completed(covered, is_discarded=is_discarded)
        response = turn_pb2.CompleteTurnResponse(status=_STATUS[is_discarded])
        if not is_discarded:
            if self._request.parts:
                await self._reply(store)
                response.message_id = str(self._turn.reply_id)
            if ticket := await self._ticket(covered):
                response.ticket.CopyFrom(ticket)
            if ending.holder == "queued" != self._conversation["holder"]:
                self._tell(
                    "handover.requested",
                    cause=wire.cause_of(self._outcome),
                    turn_id=str(self._turn.id),
                    customer_time=covered["customer_time"].isoformat(),
                )
        ticket_id = response.ticket.id or None
        await store.remember(
            self._turn, response.SerializeToString(), UUID(ticket_id) if ticket_id else None
        )
        await self._flush()
        await self._follow_up(ending, covered["customer_time"], response)
        return response

    async def _follow_up(
        self, ending: Ending, customer_time: datetime, response: turn_pb2.CompleteTurnResponse
    ) -> None:
        """What the turn means for the case, its clocks and whose it is."""
        tenant_id, conversation_id = self._request.tenant_id, self._turn.conversation_id
        casebook = Casebook(self._connection, tenant_id)
        if ending.reopens:
            ended = self._conversation["resolved_at"]
            await casebook.customer_returned(conversation_id, ended, customer_time)
            await Dealer(self._connection, tenant_id).take_up(conversation_id)
        await Rulebook(self._connection, tenant_id).apply(conversation_id, ending.labels)
        if response.ticket.id:
            await casebook.deal(conversation_id)
        if ending.is_answered:
            keeper = Timekeeper(self._connection, tenant_id)
            await keeper.answered(conversation_id, self._turn.reply_id, by_person=False)

    async def _flush(self) -> None:
        """In the order in which it happened."""
        await EventStore(self._connection).append(self._request.tenant_id, *self._events)
        self._events = []

    def _ending(self, covered: Record, state: str, *, is_discarded: bool) -> Ending:
        before = self._conversation
        hands_over = self._outcome.kind == outcome_pb2.OUTCOME_KIND_HANDOVER and not is_discarded
        answers = wire.is_answer(self._outcome) and bool(self._request.parts) and not is_discarded
        asks = answers and self._outcome.kind == outcome_pb2.OUTCOME_KIND_ASK
        # A thank-you alone does not reopen (PRODUCT 6.1); whatever is not that, does.
        is_thanks = self._request.classification.intent == "thanks"
        return Ending(
            labels=wire.labels_from_proto(self._request.classification),
            classification=self._request.classification.SerializeToString(),
            outcome=self._outcome.SerializeToString(),
            timings=wire.timings_to_bytes(self._request.timings_ms, covered["age_seconds"]),
            state=state,
            holder="queued" if hands_over and before["holder"] == "bot" else before["holder"],
            asked_back=asks or (before["asked_back"] and not answers and not hands_over),
            answers_in_row=before["answers_in_row"] + 1
            if answers
            else 0
            if hands_over
            else before["answers_in_row"],
            is_answered=answers,
            reopens=before["resolved_at"] is not None and not is_thanks,
        )

    async def _reply(self, store: CompletionStore) -> None:
        is_answer = wire.is_answer(self._outcome)
        parts = list(self._request.parts)
        await store.say(self._request.tenant_id, self._turn, self._outcome.text or "\n".join(parts))
        await DeliveryStore(self._connection).add(
            *(self._turn.reply_id, "bot", parts, [uuid7() for _ in parts]), is_answer=is_answer
        )
        self._tell(
            "message.queued",
            message_id=str(self._turn.reply_id),
            author="bot",
            answer=is_answer,
            outcome=wire.kind_of(self._outcome),
            tier=wire.tier_of(self._outcome),
            turn_id=str(self._turn.id),
            parts=len(parts),
        )

    async def _ticket(self, covered: Record) -> Ticket | None:
        """The open case, raised, or a new one; at most one is open a conversation."""
        wish = self._request.ticket
        if not self._request.HasField("ticket"):
            return None
        priority = wish.priority or classification_pb2.URGENCY_NORMAL
        await self._flush()
        casebook = Casebook(self._connection, self._request.tenant_id)
        ticket = await casebook.open_or_raise(
            conversation_id=self._turn.conversation_id,
            idem_key=self._turn.id,
            subject=_subject(covered["first_body"]),
            category=wish.category or self._request.classification.intent,
            priority=wire.name_of(classification_pb2.Urgency, priority, "URGENCY_"),
            cause=wish.cause,
            customer_time=covered["customer_time"],
        )
        return ticket_wire.ticket_to_proto(ticket)

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
            if is_discarded or self._outcome.kind in _SILENT
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
