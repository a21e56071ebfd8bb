"""Dead letters in PostgreSQL, to be read; they are kept where messages arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh.errors import NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.position import Position


class DeadLetterNotFound(NotFound):
    def __init__(self, letter_id: UUID) -> None:
        super().__init__(f"no dead letter {letter_id}")


class LetterStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, letter_id: UUID) -> Record:
        """With its bytes."""
        row = await self._connection.fetchrow(
            """
            SELECT tenant_id, id, account_id, reason, created_at, raw, length(raw) AS size_bytes
              FROM dead_letters WHERE id = $1
            """,
            letter_id,
        )
        if row is None:
            raise DeadLetterNotFound(letter_id)
        return row

    async def page(self, after: Position | None, most: int) -> list[Record]:
        """The tenant's, newest first, without their bytes."""
        return await self._connection.fetch(
            """
            SELECT tenant_id, id, account_id, reason, created_at, ''::bytea AS raw,
                   length(raw) AS size_bytes
              FROM dead_letters
             WHERE $1::timestamptz IS NULL OR (created_at <= $1 AND (created_at < $1 OR id > $2))
             ORDER BY created_at DESC, id LIMIT $3
            """,
            *(after or (None, None)),
            most,
        )
