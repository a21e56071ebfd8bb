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
