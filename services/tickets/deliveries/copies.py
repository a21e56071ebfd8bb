"""A part that failed after it was told as sent, and goes out again by itself (decision 0123)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from uuid import UUID

    from mesh.postgres import Connection

# An answer that comes later than this is not one any more; a person looks at it.
_TOO_OLD = "30 minutes"
_ON_ITS_WAY = frozenset({"sending", "ambiguous", "parked", "sent"})


class CopyStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, delivery_id: UUID, copy_id: UUID, wait_seconds: float) -> bool:
        """A new row at the end of the line, the failed one stays as the record. False: it may not.

        Only what is still the last thing said goes out again, so nothing overtakes; at most twice,
        the second time four times as late. The row is locked.
        """
        return bool(
            await self._connection.fetchval(
                """
            WITH line AS (
              SELECT c.id, c.out_seq FROM conversations c JOIN deliveries d
                ON d.id = $1 AND c.id = d.conversation_id FOR UPDATE OF c),
            failed AS (
              SELECT d.*, (d.resend_of IS NOT NULL)::int AS copies
                FROM deliveries d JOIN line l ON d.out_seq = l.out_seq
               WHERE d.id = $1 AND d.created_at > now() - $4::text::interval
                 AND NOT EXISTS (SELECT 1 FROM deliveries before
                   WHERE before.id = d.resend_of AND before.resend_of IS NOT NULL)),
            kept AS (
              UPDATE deliveries d SET reason = 'resent' FROM failed f WHERE d.id = f.id),
            moved AS (
              UPDATE conversations c SET out_seq = c.out_seq + 1 FROM failed f
               WHERE c.id = f.conversation_id)
            INSERT INTO deliveries (tenant_id, id, account_id, conversation_id, message_id,
              part_no, out_seq, author, is_answer, body, holder_version, resend_of, traceparent,
              created_at, due_at)
            SELECT tenant_id, $2, account_id, conversation_id, message_id, part_no, out_seq + 1,
                   author, is_answer, body, holder_version, id, traceparent, created_at,
                   now() + make_interval(secs => $3 * power(4, copies))
              FROM failed ON CONFLICT DO NOTHING RETURNING true
            """,
                *(delivery_id, copy_id, wait_seconds, _TOO_OLD),
            )
        )

    async def take_back(self, delivery_id: UUID) -> Literal["", "cancelled", "left"]:
        """The failed one is at the customer's: what became of its copy, if it has one."""
        state = await self._connection.fetchval(
            "SELECT state FROM deliveries WHERE resend_of = $1 FOR UPDATE", delivery_id
        )
        if state in _ON_ITS_WAY:
            return "left"
        if state not in {"pending", "claimed"}:
            return ""
        await self._connection.execute(
            """
            WITH copy AS (
              UPDATE deliveries SET state = 'cancelled', reason = 'resent', lease_until = NULL,
                     finished_at = now(), fence = nextval('fence_seq')
               WHERE resend_of = $1)
            UPDATE deliveries SET state = 'sent', reason = '' WHERE id = $1
            """,
            delivery_id,
        )
        return "cancelled"
