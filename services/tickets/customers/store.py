"""Customers in PostgreSQL; they are made where messages arrive."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from mesh.postgres import certain
from services.tickets.customers.customer import (
    Alias,
    Customer,
    CustomerChangedMeanwhile,
    CustomerNotFound,
    History,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.position import Position

# Nobody has more names; a list must not grow with a broken client.
_ALIASES_MOST = 100

_PAGE = """
SELECT id, tenant_id, name, created_at, version, attributes::text AS attributes,
       marketing_stopped_at IS NOT NULL AS is_marketing_stopped
  FROM customers
 WHERE erased_at IS NULL AND merged_into IS NULL
   AND ($1::timestamptz IS NULL OR (created_at <= $1 AND (created_at < $1 OR id > $2)))
 ORDER BY created_at DESC, id LIMIT $3
"""
# A statement of its own: planned for both, few ids would be sought by walking all customers.
_PAGE_OF_THESE = _PAGE.replace("ORDER BY", "AND id = ANY($4::uuid[]) ORDER BY")


class CustomerStore:
    """A customer who was merged into another is that other one, whichever id is asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, customer_id: UUID) -> Customer:
        row = await self._connection.fetchrow(
            """
            WITH person AS MATERIALIZED (  -- joined by an expression, all customers would be read
              SELECT coalesce(merged_into, id) AS id FROM customers WHERE id = $1)
            SELECT c.id, c.tenant_id, c.name, c.created_at, c.version,
                   c.attributes::text AS attributes,
                   c.marketing_stopped_at IS NOT NULL AS is_marketing_stopped
              FROM person JOIN customers c ON c.id = person.id WHERE c.erased_at IS NULL
            """,
            customer_id,
        )
        if row is None:
            raise CustomerNotFound(customer_id)
        (customer,) = await self._with_aliases([_customer(row)])
        return customer

    async def alone(self, tenant_id: str) -> None:
        """Until the commit nobody else of the tenant says who is who.

        Locks on their rows would not do: whom a customer was merged into is one more row, and
        which one it is may change while we wait for it.
        """
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('people:' || $1, 0))", tenant_id
        )

    async def page(
        self, after: Position | None, most: int, *, alias: str, name_prefix: str
    ) -> list[Customer]:
        """The tenant's customers, newest first; an empty filter lets everything through."""
        ids = await self.one_person(await self.ids_of(alias)) if alias else None
        if name_prefix.strip():
            ids = await self._named(name_prefix, ids, after, most)
        place = (*(after or (None, None)), most)
        rows = (
            await self._connection.fetch(_PAGE, *place)
            if ids is None
            else await self._connection.fetch(_PAGE_OF_THESE, *place, ids)
        )
        return await self._with_aliases([_customer(row) for row in rows])

    async def _named(
        self, words: str, among: Sequence[UUID] | None, after: Position | None, most: int
    ) -> list[UUID]:
        """A page of those whose name has a word that begins with each of these."""
        rows = await self._connection.fetch(
            "SELECT newest_named($1, $2, $3, $4, $5) AS id",
            *(words.replace("\0", " "), among, most),
            *(after or (None, None)),
        )
        return [row["id"] for row in rows]

    async def ids_of(self, value: str) -> list[UUID]:
        """Whom any channel knows by exactly this name."""
        rows = await self._connection.fetch(
            "SELECT DISTINCT customer_id FROM customer_aliases WHERE value = $1 LIMIT 100", value
        )
        return [row["customer_id"] for row in rows]

    async def one_person(self, customer_ids: Sequence[UUID]) -> list[UUID]:
        """Every id that these people ever had."""
        rows = await self._connection.fetch(
            """
            WITH person AS (
              SELECT coalesce(merged_into, id) AS id FROM customers WHERE id = ANY($1::uuid[]))
            SELECT id FROM person
             UNION
            SELECT c.id FROM person JOIN customers c ON c.merged_into = person.id
            """,
            customer_ids,
        )
        return [row["id"] for row in rows]

    async def history(self, customer_id: UUID) -> History:
        row = await self._connection.fetchrow(
            """
            WITH own AS (
              SELECT id, resolved_at, created_at, last_message_at FROM conversations
               WHERE customer_id = ANY($1::uuid[]))
            SELECT count(*)::int AS conversations,
                   count(*) FILTER (WHERE resolved_at IS NULL)::int AS open_conversations,
                   min(created_at) AS first_message_at, max(last_message_at) AS last_message_at,
                   (SELECT count(*)::int FROM tickets t JOIN own ON own.id = t.conversation_id)
                     AS tickets,
                   (SELECT count(*)::int FROM tickets t JOIN own ON own.id = t.conversation_id
                     WHERE t.status IN ('open', 'waiting')) AS open_tickets
              FROM own
            """,
            await self.one_person([customer_id]),
        )
        return History(**dict(certain(row)))

    async def save(self, customer: Customer) -> None:
        """Raise `CustomerChangedMeanwhile` when somebody else was faster."""
        saved = await self._connection.fetchval(
            """
            UPDATE customers SET name = $3, attributes = $4, version = version + 1
             WHERE id = $1 AND version = $2 RETURNING true
            """,
            *(customer.id, customer.version, customer.name),
            json.dumps(dict(customer.attributes)),
        )
        if not saved:
            raise CustomerChangedMeanwhile(customer.id)

    async def merge(self, other_id: UUID, into: UUID) -> None:
        """Its aliases move, so new messages are the survivor's; whoever was merged into it too."""
        await self._connection.execute(
            """
            UPDATE customers SET merged_into = $2, version = version + 1
             WHERE id = $1 OR merged_into = $1
            """,
            *(other_id, into),
        )
        await self._connection.execute(
            "UPDATE customer_aliases SET customer_id = $2 WHERE customer_id = $1",
            *(other_id, into),
        )

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


def _customer(row: Record) -> Customer:
    return Customer(**(dict(row) | {"attributes": json.loads(row["attributes"])}))
