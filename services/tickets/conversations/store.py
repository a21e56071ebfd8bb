"""Conversations in PostgreSQL."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from services.tickets.conversations.conversation import (
    Conversation,
    ConversationChangedMeanwhile,
    ConversationNotFound,
)
from services.tickets.conversations.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.conversations.listing import Wanted
    from services.tickets.position import Position


class View(NamedTuple):
    """A conversation with what a list shows beside it."""

    conversation: Conversation
    customer_id: UUID
    customer_name: str
    ticket_id: UUID | None
    last_body: bytes


# How far back the newest messages with some words are looked through for what else is wanted.
_FOUND_MOST = 1000


class ConversationStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock(self, conversation_id: UUID) -> Conversation:
        """The first lock of whoever changes anything in it (PROTOCOL 3.3)."""
        await self._connection.execute(
            "SELECT 1 FROM conversations WHERE id = $1 FOR UPDATE", conversation_id
        )
        return await self.get(conversation_id)

    async def get(self, conversation_id: UUID) -> Conversation:
        row = await self._connection.fetchrow(
            """
            SELECT id, tenant_id, account_id, channel, customer_id, holder, holder_version,
                   current, resolved_at, answered, intent, urgency, sentiment, language, version,
                   created_at, last_message_at, last_customer_at, blocked_at, team_id, assignee_id,
                   required_skills, snoozed_until,
                   ARRAY(SELECT tag FROM conversation_tags WHERE conversation_id = $1
                          ORDER BY tag) AS tags,
                   coalesce((SELECT rating FROM ratings WHERE conversation_id = $1
                              ORDER BY resolved_at DESC LIMIT 1), 0) AS rating
              FROM conversations WHERE id = $1
            """,
            conversation_id,
        )
        if row is None:
            raise ConversationNotFound(conversation_id)
        return _conversation(row)

    async def save(self, conversation: Conversation) -> Conversation:
        """Raise `ConversationChangedMeanwhile` unless nobody was faster. What ends is in sight."""
        saved = await self._connection.fetchval(
            """
            UPDATE conversations
               SET holder = $3, holder_version = $4, resolved_at = $5, version = version + 1,
                   answers_in_row = CASE WHEN $3 = 'person' THEN 0 ELSE answers_in_row END,
                   asked_back = asked_back AND $3 <> 'person',
                   snoozed_until = CASE WHEN $5::timestamptz IS NULL THEN snoozed_until END
             WHERE id = $1 AND version = $2
            RETURNING true
            """,
            *(conversation.id, conversation.version, conversation.holder),
            *(conversation.holder_version, conversation.resolved_at),
        )
        if not saved:
            raise ConversationChangedMeanwhile(conversation.id)
        return await self.get(conversation.id)

    async def snooze(self, conversation_id: UUID, until: datetime | None) -> None:
        await self._connection.execute(
            "UPDATE conversations SET snoozed_until = $2, version = version + 1 WHERE id = $1",
            *(conversation_id, until),
        )

    async def snoozes_over(self, most: int) -> list[tuple[str, UUID]]:
        """What is back in sight by now. Crosses tenants."""
        rows = await self._connection.fetch(
            "SELECT tenant_id, conversation_id FROM due_snoozes($1)", most
        )
        return [(row["tenant_id"], row["conversation_id"]) for row in rows]

    async def describe(
        self, conversation: Conversation, tags: Sequence[str], skills: Sequence[str]
    ) -> None:
        """Exactly these tags and required skills."""
        await self._connection.execute(
            """
            UPDATE conversations SET required_skills = $2, version = version + 1 WHERE id = $1
            """,
            *(conversation.id, list(skills)),
        )
        await self._connection.execute(
            "DELETE FROM conversation_tags WHERE conversation_id = $1 AND tag <> ALL($2::text[])",
            *(conversation.id, list(tags)),
        )
        await self.tag(conversation.tenant_id, conversation.id, tags)

    async def tag(self, tenant_id: str, conversation_id: UUID, tags: Sequence[str]) -> None:
        """These besides what it has."""
        await self._connection.execute(
            """
            INSERT INTO conversation_tags (tenant_id, tag, conversation_id)
            SELECT $1, tag, $2 FROM unnest($3::text[]) AS t (tag) ON CONFLICT DO NOTHING
            """,
            *(tenant_id, conversation_id, list(tags)),
        )

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
        # With the values in view the planner knows which are rare, and which index is partial.
        await self._connection.execute(
            "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"
        )
        if wanted.words:
            return await self._views(await self._said(after, most, wanted))
        listing = Listing(wanted)
        if after:
            listing.after(after)
        return await self._views(await self._ids(listing, most))

    async def _ids(self, listing: Listing, most: int) -> list[UUID]:
        rows = await self._connection.fetch(listing.statement(), *listing.values, most)
        return [row["id"] for row in rows]

    async def _said(self, after: Position | None, most: int, wanted: Wanted) -> list[UUID]:
        """Those with the words are asked for in ever larger steps, until enough let the rest in."""
        ids: list[UUID] = []
        looked, step = 0, most
        while len(ids) < most and looked < _FOUND_MOST:
            found = await self._connection.fetch(
                "SELECT conversation_id, created_at FROM newest_with_words_v2($1, $2, $3, $4)",
                *(wanted.words.replace("\0", " "), step, *(after or (None, None))),
            )
            listing = Listing(wanted)
            listing.among([row["conversation_id"] for row in found])
            ids += await self._ids(listing, most - len(ids))
            if len(found) < step:
                break
            after = found[-1]["created_at"], found[-1]["conversation_id"]
            looked, step = looked + step, step * 4
        return ids

    async def _views(self, conversation_ids: Sequence[UUID]) -> list[View]:
        rows = await self._connection.fetch(
            """
            SELECT c.id, c.tenant_id, c.account_id, c.channel, c.customer_id, c.holder,
                   c.holder_version, c.current, c.resolved_at, c.answered, c.intent, c.urgency,
                   c.sentiment, c.language, c.version, c.created_at, c.last_message_at,
                   c.last_customer_at, c.blocked_at,
                   c.team_id, c.assignee_id, c.required_skills, c.snoozed_until,
                   ARRAY(SELECT tag FROM conversation_tags WHERE conversation_id = c.id
                          ORDER BY tag) AS tags,
                   coalesce((SELECT rating FROM ratings WHERE conversation_id = c.id
                              ORDER BY resolved_at DESC LIMIT 1), 0) AS rating,
                   coalesce(p.id, u.id) AS person_id, coalesce(p.name, u.name) AS customer_name,
                   t.id AS ticket_id,
                   coalesce(substring(m.body FROM 1 FOR 480), '') AS last_body
              FROM conversations c JOIN customers u ON u.id = c.customer_id
              -- By a column: by an expression, all customers there are would be read.
              LEFT JOIN customers p ON p.id = u.merged_into
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
    beside = row["person_id"], row["customer_name"], row["ticket_id"], row["last_body"]
    return View(_conversation(row), *beside)


def _conversation(row: Record) -> Conversation:
    own = {field.name: row[field.name] for field in dataclasses.fields(Conversation)}
    lists = {"required_skills": tuple(row["required_skills"]), "tags": tuple(row["tags"])}
    return Conversation(**(own | lists))
