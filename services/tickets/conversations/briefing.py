"""What an agent has to know before the first word, in one look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import conversation_pb2 as pb

from services.tickets.conversations import wire
from services.tickets.conversations.listing import Wanted
from services.tickets.conversations.store import ConversationStore, View
from services.tickets.conversations.thread import ThreadStore
from services.tickets.customers.store import CustomerStore
from services.tickets.sla import wire as sla_wire
from services.tickets.sla.store import ClockStore
from services.tickets.sla.timekeeper import Timekeeper
from services.tickets.tickets.store import TicketStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record
    from cassava.tickets.v1 import sla_pb2

    from mesh.postgres import Connection

_MOST = 10
_SUMMARY_CHARACTERS = 500
_UNDELIVERED = frozenset(
    {
        pb.MESSAGE_STATE_FAILED,
        pb.MESSAGE_STATE_CANCELLED,
        pb.MESSAGE_STATE_PARKED,
        pb.MESSAGE_STATE_UNCERTAIN,
    }
)


class Briefer:
    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._thread = ThreadStore(connection)
        self._conversations = ConversationStore(connection)
        self._now = now

    async def brief(self, conversation_id: UUID) -> pb.Briefing:
        view = await self._conversations.view(conversation_id)
        ticket = await TicketStore(self._connection).open_of(conversation_id)
        heard = await self._thread.latest(conversation_id, ["customer"], _MOST)
        own = await self._messages(conversation_id, ["bot", "agent", "system"])
        briefing = pb.Briefing(
            conversation=wire.conversation_to_proto(view, self._now),
            cause=ticket.cause if ticket else "",
            summary=_first_and_last(await self._thread.first(conversation_id), heard),
            summary_by=pb.SUMMARY_BY_FIRST_AND_LAST,
            bot_messages=[each for each in own if each.author == pb.AUTHOR_BOT][:_MOST],
            undelivered=[each for each in own if each.state in _UNDELIVERED][:_MOST],
            clocks=await self._clocks(ticket.id, view) if ticket else [],
            earlier=await self._earlier(view),
        )
        if labels := next((row["classification"] for row in heard if row["classification"]), None):
            briefing.classification.ParseFromString(labels)
        return briefing

    async def _messages(self, conversation_id: UUID, authors: list[str]) -> list[pb.Message]:
        rows = await self._thread.latest(conversation_id, authors, 5 * _MOST)
        parts = await self._thread.parts([row["id"] for row in rows])
        return [wire.message_to_proto(row, parts.get(row["id"], [])) for row in rows]

    async def _clocks(self, ticket_id: UUID, view: View) -> list[sla_pb2.Clock]:
        store = ClockStore(self._connection)
        keeper = Timekeeper(self._connection, view.conversation.tenant_id)
        now = await store.now()
        clocks = [await keeper.current(clock) for clock in await store.of_cases(ticket_id)]
        return [
            sla_wire.clock_to_proto(
                clock, clock.used_at(now, await keeper.hours(clock.calendar_id))
            )
            for clock in clocks
        ]

    async def _earlier(self, view: View) -> list[pb.Conversation]:
        """Of the same person, on whichever channel."""
        ids = await CustomerStore(self._connection).one_person([view.customer_id])
        born = view.conversation.created_at, view.conversation.id
        found = await self._conversations.page(born, _MOST, Wanted(customer_ids=ids))
        return [wire.conversation_to_proto(each, self._now) for each in found]


def _first_and_last(first: Record | None, heard: Sequence[Record]) -> str:
    """Without a model nobody can say it shorter; marked as such on the wire."""
    words = [_words(row["body"]) for row in (first, heard[0] if heard else None) if row]
    return " … ".join(dict.fromkeys(word for word in words if word))


def _words(body: bytes) -> str:
    return " ".join(body.decode("utf-8", "replace").replace("\0", " ").split())[
        :_SUMMARY_CHARACTERS
    ]
