"""The writes that end a turn, inside one transaction that holds its conversation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh import tracing
from mesh.ids import uuid7
from mesh.postgres import certain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.events.event import Event
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
    answer: bytes  # what the worker is told


@dataclass(frozen=True, slots=True)
class Said:
    """The reply and its parts; without parts nothing is said."""

    text: str
    parts: list[str]
    is_answer: bool


# One statement, for every turn comes here: the last rows of a turn, of whichever room they are.
# Newer messages are due at once, without another debounce; without any, the work is done.
_END = """
WITH c AS (
  UPDATE conversations SET done_seq = $2, turn_no = $3, version = version + 1,
         previous_intent = CASE WHEN $4 = '' THEN previous_intent ELSE intent END,
         intent = coalesce(nullif($4, ''), intent), urgency = coalesce(nullif($5, ''), urgency),
         sentiment = coalesce(nullif($6, ''), sentiment),
         language = coalesce(nullif($7, ''), language),
         holder = $8, holder_version = holder_version + (holder <> $8)::int,
         asked_back = $9, answers_in_row = $10, answered = answered OR $11,
         resolved_at = CASE WHEN $12 THEN NULL ELSE resolved_at END,
         out_seq = out_seq + cardinality($13::bytea[])
   WHERE id = $1
  RETURNING tenant_id, id, account_id, out_seq, holder_version, last_seq > $2 AS has_newer),
ended AS (
  UPDATE turns SET state = $14, fence = $15, classification = $16, outcome = $17, timings = $18,
         answer = $19, done_at = now()
   WHERE id = $20),
idle AS (
  DELETE FROM conv_queue q USING c
   WHERE q.conversation_id = c.id AND q.fence = $15 AND NOT c.has_newer),
busy AS (
  UPDATE conv_queue q SET lease_until = NULL, owner = NULL, due_at = now(), enq_at = now(),
         attempts = 0, fence = nextval('fence_seq')
    FROM c WHERE q.conversation_id = c.id AND q.fence = $15 AND c.has_newer),
said AS (
  INSERT INTO messages (tenant_id, id, conversation_id, author, kind, turn_id, body, search)
  SELECT c.tenant_id, $21, c.id, 'bot', 'text', $20, $22, search_words(c.tenant_id, $22)
    FROM c WHERE cardinality($13::bytea[]) > 0),
leaving AS (
  INSERT INTO deliveries (tenant_id, id, account_id, conversation_id, message_id, part_no,
         out_seq, author, is_answer, body, holder_version, traceparent)
  SELECT c.tenant_id, p.id, c.account_id, c.id, $21, p.n,
         c.out_seq - cardinality($13::bytea[]) + p.n, 'bot', $23, p.body, c.holder_version, $27
    FROM c, unnest($24::uuid[], $13::bytea[]) WITH ORDINALITY AS p (id, body, n))
INSERT INTO events (tenant_id, kind, conversation_id, payload, traceparent)
SELECT c.tenant_id, e.kind, c.id, e.payload, $27
  FROM c, unnest($25::text[], $26::jsonb[])
          WITH ORDINALITY AS e (kind, payload, n) ORDER BY e.n
"""


class CompletionStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def cover(self, turn: Turn) -> Record:
        """Its messages are the turn's; how many, since when the customer waits, the first's words.

        Beside them what decides what else there is to do: the tenant's policy, and whether the
        conversation has an open case.
        """
        return certain(
            await self._connection.fetchrow(
                """
            WITH m AS (
              UPDATE messages SET turn_id = $1, search = search_words(tenant_id, body)
               WHERE conversation_id = $2 AND seq BETWEEN $3 AND $4
              RETURNING seq, body, created_at,
                CASE WHEN provider_ts BETWEEN created_at - interval '7 days'
                     AND created_at - interval '1 minute'
                     THEN provider_ts ELSE created_at END AS customer_time)
            SELECT count(*)::int AS messages, min(created_at) AS received_at,
                   min(customer_time) AS customer_time,
                   (array_agg(body ORDER BY seq))[1] AS first_body,
                   extract(epoch FROM now() - min(created_at))::float8 AS age_seconds,
                   (SELECT policy FROM tenants) AS policy,
                   EXISTS (SELECT FROM tickets WHERE conversation_id = $2
                      AND status IN ('open', 'waiting')) AS has_case
              FROM m
            """,
                *(turn.id, turn.conversation_id, turn.from_seq, turn.to_seq),
            )
        )

    async def end(
        self, turn: Turn, fence: int, ending: Ending, said: Said, events: Sequence[Event]
    ) -> None:
        """Turn, conversation and queue move on together; the reply and its parts wait to leave."""
        labels, parts = ending.labels, [part.encode() for part in said.parts]
        await self._connection.execute(
            _END,
            *(turn.conversation_id, turn.to_seq, turn.turn_no, labels.intent, labels.urgency),
            *(labels.sentiment, labels.language, ending.holder, ending.asked_back),
            *(ending.answers_in_row, ending.is_answered, ending.reopens, parts),
            *(ending.state, fence, ending.classification, ending.outcome, ending.timings),
            *(ending.answer, turn.id, turn.reply_id, said.text.encode(), said.is_answer),
            *([uuid7() for _ in parts], [event.kind for event in events]),
            *([json.dumps(event.data) for event in events], tracing.trace_parent.get() or None),
        )

    async def remember(self, turn: Turn, answer: bytes, ticket_id: UUID) -> None:
        """What the worker is told, for a repeat by the same fence."""
        await self._connection.execute(
            "UPDATE turns SET answer = $2, ticket_id = $3 WHERE id = $1",
            *(turn.id, answer, ticket_id),
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
