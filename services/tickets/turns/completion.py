"""The writes that end a turn, inside one transaction that holds its conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh.postgres import certain

if TYPE_CHECKING:
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.turns.turn import Turn


@dataclass(frozen=True, slots=True)
class Labels:
    """What a conversation remembers of its latest turn; empty where the classifier was silent."""

    intent: str
    urgency: str
    sentiment: str
    language: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a turn ends, as the record keeps it."""

    labels: Labels
    classification: bytes
    outcome: bytes
    timings: bytes
    state: str  # done or dead
    holder: str
    asked_back: bool
    answers_in_row: int
    is_answered: bool
    reopens: bool


class CompletionStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def end(self, turn: Turn, fence: int, ending: Ending) -> None:
        """Turn, messages, conversation and queue move on together."""
        await self._connection.execute(
            """
            UPDATE turns SET state = $2, fence = $3, classification = $4, outcome = $5,
              timings = $6, done_at = now()
             WHERE id = $1
            """,
            *(turn.id, ending.state, fence, ending.classification, ending.outcome, ending.timings),
        )
        await self._connection.execute(
            """
            UPDATE messages SET turn_id = $1, search = search_words(tenant_id, body)
             WHERE conversation_id = $2 AND seq BETWEEN $3 AND $4
            """,
            *(turn.id, turn.conversation_id, turn.from_seq, turn.to_seq),
        )
        await self._connection.execute(
            """
            UPDATE conversations SET done_seq = $2, turn_no = $3, version = version + 1,
                   previous_intent = CASE WHEN $4 = '' THEN previous_intent ELSE intent END,
                   intent = coalesce(nullif($4, ''), intent), urgency = coalesce(nullif($5, ''),
                     urgency),
                   sentiment = coalesce(nullif($6, ''), sentiment),
                     language = coalesce(nullif($7, ''), language),
                   holder = $8, holder_version = holder_version + (holder <> $8)::int,
                     asked_back = $9, answers_in_row = $10,
                   answered = answered OR $11, resolved_at = CASE WHEN $12 THEN NULL
                     ELSE resolved_at END
             WHERE id = $1
            """,
            *(
                turn.conversation_id,
                turn.to_seq,
                turn.turn_no,
                ending.labels.intent,
                ending.labels.urgency,
            ),
            *(ending.labels.sentiment, ending.labels.language, ending.holder, ending.asked_back),
            *(ending.answers_in_row, ending.is_answered, ending.reopens),
        )
        await self._move_queue(turn, fence)

    async def _move_queue(self, turn: Turn, fence: int) -> None:
        """Newer messages are due at once, without another debounce; without any, the work is
        done.
        """
        await self._connection.execute(
            """
            WITH newer AS (SELECT last_seq > $2 AS are_there FROM conversations WHERE id = $1),
            gone AS (DELETE FROM conv_queue q USING newer n WHERE q.conversation_id = $1
              AND q.fence = $3 AND NOT n.are_there)
            UPDATE conv_queue q SET lease_until = NULL, owner = NULL, due_at = now(),
              enq_at = now(), attempts = 0, fence = nextval('fence_seq')
              FROM newer n WHERE q.conversation_id = $1 AND q.fence = $3 AND n.are_there
            """,
            *(turn.conversation_id, turn.to_seq, fence),
        )

    async def say(self, tenant_id: str, turn: Turn, text: str) -> None:
        """The reply as a message; its deliveries follow."""
        await self._connection.execute(
            """
            INSERT INTO messages (tenant_id, id, conversation_id, author, kind, turn_id,
              body, search) VALUES ($1, $2, $3, 'bot', 'text', $4, $5, search_words($1, $5))
            """,
            *(tenant_id, turn.reply_id, turn.conversation_id, turn.id, text.encode()),
        )

    async def remember(self, turn: Turn, answer: bytes, ticket_id: UUID | None) -> None:
        """What the worker is told, for a repeat by the same fence."""
        await self._connection.execute(
            "UPDATE turns SET answer = $2, ticket_id = $3 WHERE id = $1",
            *(turn.id, answer, ticket_id),
        )

    async def covered(self, turn: Turn) -> Record:
        """How many messages, since when the customer waits, what the first one says."""
        return certain(
            await self._connection.fetchrow(
                """
            SELECT count(*)::int AS messages, min(created_at) AS received_at,
                   min(CASE WHEN provider_ts BETWEEN created_at - interval '7 days'
                     AND created_at - interval '1 minute'
                            THEN provider_ts ELSE created_at END) AS customer_time,
                   (array_agg(body ORDER BY seq))[1] AS first_body, extract(epoch
                     FROM now() - min(created_at))::float8 AS age_seconds
              FROM messages WHERE conversation_id = $1 AND seq BETWEEN $2 AND $3
            """,
                *(turn.conversation_id, turn.from_seq, turn.to_seq),
            )
        )

    async def of_message(self, message_id: UUID) -> Record | None:
        """The finished turn that covers a customer's message."""
        return await self._connection.fetchrow(
            """
            SELECT t.id, t.conversation_id, t.state, t.classification, t.outcome, t.timings,
              t.answer, c.holder,
                   r.id AS reply_id, r.body AS reply_body, r.created_at AS reply_created_at
              FROM messages m JOIN turns t ON t.conversation_id = m.conversation_id
                AND m.seq BETWEEN t.from_seq AND t.to_seq
              JOIN conversations c ON c.id = t.conversation_id
              LEFT JOIN messages r ON r.turn_id = t.id AND r.author = 'bot'
             WHERE m.id = $1
            """,
            message_id,
        )
