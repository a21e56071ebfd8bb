"""Asking what the customer thought of it: a notice with five choices, once a resolution."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from cassava.tickets.v1 import conversation_pb2 as pb

from mesh.ids import uuid7
from services.tickets.conversations.thread import ThreadStore
from services.tickets.deliveries.store import DeliveryStore
from services.tickets.deliveries.window import is_closed
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.inbox.arrival import RATING_PREFIX
from services.tickets.tenants.store import TenantStore
from services.tickets.tenants.wire import policy_with_defaults

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from mesh.postgres import Connection
    from services.tickets.conversations.conversation import Conversation

# PRODUCT 6.4: one a contact in this time, so that nobody is pestered.
_APART = timedelta(days=7)
_BEST = 5
_QUESTIONS = {
    "en": "How did we do? 5 is best.",
    "fr": "Comment avons-nous fait ? 5 est la meilleure note.",
    "pt": "Como nos saímos? 5 é a melhor nota.",
    "es": "¿Qué tal lo hicimos? 5 es la mejor nota.",
    "de": "Wie waren wir? 5 ist die beste Note.",
    "sw": "Tumekuhudumia vipi? 5 ni alama bora.",
    "zu": "Senze kanjani? U-5 ungcono kakhulu.",
}


class Request(NamedTuple):
    """What was asked about, and when."""

    message_id: UUID
    conversation_id: UUID
    resolved_at: datetime
    asked_at: datetime


class SurveyStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def note(self, message_id: UUID, resolved: Conversation) -> bool:
        """False where the contact was asked not long ago, or about this resolution already."""
        return bool(
            await self._connection.fetchval(
                """
                INSERT INTO rating_requests (tenant_id, message_id, conversation_id, customer_id,
                       resolved_at)
                SELECT $1, $2, $3, $4, $5
                 WHERE NOT EXISTS (SELECT FROM rating_requests r
                                    WHERE r.customer_id = $4 AND r.asked_at > now() - $6::interval)
                ON CONFLICT DO NOTHING RETURNING true
                """,
                *(resolved.tenant_id, message_id, resolved.id, resolved.customer_id),
                *(resolved.resolved_at, _APART),
            )
        )

    async def by_message(self, message_id: UUID, account_id: UUID) -> Request | None:
        """The request that this notice was, on the account that its answer came from."""
        row = await self._connection.fetchrow(
            """
            SELECT r.message_id, r.conversation_id, r.resolved_at, r.asked_at
              FROM rating_requests r JOIN conversations c ON c.id = r.conversation_id
             WHERE r.message_id = $1 AND c.account_id = $2
            """,
            *(message_id, account_id),
        )
        return Request(**dict(row)) if row else None

    async def of_resolution(self, conversation_id: UUID, resolved_at: datetime) -> Request | None:
        row = await self._connection.fetchrow(
            """
            SELECT message_id, conversation_id, resolved_at, asked_at FROM rating_requests
             WHERE conversation_id = $1 AND resolved_at = $2
            """,
            *(conversation_id, resolved_at),
        )
        return Request(**dict(row)) if row else None


class Survey:
    """At one locked conversation."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def ask(self, resolved: Conversation) -> None:
        """Where the tenant wants it, somebody answered, and the channel lets us write."""
        is_shut = resolved.blocked_at or is_closed(
            resolved.channel, resolved.last_customer_at, self._now
        )
        if is_shut or not resolved.answered:
            return
        tenant = await TenantStore(self._connection).get(resolved.tenant_id)
        if not policy_with_defaults(tenant.policy).ask_for_rating:
            return
        message_id = uuid7()
        if not await SurveyStore(self._connection).note(message_id, resolved):
            return
        await self._say(resolved, message_id)

    async def _say(self, resolved: Conversation, message_id: UUID) -> None:
        question = _QUESTIONS.get(resolved.language, _QUESTIONS["en"])
        choices = [
            pb.Choice(id=f"{RATING_PREFIX}{message_id}:{rating}", title=f"{rating} {'★' * rating}")
            for rating in range(_BEST, 0, -1)
        ]
        content = pb.Content(choices=pb.Choices(choices=choices, label="★"))
        await ThreadStore(self._connection).add(
            *(resolved.tenant_id, message_id, resolved.id, "", "text", question),
            author="system",
            content_kind="choices",
            content=content.SerializeToString(),
        )
        await DeliveryStore(self._connection).add(
            *(message_id, "system", [question], [uuid7()]), is_answer=False
        )
        said = {
            "message_id": str(message_id),
            "author": "system",
            "answer": False,
            "outcome": "rating_request",
            "parts": 1,
        }
        await EventStore(self._connection).append(
            resolved.tenant_id, Event("message.queued", resolved.id, data=said)
        )
