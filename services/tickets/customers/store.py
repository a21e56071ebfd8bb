"""Customers in PostgreSQL, to be read; they are made where messages arrive."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from services.tickets.customers.customer import Alias, Customer, CustomerNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from mesh.postgres import Connection
    from services.tickets.position import Position

# Nobody has more names; a list must not grow with a broken client.
_ALIASES_MOST = 100


class CustomerStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, customer_id: UUID) -> Customer:
        row = await self._connection.fetchrow(
            """
            SELECT id, tenant_id, name, created_at,
                   marketing_stopped_at IS NOT NULL AS is_marketing_stopped FROM customers
             WHERE id = $1 AND erased_at IS NULL
            """,
            customer_id,
        )
        if row is None:
            raise CustomerNotFound(customer_id)
        (customer,) = await self._with_aliases([Customer(**dict(row))])
        return customer

    async def page(self, after: Position | None, most: int) -> list[Customer]:
        """The tenant's customers, newest first."""
        rows = await self._connection.fetch(
            """
            SELECT id, tenant_id, name, created_at,
                   marketing_stopped_at IS NOT NULL AS is_marketing_stopped FROM customers
             WHERE erased_at IS NULL
               AND ($1::timestamptz IS NULL OR (created_at <= $1 AND (created_at < $1 OR id > $2)))
             ORDER BY created_at DESC, id LIMIT $3
            """,
            *(after or (None, None)),
            most,
        )
        return await self._with_aliases([Customer(**dict(row)) for row in rows])

    async def ids_of(self, value: str) -> list[UUID]:
        """Whom any channel knows by exactly this name."""
        rows = await self._connection.fetch(
            "SELECT DISTINCT customer_id FROM customer_aliases WHERE value = $1 LIMIT 100", value
        )
        return [row["customer_id"] for row in rows]

    async def _with_aliases(self, customers: Sequence[Customer]) -> list[Customer]:
        rows = await self._connection.fetch(
            """
            SELECT a.customer_id, a.kind, a.value, a.account_id
              FROM unnest($1::uuid[]) AS c (id) CROSS JOIN LATERAL (
                SELECT customer_id, kind, value, account_id FROM customer_aliases
                 WHERE customer_id = c.id ORDER BY kind, value LIMIT $2) a
            """,
            *([customer.id for customer in customers], _ALIASES_MOST),
        )
        known: dict[UUID, list[Alias]] = {}
        for row in rows:
            alias = Alias(row["kind"], row["value"], row["account_id"])
            known.setdefault(row["customer_id"], []).append(alias)
        return [dataclasses.replace(c, aliases=tuple(known.get(c.id, ()))) for c in customers]
