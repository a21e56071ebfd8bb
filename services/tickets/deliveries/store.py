"""Deliveries and their attempts in PostgreSQL. Lock order: conversation, delivery, attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mesh import tracing
from mesh.errors import ChangedMeanwhile, NotFound
from mesh.postgres import certain
from services.tickets.deliveries.delivery import Delivery, Outcome
from services.tickets.deliveries.pace import GAPS, RATES, SHARE_LEAST
from services.tickets.deliveries.window import is_closed

if TYPE_CHECKING:
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection

# A bot's words are old news after this, a person's after a day.
_BOT_TOO_OLD, _PERSON_TOO_OLD = "30 minutes", "24 hours"
# A draft that waited this long beside a newer question is overtaken by it (PROTOCOL 6).
_SUPERSEDED_AFTER = "15 seconds"


class DeliveryNotFound(NotFound):
    def __init__(self, delivery_id: UUID) -> None:
        super().__init__(f"no delivery {delivery_id}")


class DeliveryFenced(ChangedMeanwhile):
    def __init__(self, delivery_id: UUID, why: str) -> None:
        super().__init__(f"delivery {delivery_id} may not be sent: {why}")


class Settled(NamedTuple):
    """What a part's new state means for the others."""

    is_message_sent: bool  # this was its last open part, and all are sent
    is_line_waiting: bool  # something behind it has not left yet


class Begun(NamedTuple):
    """What to send and where; or why nothing is sent any more."""

    refusal: str
    letter: Record | None


_BEGIN = """
WITH d AS (
  UPDATE deliveries SET state = 'sending', attempts = attempts + 1,
         lease_until = now() + make_interval(secs => $3)
   WHERE id = $1 AND state = 'claimed'
  RETURNING tenant_id, id, attempts, body, account_id, conversation_id, message_id, part_no,
            traceparent),
begun AS (
  INSERT INTO delivery_attempts (tenant_id, delivery_id, attempt, fence)
  SELECT tenant_id, id, attempts, $2 FROM d)
SELECT d.attempts AS attempt, d.body, d.account_id, d.conversation_id, d.message_id,
       d.traceparent, c.reply_address, c.thread,
       CASE WHEN NOT EXISTS (SELECT 1 FROM deliveries o
                              WHERE o.message_id = d.message_id AND o.part_no > d.part_no)
            THEN s.content END AS content,
       (SELECT m.provider_message_id FROM messages m
         WHERE m.conversation_id = c.id AND m.author = 'customer' AND m.provider_message_id <> ''
         ORDER BY m.seq DESC LIMIT 1) AS in_reply_to
  FROM d JOIN conversations c ON c.id = d.conversation_id
  JOIN messages s ON s.id = d.message_id
"""
_LOCK = """
SELECT id, account_id, conversation_id, message_id, author, is_answer, state, fence, attempts,
       receipt
  FROM deliveries WHERE id = $1 FOR UPDATE
"""
# A certain outcome replaces an uncertain one; never the other way round.
_NOTE = """
WITH d AS (
  SELECT id, account_id, conversation_id, message_id, author, is_answer, state, fence, attempts,
         receipt
    FROM deliveries WHERE id = $1 FOR UPDATE),
noted AS (
  UPDATE delivery_attempts a SET finished_at = clock_timestamp(), detail = $4,
         outcome = CASE WHEN a.outcome IS NULL OR a.outcome IN ('perhaps_sent', 'crashed')
                          OR $3 = 'sent' THEN $3 ELSE a.outcome END
    FROM d WHERE a.delivery_id = d.id AND a.attempt = $2)
SELECT * FROM d
"""


class DeliveryStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def claim(
        self, worker: str, slots: int, lease_seconds: float
    ) -> list[tuple[str, UUID, int]]:
        """Heads of their conversations: (tenant, id, fence). Crosses tenants, sees no text."""
        rows = await self._connection.fetch(
            """
            SELECT tenant_id, delivery_id, fence
              FROM claim_deliveries_v2($1, $2, make_interval(secs => $3), $4, $5, $6)
            """,
            *(worker, slots, lease_seconds, SHARE_LEAST, list(RATES), list(RATES.values())),
        )
        return [(row["tenant_id"], row["delivery_id"], row["fence"]) for row in rows]

    async def next_due_seconds(self) -> float | None:
        """Zero: something is due that we could not have."""
        seconds = await self._connection.fetchval(
            "SELECT extract(epoch FROM next_delivery_due_v2($1, $2) - now())::float8",
            *(list(RATES), list(RATES.values())),
        )
        return None if seconds is None else max(0.0, seconds)

    async def add(
        self, message_id: UUID, author: str, parts: list[str], ids: list[UUID], *, is_answer: bool
    ) -> None:
        """One delivery a part, behind all that waits in the conversation (which is locked)."""
        await self._connection.execute(
            """
            WITH c AS (
              UPDATE conversations c SET out_seq = out_seq + cardinality($3::bytea[])
                FROM messages m WHERE m.id = $1 AND c.id = m.conversation_id
              RETURNING c.tenant_id, c.id, c.account_id, c.out_seq, c.holder_version)
            INSERT INTO deliveries (tenant_id, id, account_id, conversation_id, message_id,
              part_no, out_seq, author, is_answer, body, holder_version, traceparent)
            SELECT c.tenant_id, p.id, c.account_id, c.id, $1, p.n,
              c.out_seq - cardinality($3::bytea[]) + p.n, $2, $5, p.body, c.holder_version, $6
              FROM c, unnest($4::uuid[], $3::bytea[]) WITH ORDINALITY AS p (id, body, n)
            """,
            *(message_id, author, [part.encode() for part in parts], ids, is_answer),
            tracing.trace_parent.get() or None,
        )

    async def begin(self, delivery_id: UUID, fence: int, lease_seconds: float) -> Begun:
        """Write the attempt down; only after the commit may a byte leave. Or `DeliveryFenced`.

        A refusal that is final (a person took over, too old) cancels what the message has left:
        the caller must let the transaction commit, so it comes back and is not raised.
        """
        row = await self._lock_both(delivery_id)
        if row["state"] != "claimed" or row["fence"] != fence or not row["is_leased"]:
            raise DeliveryFenced(delivery_id, "another worker has it, or it is done")
        refusal = _refusal(row)
        if not refusal and row["has_waited"] and await self._is_superseded(row["message_id"]):
            refusal = "superseded"
        if refusal:
            await self._cancel(row["message_id"], refusal)
            return Begun(refusal, None)
        letter = await self._connection.fetchrow(_BEGIN, delivery_id, fence, lease_seconds)
        return Begun("", certain(letter))

    async def _is_superseded(self, message_id: UUID) -> bool:
        """A draft of the latest turn, no part of it tried, and a newer question is waiting."""
        return bool(
            await self._connection.fetchval(
                """
            SELECT true FROM messages m JOIN turns t ON t.id = m.turn_id
              JOIN conversations c ON c.id = t.conversation_id
             WHERE m.id = $1 AND m.author = 'bot' AND t.turn_no = c.turn_no
               AND c.last_seq > t.to_seq
               AND NOT EXISTS (SELECT 1 FROM turns o
                 WHERE o.conversation_id = c.id AND o.state = 'open')
               AND NOT EXISTS (SELECT 1 FROM deliveries d
                 WHERE d.message_id = m.id AND d.attempts > 0)
            """,
                message_id,
            )
        )

    async def lock(self, delivery_id: UUID) -> Delivery:
        return self._found(delivery_id, await self._connection.fetchrow(_LOCK, delivery_id))

    async def lock_after(
        self, delivery_id: UUID, attempt: int, outcome: Outcome, detail: str
    ) -> Delivery:
        """Locked, with what came of the attempt written down."""
        row = await self._connection.fetchrow(_NOTE, delivery_id, attempt, outcome, detail)
        return self._found(delivery_id, row)

    @staticmethod
    def _found(delivery_id: UUID, row: Record | None) -> Delivery:
        if row is None:
            raise DeliveryNotFound(delivery_id)
        return Delivery(**dict(row))

    async def settle(
        self,
        delivery_id: UUID,
        state: str,
        *,
        reason: str = "",
        provider_message_id: str = "",
        wait_seconds: float = 0.0,
    ) -> Settled:
        """Move on. What waits behind a part that was sent leaves after the channel's gap."""
        row = certain(
            await self._connection.fetchrow(
                """
            WITH d AS (
              UPDATE deliveries SET state = $2, reason = $3,
                provider_msg_id = coalesce(provider_msg_id, nullif($4, '')),
                     lease_until = NULL, due_at = now() + make_interval(secs => $5),
                     finished_at = CASE WHEN $2 IN ('sent', 'failed', 'parked') THEN now() END
               WHERE id = $1 RETURNING id, message_id, conversation_id, account_id, out_seq),
            behind AS (
              UPDATE deliveries o SET due_at = now() + make_interval(secs => g.seconds)
                FROM d JOIN channel_accounts a ON a.id = d.account_id AND NOT a.sandbox
                JOIN unnest($6::text[], $7::float8[]) AS g (kind, seconds) ON g.kind = a.kind
               WHERE $2 = 'sent' AND o.conversation_id = d.conversation_id
                 AND o.out_seq > d.out_seq AND o.state = 'pending'
                 AND o.due_at < now() + make_interval(secs => g.seconds))
            SELECT NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.message_id = d.message_id
              AND o.id <> d.id AND o.state <> 'sent' AND o.reason <> 'resent')
                   AS are_others_sent,
                   EXISTS (SELECT 1 FROM deliveries o WHERE o.conversation_id = d.conversation_id
              AND o.out_seq > d.out_seq AND o.state = 'pending') AS is_line_waiting FROM d
            """,
                *(delivery_id, state, reason, provider_message_id, wait_seconds),
                *(list(GAPS), list(GAPS.values())),
            )
        )
        return Settled(state == "sent" and row["are_others_sent"], row["is_line_waiting"])

    async def pause_account(self, account_id: UUID, seconds: float | None) -> bool:
        """No worker sends there for so long; without a time, until somebody mends it.

        False where it was paused or off already.
        """
        paused = await self._connection.fetchval(
            """
            UPDATE channel_accounts
               SET paused_until = greatest(paused_until, now() + make_interval(secs => $2)),
                   state = CASE WHEN $2::float8 IS NULL THEN 'paused' ELSE state END,
                   version = version + ($2::float8 IS NULL)::int
             WHERE id = $1 AND state = 'active' RETURNING true
            """,
            *(account_id, seconds),
        )
        return bool(paused)

    async def shut_out(self, conversation_id: UUID) -> None:
        """The customer has blocked us: nothing is tried any more until they come back."""
        await self._connection.execute(
            "UPDATE conversations SET blocked_at = now(), version = version + 1 WHERE id = $1",
            conversation_id,
        )

    async def _lock_both(self, delivery_id: UUID) -> Record:
        row = await self._connection.fetchrow(
            """
            SELECT c.holder_version AS held_version, c.channel, c.last_customer_at, c.blocked_at,
                   a.state AS account_state, t.state AS tenant_state, now() AS now,
                   d.message_id, d.author, d.state, d.fence, d.lease_until > now() AS is_leased,
                   d.holder_version,
                   (SELECT m.content_kind = 'template' FROM messages m WHERE m.id = d.message_id)
                     AS is_template,
                   d.created_at < now() - (CASE d.author WHEN 'bot' THEN $2 ELSE $3 END)::interval
                     AS is_old,
                   d.created_at < now() - $4::text::interval AS has_waited
              FROM deliveries d JOIN conversations c ON c.id = d.conversation_id
              JOIN channel_accounts a ON a.id = d.account_id
              JOIN tenants t ON t.tenant_id = d.tenant_id
             WHERE d.id = $1 FOR UPDATE OF c, d
            """,
            *(delivery_id, _BOT_TOO_OLD, _PERSON_TOO_OLD, _SUPERSEDED_AFTER),
        )
        if row is None:
            raise DeliveryNotFound(delivery_id)
        return row

    async def _cancel(self, message_id: UUID, reason: str) -> None:
        """All that has not begun: half an answer is none."""
        await self._connection.execute(
            """
            UPDATE deliveries SET reason = $2, lease_until = NULL,
              state = CASE WHEN $2 IN ('window', 'blocked') THEN 'failed' ELSE 'cancelled' END,
              finished_at = now(), fence = nextval('fence_seq')
             WHERE message_id = $1 AND state IN ('pending', 'claimed')
            """,
            *(message_id, reason),
        )


def _refusal(row: Record) -> str:
    """Why a part must not leave any more; empty: it may."""
    if row["account_state"] == "off" or row["tenant_state"] != "active":
        return "account"
    if row["author"] == "bot" and row["holder_version"] != row["held_version"]:
        return "takeover"
    if row["is_old"]:
        return "expired"
    if row["blocked_at"]:
        return "blocked"
    if not row["is_template"] and is_closed(row["channel"], row["last_customer_at"], row["now"]):
        return "window"
    return ""
