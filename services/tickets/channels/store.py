"""Channel accounts and their sealed secrets in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from asyncpg.exceptions import UniqueViolationError

from services.tickets.channels.channel_account import (
    ChannelAccount,
    ChannelChangedMeanwhile,
    ChannelExists,
    ChannelNotFound,
)
from services.tickets.channels.secret import SealedSecret

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection


class Held(NamedTuple):
    """An account with what only the mesh may see of it."""

    account: ChannelAccount
    secrets: list[SealedSecret]
    is_tenant_active: bool


class ChannelStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, account: ChannelAccount) -> ChannelAccount:
        """Raise `ChannelExists` when its id or external id is taken, by whomever."""
        row = await self._connection.fetchrow(
            """
            INSERT INTO channel_accounts (tenant_id, id, kind, external_id, business_account_id,
                   name, sandbox, state, on_perhaps_sent, reply_url)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT DO NOTHING
            RETURNING tenant_id, id, kind, external_id, business_account_id, name, sandbox, state,
                      reply_url, version, created_at, alert, alert_at
            """,
            *(account.tenant_id, account.id, account.kind, account.external_id),
            *(account.business_account_id, account.name, account.sandbox, account.state),
            *(account.on_perhaps_sent, account.reply_url),
        )
        if row is None:
            raise ChannelExists
        return _account(row)

    async def get(self, channel_id: UUID) -> ChannelAccount:
        row = await self._connection.fetchrow(
            """
            SELECT tenant_id, id, kind, external_id, business_account_id, name, sandbox, state,
                   reply_url, version, created_at, alert, alert_at
              FROM channel_accounts WHERE id = $1
            """,
            channel_id,
        )
        if row is None:
            raise ChannelNotFound(channel_id)
        return _account(row)

    async def page(self, after: tuple[datetime, UUID] | None, most: int) -> list[ChannelAccount]:
        """The tenant's accounts, oldest first."""
        rows = await self._connection.fetch(
            """
            SELECT tenant_id, id, kind, external_id, business_account_id, name, sandbox, state,
                   reply_url, version, created_at, alert, alert_at
              FROM channel_accounts
             WHERE $1::timestamptz IS NULL OR (created_at, id) > ($1, $2::uuid)
             ORDER BY created_at, id LIMIT $3
            """,
            *(after or (None, None)),
            most,
        )
        return [_account(row) for row in rows]

    async def save(self, account: ChannelAccount) -> ChannelAccount:
        """Active again lifts a pause. Raise `ChannelExists` or `ChannelChangedMeanwhile`."""
        try:
            row = await self._save(account)
        except UniqueViolationError:
            raise ChannelExists from None
        if row is None:
            raise ChannelChangedMeanwhile(account.id)
        return _account(row)

    async def _save(self, account: ChannelAccount) -> Record | None:
        return await self._connection.fetchrow(
            """
            UPDATE channel_accounts
               SET external_id = $3, business_account_id = $4, name = $5, sandbox = $6, state = $7,
                   reply_url = $8, version = version + 1,
                   paused_until = CASE WHEN $7 = 'active' THEN NULL ELSE paused_until END
             WHERE id = $1 AND version = $2
            RETURNING tenant_id, id, kind, external_id, business_account_id, name, sandbox, state,
                      reply_url, version, created_at, alert, alert_at
            """,
            *(account.id, account.version, account.external_id, account.business_account_id),
            *(account.name, account.sandbox, account.state, account.reply_url),
        )

    async def turn_off(self) -> None:
        """All of the tenant's: nothing leaves by them any more."""
        await self._connection.execute(
            "UPDATE channel_accounts SET state = 'off', version = version + 1 WHERE state <> 'off'"
        )

    async def replace_secrets(
        self, account: ChannelAccount, kinds: Iterable[str], secrets: Sequence[SealedSecret]
    ) -> None:
        """All secrets of these kinds give way to the new ones."""
        await self._connection.execute(
            "DELETE FROM channel_secrets WHERE account_id = $1 AND kind = ANY($2::text[])",
            *(account.id, list(kinds)),
        )
        await self._connection.executemany(
            """
            INSERT INTO channel_secrets (tenant_id, account_id, id, kind, sealed, hash)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [(account.tenant_id, account.id, s.id, s.kind, s.sealed, s.hash) for s in secrets],
        )

    async def held(self, channel_ids: Sequence[UUID]) -> list[Held]:
        """The tenant's accounts with their sealed secrets, newest secret first."""
        rows = await self._connection.fetch(
            """
            SELECT a.tenant_id, a.id, a.kind, a.external_id, a.business_account_id, a.name,
                   a.sandbox, a.state, a.reply_url, a.version, a.created_at, a.alert,
                   a.alert_at, t.state = 'active' AS is_tenant_active,
                   s.ids, s.kinds, s.sealed
              FROM channel_accounts a JOIN tenants t USING (tenant_id)
              CROSS JOIN LATERAL (
                SELECT array_agg(s.id ORDER BY s.created_at DESC, s.id DESC) AS ids,
                       array_agg(s.kind ORDER BY s.created_at DESC, s.id DESC) AS kinds,
                       array_agg(s.sealed ORDER BY s.created_at DESC, s.id DESC) AS sealed
                  FROM channel_secrets s WHERE s.account_id = a.id) s
             WHERE a.id = ANY($1::uuid[]) ORDER BY a.created_at, a.id
            """,
            channel_ids,
        )
        return [Held(_account(row), _secrets(row), row["is_tenant_active"]) for row in rows]

    async def oldest(self, kind: str) -> list[UUID]:
        """The tenant's first account of a kind that is not off; none or one."""
        rows = await self._connection.fetch(
            """
            SELECT id FROM channel_accounts WHERE kind = $1 AND state <> 'off'
             ORDER BY created_at, id LIMIT 1
            """,
            kind,
        )
        return [row["id"] for row in rows]


def _account(row: Record) -> ChannelAccount:
    return ChannelAccount(
        tenant_id=row["tenant_id"],
        id=row["id"],
        kind=row["kind"],
        external_id=row["external_id"],
        business_account_id=row["business_account_id"],
        name=row["name"],
        sandbox=row["sandbox"],
        state=row["state"],
        reply_url=row["reply_url"],
        version=row["version"],
        created_at=row["created_at"],
        alert=row["alert"],
        alert_at=row["alert_at"],
    )


def _secrets(row: Record) -> list[SealedSecret]:
    kept = zip(row["ids"] or (), row["kinds"] or (), row["sealed"] or (), strict=True)
    return [SealedSecret(id_, row["id"], kind, sealed) for id_, kind, sealed in kept]
