"""Keys and live tokens in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.access.key import Key, KeyNotFound
from services.tickets.access.live_token import LiveToken, LiveTokenInvalid

if TYPE_CHECKING:
    from datetime import datetime

    from asyncpg import Record

    from mesh.postgres import Connection


class KeyStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, key: Key) -> Key:
        """The stored key; an earlier one of the same id is left as it is and given back."""
        await self._connection.execute(
            """
            INSERT INTO api_keys (tenant_id, id, role, name, hash, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING
            """,
            *(key.tenant_id, key.id, key.role, key.name, key.hash, key.expires_at),
        )
        return await self.get(key.id)

    async def get(self, key_id: str) -> Key:
        row = await self._connection.fetchrow(
            """
            SELECT tenant_id, id, role, name, hash, created_at, expires_at, revoked_at
              FROM api_keys WHERE id = $1
            """,
            key_id,
        )
        if row is None:
            raise KeyNotFound(key_id)
        return _key(row)

    async def page(self, after: tuple[datetime, str] | None, most: int) -> list[Key]:
        """The tenant's keys, newest first."""
        rows = await self._connection.fetch(
            """
            SELECT tenant_id, id, role, name, hash, created_at, expires_at, revoked_at
              FROM api_keys
             WHERE $1::timestamptz IS NULL OR (created_at <= $1 AND (created_at < $1 OR id > $2))
             ORDER BY created_at DESC, id LIMIT $3
            """,
            *(after or (None, None)),
            most,
        )
        return [_key(row) for row in rows]

    async def revoke(self, key_id: str) -> Key:
        """Revoking twice keeps the first moment."""
        row = await self._connection.fetchrow(
            """
            UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1
            RETURNING tenant_id, id, role, name, hash, created_at, expires_at, revoked_at
            """,
            key_id,
        )
        if row is None:
            raise KeyNotFound(key_id)
        return _key(row)

    async def tenant_of(self, key_id: str) -> str | None:
        """Crosses tenants: whose key this is."""
        return await self._connection.fetchval("SELECT find_key($1)", key_id)  # type: ignore[no-any-return]  # the driver says Any

    async def known(self, key_id: str, tenant_id: str | None) -> Key | None:
        """The key of an active tenant. The transaction is that tenant's from here on."""
        await self._connection.execute(
            "SELECT set_config('cassava.tenant_id', $1, true)", tenant_id or ""
        )
        row = await self._connection.fetchrow(
            """
            SELECT k.tenant_id, k.id, k.role, k.name, k.hash, k.created_at, k.expires_at,
                   k.revoked_at
              FROM api_keys k JOIN tenants t USING (tenant_id)
             WHERE k.id = $1 AND t.state = 'active'
            """,
            key_id,
        )
        return _key(row) if row else None


class LiveTokenStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, token: LiveToken) -> None:
        """Sweeps the tenant's old ones out on the way."""
        await self._connection.execute(
            """
            DELETE FROM live_tokens WHERE hash IN (
              SELECT hash FROM live_tokens WHERE expires_at < now() - interval '1 hour' LIMIT 100
                 FOR UPDATE SKIP LOCKED)
            """
        )
        await self._connection.execute(
            """
            INSERT INTO live_tokens (tenant_id, hash, role, key_id, expires_at)
            VALUES ($1, $2, $3, $4, $5)
            """,
            *(token.tenant_id, token.hash, token.role, token.key_id, token.expires_at),
        )

    async def use(self, token_hash: bytes, now: datetime) -> LiveToken:
        """Of many that try at once, one succeeds. Crosses tenants to find whose it is."""
        tenant_id = await self._connection.fetchval("SELECT find_live_token($1)", token_hash)
        await self._connection.execute(
            "SELECT set_config('cassava.tenant_id', $1, true)", tenant_id or ""
        )
        row = await self._connection.fetchrow(
            """
            UPDATE live_tokens l SET used_at = $2
              FROM tenants t
             WHERE l.hash = $1 AND l.used_at IS NULL AND l.expires_at > $2
               AND t.tenant_id = l.tenant_id AND t.state = 'active'
            RETURNING l.tenant_id, l.hash, l.role, l.key_id, l.expires_at
            """,
            *(token_hash, now),
        )
        if row is None:
            raise LiveTokenInvalid
        return LiveToken(
            row["tenant_id"], row["hash"], row["role"], row["key_id"], row["expires_at"]
        )


def _key(row: Record) -> Key:
    return Key(
        id=row["id"],
        tenant_id=row["tenant_id"],
        role=row["role"],
        name=row["name"],
        hash=row["hash"],
        expires_at=row["expires_at"],
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
    )
