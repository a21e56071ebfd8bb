"""Turns and the queue of due conversations in PostgreSQL. Its clock decides about leases."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mesh.errors import ChangedMeanwhile, NotFound
from mesh.ids import uuid7
from services.tickets.turns.turn import EARLIER_MESSAGES_MOST, SHARE_LEAST, Claim, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection


class TurnNotFound(NotFound):
    def __init__(self, of: UUID) -> None:
        super().__init__(f"no turn covers {of} yet")


class Fenced(ChangedMeanwhile):
    def __init__(self, conversation_id: UUID) -> None:
        super().__init__(f"conversation {conversation_id} is another worker's now")


class TurnStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def claim(self, worker: str, slots: int, lease_seconds: float) -> list[Claim]:
        """Lease due conversations, to each tenant its weight's share. Crosses tenants, sees no
        text.
        """
        rows = await self._connection.fetch(
            """
            SELECT tenant_id, conversation_id, fence, attempts, due_at
              FROM claim_turns_v2($1, $2, make_interval(secs => $3), $4)
            """,
            *(worker, slots, lease_seconds, SHARE_LEAST),
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
        ids = [claim.conversation_id for claim in claims]
        await self._connection.execute(
            "SELECT 1 FROM conversations WHERE id = ANY($1) ORDER BY id FOR UPDATE", ids
        )
        leased = await self._connection.fetch(
            """
            SELECT q.conversation_id FROM conv_queue q
              JOIN unnest($1::uuid[], $2::bigint[]) AS c (conversation_id,
                fence) USING (conversation_id, fence)
             ORDER BY q.conversation_id FOR UPDATE OF q
            """,
            *(ids, [claim.fence for claim in claims]),
        )
        mine = [row["conversation_id"] for row in leased]
        await self._connection.execute(
            """
            INSERT INTO turns (tenant_id, id, conversation_id, turn_no, from_seq, to_seq,
              holder_version)
            SELECT c.tenant_id, n.id, c.id, c.turn_no + 1, c.done_seq + 1, c.last_seq,
              c.holder_version
              FROM conversations c JOIN unnest($1::uuid[], $2::uuid[])
                AS n (conversation_id, id) ON n.conversation_id = c.id
             WHERE c.last_seq > c.done_seq
            ON CONFLICT DO NOTHING
            """,
            *(mine, [uuid7() for _ in mine]),
        )
        await self._drop_idle(mine)
        return await self._opened(mine)

    async def _drop_idle(self, conversation_ids: Sequence[UUID]) -> None:
        """Queue rows whose messages are all answered: nothing to do."""
        await self._connection.execute(
            """
            DELETE FROM conv_queue q USING conversations c
             WHERE c.id = q.conversation_id AND c.id = ANY($1) AND c.last_seq = c.done_seq
            """,
            conversation_ids,
        )

    async def _opened(self, conversation_ids: Sequence[UUID]) -> list[Record]:
        return await self._connection.fetch(
            """
            SELECT t.id, t.turn_no, t.from_seq, t.to_seq, t.generation, t.opened_at, c.tenant_id,
              c.id AS conversation_id, c.reply_address, c.thread, c.holder, c.account_id, c.channel,
                   c.language, c.intent, c.previous_intent, c.sentiment, c.answers_in_row,
                     c.asked_back,
                   a.state AS account_state, n.name AS tenant_name, n.policy,
                     n.state AS tenant_state
              FROM turns t JOIN conversations c ON c.id = t.conversation_id
              JOIN channel_accounts a ON a.id = c.account_id
                JOIN tenants n ON n.tenant_id = c.tenant_id
             WHERE t.state = 'open' AND t.conversation_id = ANY($1)
            """,
            list(conversation_ids),
        )

    async def opened(self, conversation_id: UUID) -> Record:
        """The one open turn, as `open` gives it."""
        rows = await self._opened([conversation_id])
        return rows[0]

    async def messages(self, conversation_ids: Sequence[UUID]) -> list[Record]:
        """What each open turn covers, by the provider's time, then ours. Withdrawn ones are
        left out.
        """
        return await self._connection.fetch(
            """
            SELECT m.conversation_id, m.id, m.author, m.kind, m.body, m.extras, m.seq,
              m.provider_ts, m.created_at, m.provider_message_id,
                   m.author_name, NULL::text AS state, m.traceparent,
                     m.withdrawn_at IS NOT NULL AS is_withdrawn
              FROM turns t JOIN messages m ON m.conversation_id = t.conversation_id
                AND m.seq BETWEEN t.from_seq AND t.to_seq
             WHERE t.state = 'open' AND t.conversation_id = ANY($1)
             ORDER BY m.conversation_id, coalesce(m.provider_ts, m.created_at), m.seq
            """,
            list(conversation_ids),
        )

    async def earlier(self, conversation_ids: Sequence[UUID]) -> list[Record]:
        """The last messages before each open turn, oldest first, with what became of ours."""
        return await self._connection.fetch(
            """
            SELECT x.*, (SELECT min(d.state) FROM deliveries d
              WHERE d.message_id = x.id AND d.state <> 'sent' AND d.reason <> 'resent') AS state
              FROM turns t CROSS JOIN LATERAL (
                SELECT m.conversation_id, m.id, m.author, m.kind, m.body, m.extras, m.seq,
                  m.provider_ts, m.created_at, m.author_name,
                       m.traceparent, m.withdrawn_at IS NOT NULL AS is_withdrawn
                  FROM messages m
                 WHERE m.conversation_id = t.conversation_id AND m.kind <> 'note'
                   AND (m.seq IS NULL OR m.seq < t.from_seq)
                 ORDER BY m.created_at DESC, m.id DESC LIMIT $2) x
             WHERE t.state = 'open' AND t.conversation_id = ANY($1)
             ORDER BY x.conversation_id, x.created_at, x.id
            """,
            *(list(conversation_ids), EARLIER_MESSAGES_MOST),
        )

    async def steps(self, turn_ids: Sequence[UUID]) -> list[Record]:
        return await self._connection.fetch(
            """
            SELECT s.turn_id, s.step, s.output FROM turn_steps s
              JOIN turns t ON t.id = s.turn_id AND t.generation = s.generation
             WHERE s.turn_id = ANY($1)
            """,
            list(turn_ids),
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
