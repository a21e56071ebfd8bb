"""Dead letters in PostgreSQL, to be read; they are kept where messages arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh.errors import Conflict, NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.position import Position

_LEASE_SECONDS = 60.0


class DeadLetterNotFound(NotFound):
    def __init__(self, letter_id: UUID) -> None:
        super().__init__(f"no dead letter {letter_id}")


class DeadLetterWithoutChannel(Conflict):
    def __init__(self, letter_id: UUID) -> None:
        super().__init__(f"dead letter {letter_id} came for no channel: nobody could read it")


class LetterStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, letter_id: UUID) -> Record:
        """With its bytes."""
        row = await self._connection.fetchrow(
            """
            SELECT tenant_id, id, account_id, reason, created_at, raw, length(raw) AS size_bytes,
                   replays, replay_result
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
                   length(raw) AS size_bytes, replays, replay_result
              FROM dead_letters
             WHERE $1::timestamptz IS NULL OR (created_at <= $1 AND (created_at < $1 OR id > $2))
             ORDER BY created_at DESC, id LIMIT $3
            """,
            *(after or (None, None)),
            most,
        )

    async def ask_again(self, letter_id: UUID) -> None:
        """Due for a worker now; a replay that runs already is the same one."""
        await self._connection.execute(
            """
            UPDATE dead_letters SET replay_due_at = coalesce(replay_due_at, now()),
                   replay_result = ''
             WHERE id = $1
            """,
            letter_id,
        )

    async def claim(self, most: int) -> list[Record]:
        """Leased letters: tenant, id, fence. Crosses tenants, sees no bytes."""
        return await self._connection.fetch(
            """
            SELECT tenant_id, letter_id, fence
              FROM claim_replays($1, make_interval(secs => $2))
            """,
            *(most, _LEASE_SECONDS),
        )

    async def bytes_of(self, letter_id: UUID) -> Record | None:
        """What to read, and whose format it is in."""
        return await self._connection.fetchrow(
            """
            SELECT l.raw, l.account_id, a.kind
              FROM dead_letters l JOIN channel_accounts a ON a.id = l.account_id WHERE l.id = $1
            """,
            letter_id,
        )

    async def finish(self, letter_id: UUID, fence: int, result: str) -> None:
        """Nothing under an old fence: another worker has it."""
        await self._connection.execute(
            """
            UPDATE dead_letters SET replay_due_at = NULL, replay_result = $3
             WHERE id = $1 AND replay_fence = $2
            """,
            *(letter_id, fence, result),
        )
