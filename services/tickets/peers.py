"""What one room of tickets asks of another, in the asker's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from uuid import UUID

    from cassava.tickets.v1.channel_pb2 import Account

    from mesh.postgres import Connection


class Accounts(Protocol):
    async def with_secrets(self, connection: Connection, account_id: UUID) -> Account:
        """An account of the transaction's tenant, its secrets opened."""
