"""Conversations in PostgreSQL."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from services.tickets.conversations.conversation import (
    Conversation,
    ConversationChangedMeanwhile,
    ConversationNotFound,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.position import Position


class View(NamedTuple):
    """A conversation with what a list shows beside it."""

    conversation: Conversation
    customer_id: UUID
    customer_name: str
    ticket_id: UUID | None
    last_body: bytes


class Wanted(NamedTuple):
    """A list's filters; an empty one lets everything through."""

    status: str = ""
    holder: str = ""
    channel: str = ""
    customer_ids: Sequence[UUID] | None = None
    account_id: UUID | None = None
    assignee_id: UUID | None = None
    unassigned: bool = False
    team_id: UUID | None = None
    tag: str = ""
    intent: str = ""
    urgency: str = ""
    sentiment: str = ""
    language: str = ""
    words: str = ""
    opened_after: datetime | None = None
    opened_before: datetime | None = None


# A search that finds more is not a search: its newest are shown.
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
        """Raise `ConversationChangedMeanwhile` unless nobody was faster."""
        saved = await self._connection.fetchval(
            """
            UPDATE conversations
               SET holder = $3, holder_version = $4, resolved_at = $5, version = version + 1,
                   answers_in_row = CASE WHEN $3 = 'person' THEN 0 ELSE answers_in_row END,
                   asked_back = asked_back AND $3 <> 'person'
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
        # With the values in view the planner drops the filters that are empty.
        await self._connection.execute(
            "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"
        )
        found = await self._with_words(wanted.words) if wanted.words else None
        rows = await self._connection.fetch(
            """
            SELECT id FROM conversations c
             WHERE ($1::timestamptz IS NULL OR (created_at <= $1 AND (created_at < $1 OR id > $2)))
               AND ($4 = '' OR $4 = 'resolved' OR resolved_at IS NULL)
               AND ($4 <> 'resolved' OR resolved_at IS NOT NULL)
               AND ($4 <> 'snoozed' OR snoozed_until > now())
               AND ($4 <> 'open' OR snoozed_until IS NULL OR snoozed_until <= now())
               AND ($5 = '' OR holder = $5) AND ($6 = '' OR channel = $6)
               AND ($7::uuid[] IS NULL OR customer_id = ANY($7))
               AND ($8::uuid IS NULL OR account_id = $8)
               AND ($9::uuid IS NULL OR assignee_id = $9) AND (NOT $10 OR assignee_id IS NULL)
               AND ($11::uuid IS NULL OR team_id = $11)
               AND ($12 = '' OR EXISTS (SELECT 1 FROM conversation_tags t
                      WHERE t.tenant_id = c.tenant_id AND t.tag = $12 AND t.conversation_id = c.id))
               AND ($13 = '' OR intent = $13) AND ($14 = '' OR urgency = $14)
               AND ($15 = '' OR sentiment = $15) AND ($16 = '' OR language = $16)
               AND ($17::timestamptz IS NULL OR created_at >= $17)
               AND ($18::timestamptz IS NULL OR created_at < $18)
               AND ($19::uuid[] IS NULL OR id = ANY($19))
             ORDER BY created_at DESC, id LIMIT $3
            """,
            *(after or (None, None)),
            *(most, wanted.status, wanted.holder, wanted.channel, wanted.customer_ids),
            *(wanted.account_id, wanted.assignee_id, wanted.unassigned, wanted.team_id),
            *(wanted.tag, wanted.intent, wanted.urgency, wanted.sentiment, wanted.language),
            *(wanted.opened_after, wanted.opened_before, found),
        )
        return await self._views([row["id"] for row in rows])

    async def _with_words(self, words: str) -> list[UUID]:
        rows = await self._connection.fetch(
            "SELECT conversation_id FROM newest_with_words($1, $2)",
            *(words.replace("\0", " "), _FOUND_MOST),
        )
        return [row["conversation_id"] for row in rows]

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
                   p.id AS person_id, p.name AS customer_name, t.id AS ticket_id,
                   coalesce(substring(m.body FROM 1 FOR 480), '') AS last_body
              FROM conversations c JOIN customers u ON u.id = c.customer_id
              JOIN customers p ON p.id = coalesce(u.merged_into, u.id)
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
