"""Turns and the queue of due conversations in PostgreSQL. Its clock decides about leases."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mesh.errors import ChangedMeanwhile, NotFound
from mesh.ids import uuid7
from services.tickets.surge import PATIENCE_SECONDS
from services.tickets.turns.turn import EARLIER_MESSAGES_MOST, SHARE_LEAST, Claim, Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection


# What a turn is read from, whether it is there already or opened by this statement.
_READ = """
SELECT t.id, t.turn_no, t.from_seq, t.to_seq, t.generation, t.opened_at, c.tenant_id,
       c.id AS conversation_id, c.reply_address, c.thread, c.holder, c.account_id, c.channel,
       c.language, c.intent, c.previous_intent, c.sentiment, c.answers_in_row, c.asked_back,
       a.state AS account_state, n.name AS tenant_name, n.policy, n.state AS tenant_state,
       s.steps, s.outputs
  FROM open t JOIN conversations c ON c.id = t.conversation_id
  JOIN channel_accounts a ON a.id = c.account_id
  JOIN tenants n ON n.tenant_id = c.tenant_id
  CROSS JOIN LATERAL (
    SELECT array_agg(s.step ORDER BY s.step) AS steps,
           array_agg(s.output ORDER BY s.step) AS outputs
      FROM turn_steps s WHERE s.turn_id = t.id AND s.generation = t.generation) s
"""
_STANDING = """
WITH open AS (
  SELECT id, conversation_id, turn_no, from_seq, to_seq, generation, opened_at
    FROM turns WHERE state = 'open' AND conversation_id = ANY($1::uuid[]))
"""
# A queue row whose messages are all answered is no work.
_FRESH = """
WITH idle AS (
  DELETE FROM conv_queue q USING conversations c
   WHERE c.id = q.conversation_id AND c.id = ANY($1::uuid[]) AND c.last_seq = c.done_seq),
fresh AS (
  INSERT INTO turns (tenant_id, id, conversation_id, turn_no, from_seq, to_seq, holder_version)
  SELECT c.tenant_id, n.id, c.id, c.turn_no + 1, c.done_seq + 1, c.last_seq, c.holder_version
    FROM conversations c
    JOIN unnest($1::uuid[], $2::uuid[]) AS n (conversation_id, id) ON n.conversation_id = c.id
   WHERE c.last_seq > c.done_seq
  ON CONFLICT DO NOTHING
  RETURNING id, conversation_id, turn_no, from_seq, to_seq, generation, opened_at),
open AS (
  SELECT * FROM fresh
  UNION ALL
  SELECT id, conversation_id, turn_no, from_seq, to_seq, generation, opened_at
    FROM turns WHERE state = 'open' AND conversation_id = ANY($1::uuid[]))
"""
# As if a turn were opened for whoever waits; where nobody does, for the customer's last message.
_PREVIEW = """
WITH open AS (
  SELECT NULL::uuid AS id, c.id AS conversation_id, c.turn_no, coalesce((
           SELECT min(m.seq) FROM messages m
            WHERE m.conversation_id = c.id AND m.author = 'customer' AND m.created_at > coalesce((
              SELECT max(o.created_at) FROM messages o
               WHERE o.conversation_id = c.id AND o.kind <> 'note'
                 AND (o.author = 'agent' OR EXISTS (
                   SELECT 1 FROM deliveries d WHERE d.message_id = o.id AND d.is_answer))),
              '-infinity')), c.last_seq) AS from_seq,
         c.last_seq AS to_seq, 0 AS generation, now() AS opened_at
    FROM conversations c WHERE c.id = ANY($1::uuid[]))
"""
# OFFSET 0: each turn looks its own up. Planned while the table is small, it would be read whole
# ever after.
_MESSAGES = """
WITH t AS (
  SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[])
             AS t (conversation_id, from_seq, to_seq)),
said AS (
  SELECT m.*, false AS is_earlier, coalesce(m.provider_ts, m.created_at) AS at, NULL AS state
    FROM t CROSS JOIN LATERAL (
      SELECT * FROM messages m
       WHERE m.conversation_id = t.conversation_id AND m.seq BETWEEN t.from_seq AND t.to_seq
      OFFSET 0) m
  UNION ALL
  SELECT x.*, true, x.created_at, (
      SELECT min(d.state) FROM deliveries d
       WHERE d.message_id = x.id AND d.state <> 'sent' AND d.reason <> 'resent')
    FROM t CROSS JOIN LATERAL (
      SELECT * FROM messages m
       WHERE m.conversation_id = t.conversation_id AND m.kind <> 'note'
         AND (m.seq IS NULL OR m.seq < t.from_seq)
       ORDER BY m.created_at DESC, m.id DESC LIMIT $4) x)
SELECT conversation_id, is_earlier, id, author, kind, body, extras, seq, provider_ts, created_at,
       provider_message_id, author_name, state, traceparent,
       withdrawn_at IS NOT NULL AS is_withdrawn
  FROM said ORDER BY conversation_id, is_earlier, at, seq, id
"""


class TurnNotFound(NotFound):
    def __init__(self, of: UUID) -> None:
        super().__init__(f"no turn covers {of} yet")


class Fenced(ChangedMeanwhile):
    def __init__(self, conversation_id: UUID) -> None:
        super().__init__(f"conversation {conversation_id} is another worker's now")


class TurnStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def claim(
        self, worker: str, slots: int, lease_seconds: float, surging: Iterable[str] = ()
    ) -> list[Claim]:
        """Lease due conversations, to each tenant its weight's share; those of surging tenants
        once they have waited long. Crosses tenants, sees no text; one statement, so it needs no
        transaction around it.
        """
        rows = await self._connection.fetch(
            """
            SELECT tenant_id, conversation_id, fence, attempts, due_at
              FROM claim_turns_v3($1, $2, make_interval(secs => $3), $4, $5,
                                  make_interval(secs => $6))
            """,
            *(worker, slots, lease_seconds, SHARE_LEAST, list(surging), PATIENCE_SECONDS),
        )
        return [Claim(**dict(row)) for row in rows]

    async def next_due_seconds(self) -> float | None:
        """Zero: something is due that we could not have."""
        seconds = await self._connection.fetchval(
            "SELECT extract(epoch FROM next_turn_due() - now())::float8"
        )
        return None if seconds is None else max(0.0, seconds)

    async def open(self, claims: Sequence[Claim]) -> list[Record]:
        """Freeze which messages each turn covers; a turn that a dead worker left open comes back.

        Rows of turn, conversation and account, for the claims whose lease still stands.
        """
        leased = await self._connection.fetch(
            """
            SELECT c.id FROM unnest($1::uuid[], $2::bigint[]) AS w (id, fence)
              JOIN conversations c ON c.id = w.id
              JOIN conv_queue q ON q.conversation_id = c.id AND q.fence = w.fence
             ORDER BY c.id FOR UPDATE OF c, q
            """,
            *([claim.conversation_id for claim in claims], [claim.fence for claim in claims]),
        )
        mine = [row["id"] for row in leased]
        if not mine:
            return []
        return await self._connection.fetch(_FRESH + _READ, mine, [uuid7() for _ in mine])

    async def opened(self, conversation_id: UUID) -> Record:
        """The one open turn, as `open` gives it."""
        rows = await self._connection.fetch(_STANDING + _READ, [conversation_id])
        return rows[0]

    async def preview(self, conversation_id: UUID) -> Record | None:
        """What a turn would be now, as `open` gives it; None where there is no conversation."""
        rows = await self._connection.fetch(_PREVIEW + _READ, [conversation_id])
        return rows[0] if rows else None

    async def last_labels(self, conversation_id: UUID) -> bytes:
        """Of the newest turn that has any."""
        found = await self._connection.fetchval(
            """
            SELECT classification FROM turns
             WHERE conversation_id = $1 AND classification IS NOT NULL
             ORDER BY turn_no DESC LIMIT 1
            """,
            conversation_id,
        )
        return found or b""

    async def messages(self, turns: Sequence[Record]) -> list[Record]:
        """What each open turn covers and, `is_earlier`, the last ones before it with what became
        of ours. Covered ones by the provider's time, then ours; earlier ones oldest first.
        """
        return await self._connection.fetch(
            _MESSAGES,
            *([t["conversation_id"] for t in turns], [t["from_seq"] for t in turns]),
            *([t["to_seq"] for t in turns], EARLIER_MESSAGES_MOST),
        )

    async def renew(self, conversation_id: UUID, fence: int, lease_seconds: float) -> None:
        """Another lease's length, or `Fenced`."""
        renewed = await self._connection.fetchval(
            """
            UPDATE conv_queue SET lease_until = now() + make_interval(secs => $3)
             WHERE conversation_id = $1 AND fence = $2 RETURNING true
            """,
            *(conversation_id, fence, lease_seconds),
        )
        if not renewed:
            raise Fenced(conversation_id)

    async def attempts(self, conversation_id: UUID) -> int:
        """Claims of the conversation's work so far."""
        return (
            await self._connection.fetchval(
                "SELECT attempts FROM conv_queue WHERE conversation_id = $1", conversation_id
            )
            or 0
        )

    async def release(
        self, conversation_id: UUID, fence: int, seconds: float, *, counts: bool
    ) -> None:
        """Give the lease back; due again after so many seconds. Nothing if it is ours no more."""
        await self._connection.execute(
            """
            UPDATE conv_queue SET lease_until = NULL, owner = NULL, fence = nextval('fence_seq'),
              due_at = now() + make_interval(secs => $3),
                   attempts = CASE WHEN $4 THEN attempts ELSE greatest(0, attempts - 1) END
             WHERE conversation_id = $1 AND fence = $2
            """,
            *(conversation_id, fence, seconds, counts),
        )

    async def drop_all(self) -> None:
        """Nothing of the tenant's waits for a turn any more; one in flight finds its lease gone."""
        await self._connection.execute("DELETE FROM conv_queue")

    async def record_step(  # noqa: PLR0913, PLR0917  # a row, column by column
        self, tenant_id: str, turn_id: UUID, generation: int, step: str, output: bytes, fence: int
    ) -> bytes:
        """First writer wins; what was stored comes back."""
        await self._connection.execute(
            """
            INSERT INTO turn_steps (tenant_id, turn_id, generation, step, output, fence)
              VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING
            """,
            *(tenant_id, turn_id, generation, step, output, fence),
        )
        return await self._connection.fetchval(  # type: ignore[no-any-return]
            "SELECT output FROM turn_steps WHERE turn_id = $1 AND generation = $2 AND step = $3",
            *(turn_id, generation, step),
        )

    async def lock(self, conversation_id: UUID, turn_id: UUID, fence: int) -> tuple[Record, Turn]:
        """Conversation and turn, locked and ours; or `Fenced`."""
        row = await self._connection.fetchrow(
            """
            SELECT c.last_seq, c.holder AS held_by, c.holder_version AS held_version, c.resolved_at,
                   c.answers_in_row, c.asked_back, t.id, t.conversation_id, t.turn_no,
                   t.from_seq, t.to_seq, t.generation, t.holder_version, t.state
              FROM conversations c
              JOIN conv_queue q ON q.conversation_id = c.id AND q.fence = $3
              JOIN turns t ON t.conversation_id = c.id AND t.id = $2 AND t.state = 'open'
             WHERE c.id = $1 FOR UPDATE OF c, q, t
            """,
            *(conversation_id, turn_id, fence),
        )
        if row is None:
            raise Fenced(conversation_id)
        return row, Turn(**{field.name: row[field.name] for field in dataclasses.fields(Turn)})

    async def answer(self, turn_id: UUID, fence: int) -> bytes | None:
        """What the same fence was told when it completed this turn."""
        return await self._connection.fetchval(  # type: ignore[no-any-return]
            "SELECT answer FROM turns WHERE id = $1 AND fence = $2 AND state = 'done'",
            *(turn_id, fence),
        )

    async def extend(self, turn: Turn) -> None:
        """Newer messages join; drafts of the old generation count no more."""
        await self._connection.execute(
            """
            UPDATE turns t SET to_seq = c.last_seq, generation = generation + 1
              FROM conversations c WHERE t.id = $1 AND c.id = t.conversation_id
                AND c.last_seq > t.to_seq
            """,
            turn.id,
        )
