"""Files and their bytes in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mesh.errors import ChangedMeanwhile, NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection

# Longer than a large file takes to come.
_LEASE_SECONDS = 120.0
# Providers keep a file for days, but nobody waits for it that long.
ATTEMPTS_MOST = 6


class MediaNotFound(NotFound):
    def __init__(self, message_id: UUID) -> None:
        super().__init__(f"no stored file of message {message_id} there")


class MediaFenced(ChangedMeanwhile):
    def __init__(self, message_id: UUID) -> None:
        super().__init__(f"another worker has the file of message {message_id}, or it is done")


class Place(NamedTuple):
    """Which file of which message."""

    message_id: UUID
    position: int


class MediaStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def claim(self, slots: int) -> list[Record]:
        """(tenant, message, position, fence); crosses tenants, sees ids only."""
        return await self._connection.fetch(
            """
            SELECT tenant_id, message_id, position, fence
              FROM claim_media($1, make_interval(secs => $2))
            """,
            *(slots, _LEASE_SECONDS),
        )

    async def get(self, place: Place) -> Record:
        row = await self._connection.fetchrow(
            """
            SELECT account_id, provider_id, mime_type, file_name, sha256, size_bytes, state
              FROM media WHERE message_id = $1 AND position = $2
            """,
            *place,
        )
        if row is None:
            raise MediaNotFound(place.message_id)
        return row

    async def chunk(self, place: Place, start: int) -> bytes | None:
        """The stretch that begins there."""
        return await self._connection.fetchval(  # type: ignore[no-any-return]
            "SELECT data FROM media_chunks WHERE message_id = $1 AND position = $2 AND start = $3",
            *(*place, start),
        )

    async def add(self, tenant_id: str, place: Place, start: int, data: bytes) -> None:
        await self._connection.execute(
            """
            INSERT INTO media_chunks (tenant_id, message_id, position, start, data)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
            """,
            *(tenant_id, *place, start, data),
        )

    async def lock(self, place: Place, fence: int) -> int:
        """Its attempts so far; raise `MediaFenced` unless it is the holder's of this fence."""
        attempts = await self._connection.fetchval(
            """
            SELECT attempts FROM media
             WHERE message_id = $1 AND position = $2 AND fence = $3 AND state = 'pending'
               FOR UPDATE
            """,
            *(*place, fence),
        )
        if attempts is None:
            raise MediaFenced(place.message_id)
        return int(attempts)

    async def stored(self, place: Place, size_bytes: int) -> None:
        await self._connection.execute(
            """
            UPDATE media SET state = 'stored', size_bytes = $3
             WHERE message_id = $1 AND position = $2
            """,
            *(*place, size_bytes),
        )

    async def failed(self, place: Place, reason: str, again_in: float | None) -> None:
        """Due again after so many seconds, or never."""
        await self._connection.execute(
            """
            UPDATE media SET reason = $3, fence = nextval('fence_seq'),
                   state = CASE WHEN $4::float8 IS NULL THEN 'unavailable' ELSE 'pending' END,
                   due_at = now() + make_interval(secs => coalesce($4, 0))
             WHERE message_id = $1 AND position = $2
            """,
            *(*place, reason, again_in),
        )
