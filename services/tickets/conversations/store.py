"""Conversations in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from services.tickets.conversations.conversation import (
    Conversation,
    ConversationChangedMeanwhile,
    ConversationNotFound,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.position import Position


class View(NamedTuple):
    """A conversation with what a list shows beside it."""

    conversation: Conversation
    customer_name: str
    ticket_id: UUID | None
    last_body: bytes


class Wanted(NamedTuple):
    """A list's filters; an empty one lets everything through."""

    status: str = ""
    holder: str = ""
    channel: str = ""
    customer_ids: Sequence[UUID] | None = None


class ConversationStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock(self, conversation_id: UUID) -> Conversation:
        """The first lock of whoever changes anything in it (PROTOCOL 3.3)."""
        row = await self._connection.fetchrow(
            """
            SELECT id, tenant_id, account_id, channel, customer_id, holder, holder_version,
                   current, resolved_at, answered, intent, urgency, sentiment, language, version,
                   created_at, last_message_at, last_customer_at, blocked_at
              FROM conversations WHERE id = $1 FOR UPDATE
            """,
            conversation_id,
        )
        if row is None:
            raise ConversationNotFound(conversation_id)
        return Conversation(**dict(row))

    async def save(self, conversation: Conversation) -> Conversation:
        """Raise `ConversationChangedMeanwhile` unless nobody was faster."""
        row = await self._connection.fetchrow(
            """
            UPDATE conversations
               SET holder = $3, holder_version = $4, resolved_at = $5, version = version + 1,
                   answers_in_row = CASE WHEN $3 = 'person' THEN 0 ELSE answers_in_row END,
                   asked_back = asked_back AND $3 <> 'person'
             WHERE id = $1 AND version = $2
            RETURNING id, tenant_id, account_id, channel, customer_id, holder, holder_version,
                      current, resolved_at, answered, intent, urgency, sentiment, language,
                      version, created_at, last_message_at, last_customer_at, blocked_at
            """,
            *(conversation.id, conversation.version, conversation.holder),
            *(conversation.holder_version, conversation.resolved_at),
        )
        if row is None:
            raise ConversationChangedMeanwhile(conversation.id)
        return Conversation(**dict(row))

    async def answered_by_person(self, conversation_id: UUID) -> None:
        await self._connection.execute(
            """
            UPDATE conversations
               SET answered = true, answers_in_row = 0, last_message_at = now(),
                   version = version + 1
             WHERE id = $1
            """,
            conversation_id,
        )

    async def view(self, conversation_id: UUID) -> View:
        rows = await self._views([conversation_id])
        if not rows:
            raise ConversationNotFound(conversation_id)
        return rows[0]

    async def page(self, after: Position | None, most: int, wanted: Wanted) -> list[View]:
        """The tenant's conversations, newest first."""
        rows = await self._connection.fetch(
            """
            SELECT id FROM conversations
             WHERE ($1::timestamptz IS NULL OR (created_at <= $1 AND (created_at < $1 OR id > $2)))
               AND ($4 = '' OR ($4 = 'resolved') = (resolved_at IS NOT NULL))
               AND ($5 = '' OR holder = $5) AND ($6 = '' OR channel = $6)
               AND ($7::uuid[] IS NULL OR customer_id = ANY($7))
             ORDER BY created_at DESC, id LIMIT $3
            """,
            *(after or (None, None)),
            *(most, wanted.status, wanted.holder, wanted.channel, wanted.customer_ids),
        )
        return await self._views([row["id"] for row in rows])

    async def _views(self, conversation_ids: Sequence[UUID]) -> list[View]:
        rows = await self._connection.fetch(
            """
            SELECT c.id, c.tenant_id, c.account_id, c.channel, c.customer_id, c.holder,
                   c.holder_version, c.current, c.resolved_at, c.answered, c.intent, c.urgency,
                   c.sentiment, c.language, c.version, c.created_at, c.last_message_at,
                   c.last_customer_at, c.blocked_at,
                   u.name AS customer_name, t.id AS ticket_id,
                   coalesce(substring(m.body FROM 1 FOR 480), '') AS last_body
              FROM conversations c JOIN customers u ON u.id = c.customer_id
              LEFT JOIN tickets t ON t.conversation_id = c.id AND t.status IN ('open', 'waiting')
              LEFT JOIN LATERAL (
                SELECT body FROM messages
                 WHERE conversation_id = c.id AND kind <> 'note' AND withdrawn_at IS NULL
                 ORDER BY created_at DESC, id DESC LIMIT 1) m ON true
             WHERE c.id = ANY($1::uuid[]) ORDER BY c.created_at DESC, c.id
            """,
            conversation_ids,
        )
        return [_view(row) for row in rows]


def _view(row: Record) -> View:
    said = dict(row)
    beside = said.pop("customer_name"), said.pop("ticket_id"), said.pop("last_body")
    return View(Conversation(**said), *beside)
