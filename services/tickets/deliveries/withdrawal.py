"""Taking back what has not left yet: a person steps in, a channel is switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.deliveries.delivery import Delivery

if TYPE_CHECKING:
    from uuid import UUID

    from mesh.postgres import Connection


class WithdrawalStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def bot_parts(self, conversation_id: UUID, reason: str) -> list[Delivery]:
        """Cancel the machine's waiting parts, park those in doubt; the parked ones come back.

        The conversation is locked. What is in `sending` may still arrive: at most one part.
        """
        rows = await self._connection.fetch(
            """
            UPDATE deliveries
               SET state = CASE WHEN state = 'ambiguous' THEN 'parked' ELSE 'cancelled' END,
                   reason = CASE WHEN state = 'ambiguous' THEN 'perhaps_sent' ELSE $2 END,
                   lease_until = NULL, finished_at = now(), fence = nextval('fence_seq')
             WHERE conversation_id = $1 AND author = 'bot'
               AND state IN ('pending', 'claimed', 'ambiguous')
            RETURNING id, account_id, conversation_id, message_id, author, is_answer, state, fence,
                      attempts, receipt
            """,
            *(conversation_id, reason),
        )
        return [Delivery(**dict(row)) for row in rows if row["state"] == "parked"]

    async def resend(self, conversation_id: UUID, message_id: UUID, ids: list[UUID]) -> int:
        """Parked parts again, behind all that waits; the first rows stay as the record. How many.

        The conversation is locked; `ids` are for the new rows, enough for every part.
        """
        return (
            await self._connection.fetchval(
                """
            WITH old AS (
              UPDATE deliveries SET state = 'cancelled', reason = 'resent',
                     fence = nextval('fence_seq')
               WHERE conversation_id = $1 AND message_id = $2 AND state = 'parked'
              RETURNING *),
            numbered AS (SELECT old.*, row_number() OVER (ORDER BY part_no) AS n FROM old),
            line AS (
              UPDATE conversations SET out_seq = out_seq + (SELECT count(*) FROM old)
               WHERE id = $1 RETURNING out_seq, holder_version),
            again AS (
              INSERT INTO deliveries (tenant_id, id, account_id, conversation_id, message_id,
                part_no, out_seq, author, is_answer, body, holder_version, resend_of,
                traceparent)
              SELECT o.tenant_id, ($3::uuid[])[o.n], o.account_id, $1, $2, o.part_no,
                l.out_seq - (SELECT count(*) FROM old) + o.n, o.author, o.is_answer, o.body,
                l.holder_version, o.id, o.traceparent FROM numbered o CROSS JOIN line l
              RETURNING 1)
            SELECT count(*)::int FROM again
            """,
                *(conversation_id, message_id, ids),
            )
            or 0
        )

    async def of_account_if_off(self, account_id: UUID) -> None:
        """Nothing waits for a channel that is off: nobody would ever claim it."""
        await self._connection.execute(
            """
            UPDATE deliveries d
               SET state = 'cancelled', reason = 'account', lease_until = NULL,
                   finished_at = now(), fence = nextval('fence_seq')
              FROM channel_accounts a
             WHERE a.id = $1 AND a.state = 'off' AND d.account_id = a.id
               AND d.state IN ('pending', 'claimed')
            """,
            account_id,
        )
