"""Finding accounts while no tenant is known: ids across tenants, the rest under each one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection

# A body that names no account is tried against so many accounts' secrets, not more.
ACCOUNTS_MOST = 1000


class AccountSearch:
    """Every answer: account ids by tenant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def by_external_id(self, kind: str, external_id: str) -> dict[str, list[UUID]]:
        return _by_tenant(
            await self._connection.fetch(
                "SELECT tenant_id, account_id FROM find_accounts_by_external($1, $2)",
                *(kind, external_id),
            )
        )

    async def by_business(self, kind: str, business_account_id: str) -> dict[str, list[UUID]]:
        return _by_tenant(
            await self._connection.fetch(
                "SELECT tenant_id, account_id FROM find_accounts_by_business($1, $2)",
                *(kind, business_account_id),
            )
        )

    async def by_id(self, account_id: UUID) -> dict[str, list[UUID]]:
        return _by_tenant(
            await self._connection.fetch(
                "SELECT tenant_id, account_id FROM find_account_by_id($1)", account_id
            )
        )

    async def by_token_hash(self, kind: str, token_hash: bytes) -> dict[str, list[UUID]]:
        return _by_tenant(
            await self._connection.fetch(
                "SELECT tenant_id, account_id FROM find_accounts_by_token_hash($1, $2)",
                *(kind, token_hash),
            )
        )

    async def all(self, kind: str) -> dict[str, list[UUID]]:
        return _by_tenant(
            await self._connection.fetch(
                "SELECT tenant_id, account_id FROM list_accounts($1, $2)", *(kind, ACCOUNTS_MOST)
            )
        )

    async def see(self, tenant_id: str) -> None:
        """From here on the transaction is this tenant's."""
        await self._connection.execute(
            "SELECT set_config('cassava.tenant_id', $1, true)", tenant_id
        )


def _by_tenant(rows: Iterable[Record]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    for row in rows:
        found.setdefault(row["tenant_id"], []).append(row["account_id"])
    return found
