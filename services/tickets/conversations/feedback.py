"""What a customer thought of it: one rating a resolution; a bad one calls a person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mesh.errors import Conflict
from mesh.ids import uuid7
from services.tickets.conversations.store import ConversationStore
from services.tickets.conversations.survey import SurveyStore
from services.tickets.conversations.thread import ThreadStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.tickets.casebook import Casebook

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from mesh.postgres import Connection
    from services.tickets.conversations.conversation import Conversation
    from services.tickets.conversations.survey import Request

_OPEN_FOR = timedelta(hours=168)
_BAD = 2


class RatingTooLate(Conflict):
    def __init__(self, conversation_id: UUID) -> None:
        super().__init__(
            f"conversation {conversation_id} ended more than 168 hours ago: it is rated no more"
        )


class Feedback:
    """At one locked conversation."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def rate(self, conversation: Conversation, rating: int) -> None:
        """The last one counts. While it is unresolved it is the rating of what was so far."""
        ended = conversation.resolved_at
        if ended and self._now - ended > _OPEN_FOR:
            raise RatingTooLate(conversation.id)
        asked = ended and await SurveyStore(self._connection).of_resolution(conversation.id, ended)
        await self._keep(conversation, ended, rating, asked or None)
        if rating <= _BAD and conversation.holder == "bot":
            await self._hand_over(conversation)

    async def answer(self, conversation: Conversation, asked: Request, rating: int) -> None:
        """A choice of the request: of the resolution that it asked about, whatever came since."""
        if self._now - asked.resolved_at <= _OPEN_FOR:
            await self._keep(conversation, asked.resolved_at, rating, asked)

    async def _keep(
        self,
        conversation: Conversation,
        ended: datetime | None,
        rating: int,
        asked: Request | None,
    ) -> None:
        await ThreadStore(self._connection).rate(
            *(conversation.tenant_id, conversation.id, ended or conversation.created_at, rating)
        )
        said = {
            "rating": rating,
            "resolved_at": ended.isoformat() if ended else "",
            "customer_id": str(conversation.customer_id),
            "asked_at": asked.asked_at.isoformat() if asked else "",
        }
        await self._tell(conversation, Event("rating.received", conversation.id, data=said))

    async def _hand_over(self, conversation: Conversation) -> None:
        """PRODUCT 8: a rating of 1 or 2 is a cause. What has ended stays ended, as a case."""
        if conversation.resolved_at is not None:
            return
        queued = await ConversationStore(self._connection).save(conversation.queue())
        casebook = Casebook(self._connection, conversation.tenant_id)
        await casebook.open_for(queued, idem_key=uuid7(), cause="bad_rating")
        said = {"cause": "bad_rating", "customer_time": self._now.isoformat()}
        await self._tell(queued, Event("handover.requested", queued.id, data=said))
        await casebook.deal(queued.id)

    async def _tell(self, conversation: Conversation, *events: Event) -> None:
        await EventStore(self._connection).append(conversation.tenant_id, *events)
