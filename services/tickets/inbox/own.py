"""What we sent ourselves, when its provider shows it to us or tells that it was taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from services.tickets.inbox.names import NameStore

if TYPE_CHECKING:
    from mesh.postgres import Connection
    from services.tickets.inbox.arrival import Arrival


class Own(NamedTuple):
    """A message of ours that a part of was meant; `is_all` where that part is all of it."""

    id: UUID
    conversation_id: UUID
    is_all: bool


class OwnStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def sent(self, aside: Arrival, provider_message_id: str) -> Own | None:
        """By the provider's name for it, in this contact's conversations: elsewhere the same
        number is another message.
        """
        known = await NameStore(self._connection).known([aside])
        if not provider_message_id or aside.peer not in known:
            return None
        row = await self._connection.fetchrow(
            """
            SELECT d.message_id, d.conversation_id, NOT EXISTS (
                     SELECT 1 FROM deliveries p
                      WHERE p.message_id = d.message_id AND p.part_no <> d.part_no) AS is_all
              FROM deliveries d JOIN conversations c ON c.id = d.conversation_id
             WHERE d.account_id = $1 AND d.provider_msg_id = $2 AND c.peer_hash = $3
             ORDER BY d.created_at DESC LIMIT 1
            """,
            *(aside.account_id, provider_message_id, known[aside.peer].stable),
        )
        return Own(*row) if row else None

    async def is_leaving(self, conversation_id: UUID) -> bool:
        """Whether a part may be out already, and its provider's name for it not told yet."""
        return bool(
            await self._connection.fetchval(
                """
                SELECT true FROM deliveries
                 WHERE conversation_id = $1 AND state IN ('sending', 'ambiguous') LIMIT 1
                """,
                conversation_id,
            )
        )
