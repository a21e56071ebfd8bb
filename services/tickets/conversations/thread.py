"""A conversation's messages in PostgreSQL: read in their order, added by people."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from services.tickets.conversations.message import Part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.position import Position


class Waiting(NamedTuple):
    """The customer's oldest message without an answer: since when, and what it says."""

    since: datetime
    body: bytes


class ThreadStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def page(self, conversation_id: UUID, after: Position | None, most: int) -> list[Record]:
        """Oldest first; labels on the last message of their turn, outcomes on replies."""
        return await self._connection.fetch(
            """
            SELECT m.id, m.conversation_id, m.author, m.author_name, m.kind, m.seq, m.turn_id,
                   m.provider_ts, m.body, m.extras, m.withdrawn_at, m.created_at, m.content,
                   m.reaction,
                   ARRAY(SELECT position || ':' || state FROM media
                     WHERE message_id = m.id) AS media,
                   CASE WHEN m.seq = t.to_seq THEN t.classification END AS classification,
                   CASE WHEN m.author = 'bot' THEN t.outcome END AS outcome
              FROM messages m LEFT JOIN turns t ON t.id = m.turn_id
             WHERE m.conversation_id = $1
               AND ($2::timestamptz IS NULL OR (m.created_at, m.id) > ($2, $3::uuid))
             ORDER BY m.created_at, m.id LIMIT $4
            """,
            conversation_id,
            *(after or (None, None)),
            most,
        )

    async def latest(
        self, conversation_id: UUID, authors: Sequence[str], most: int
    ) -> list[Record]:
        """Newest first, without notes and what was taken back, in the shape that `page` gives."""
        return await self._connection.fetch(
            """
            SELECT m.id, m.conversation_id, m.author, m.author_name, m.kind, m.seq, m.turn_id,
                   m.provider_ts, m.body, m.extras, m.withdrawn_at, m.created_at, m.content,
                   m.reaction,
                   ARRAY(SELECT position || ':' || state FROM media
                     WHERE message_id = m.id) AS media,
                   CASE WHEN m.seq = t.to_seq THEN t.classification END AS classification,
                   CASE WHEN m.author = 'bot' THEN t.outcome END AS outcome
              FROM messages m LEFT JOIN turns t ON t.id = m.turn_id
             WHERE m.conversation_id = $1 AND m.author = ANY($2) AND m.kind <> 'note'
               AND m.withdrawn_at IS NULL
             ORDER BY m.created_at DESC, m.id DESC LIMIT $3
            """,
            *(conversation_id, list(authors), most),
        )

    async def first(self, conversation_id: UUID) -> Record | None:
        """What the customer began with."""
        return await self._connection.fetchrow(
            """
            SELECT body FROM messages
             WHERE conversation_id = $1 AND author = 'customer' AND withdrawn_at IS NULL
             ORDER BY seq LIMIT 1
            """,
            conversation_id,
        )

    async def get(self, message_id: UUID) -> Record:
        """One that is known to be there, in the shape that `page` gives."""
        row = await self._connection.fetchrow(
            """
            SELECT id, conversation_id, author, author_name, kind, seq, turn_id, provider_ts, body,
                   extras, withdrawn_at, created_at, content, reaction,
                   ARRAY[]::text[] AS media,
                   NULL::bytea AS classification, NULL::bytea AS outcome
              FROM messages WHERE id = $1
            """,
            message_id,
        )
        if row is None:
            raise LookupError(message_id)
        return row

    async def parts(self, message_ids: Sequence[UUID]) -> dict[UUID, list[Part]]:
        """What is known of each message's way, in the order of its parts."""
        rows = await self._connection.fetch(
            """
            SELECT message_id, state, receipt, reason FROM deliveries
             WHERE message_id = ANY($1::uuid[]) AND reason <> 'resent'
             ORDER BY message_id, part_no
            """,
            message_ids,
        )
        found: dict[UUID, list[Part]] = {}
        for row in rows:
            part = Part(row["state"], row["receipt"], row["reason"])
            found.setdefault(row["message_id"], []).append(part)
        return found

    async def add(  # noqa: PLR0913  # a row, column by column
        self,
        tenant_id: str,
        message_id: UUID,
        conversation_id: UUID,
        *said: str,
        author: str = "agent",
        content_kind: str = "",
        content: bytes | None = None,
    ) -> None:
        """Words of ours: `said` is the author's name, the kind, the text."""
        author_name, kind, text = said
        await self._connection.execute(
            """
            INSERT INTO messages (tenant_id, id, conversation_id, author, author_name, kind, body,
              content_kind, content, search)
            VALUES ($1, $2, $3, $9, $4, $5, $6, $7, $8, search_words($1, $6))
            """,
            *(tenant_id, message_id, conversation_id, author_name, kind, text.encode()),
            *(content_kind, content, author),
        )

    async def rate(
        self, tenant_id: str, conversation_id: UUID, resolved_at: datetime, rating: int
    ) -> None:
        """In place of an earlier one of the same resolution."""
        await self._connection.execute(
            """
            INSERT INTO ratings (tenant_id, conversation_id, resolved_at, rating, rated_at)
            VALUES ($1, $2, $3, $4, now())
            ON CONFLICT (conversation_id, resolved_at)
            DO UPDATE SET rating = EXCLUDED.rating, rated_at = EXCLUDED.rated_at
            """,
            *(tenant_id, conversation_id, resolved_at, rating),
        )

    async def waiting(self, conversation_id: UUID) -> Waiting | None:
        """None when nobody waits. A notice is not an answer (PRODUCT 6.1)."""
        row = await self._connection.fetchrow(
            """
            SELECT CASE WHEN m.provider_ts BETWEEN m.created_at - interval '7 days'
                                               AND m.created_at - interval '1 minute'
                        THEN m.provider_ts ELSE m.created_at END AS since, m.body
              FROM messages m
             WHERE m.conversation_id = $1 AND m.author = 'customer'
               AND m.created_at > coalesce((
                 SELECT max(o.created_at) FROM messages o
                  WHERE o.conversation_id = $1 AND o.kind <> 'note'
                    AND (o.author = 'agent'
                         OR EXISTS (SELECT 1 FROM deliveries d
                                     WHERE d.message_id = o.id AND d.is_answer))), '-infinity')
             ORDER BY m.seq LIMIT 1
            """,
            conversation_id,
        )
        return Waiting(row["since"], row["body"]) if row else None

    async def latest_body(self, conversation_id: UUID) -> bytes:
        """What the customer wrote last."""
        found = await self._connection.fetchval(
            """
            SELECT body FROM messages WHERE conversation_id = $1 AND author = 'customer'
             ORDER BY seq DESC LIMIT 1
            """,
            conversation_id,
        )
        return found or b""
