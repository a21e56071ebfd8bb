"""A page of a list costs the same whatever else the tenant has: no table is read whole for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

import bench
from bench.desk import CUSTOMER, LISTS
from services.tickets.conversations.store import ConversationStore
from services.tickets.customers.store import CustomerStore
from services.tickets.privacy.store import ErasureStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mesh.postgres import Connection, Pool

_FILL = Path(bench.__file__).parent / "fill" / "conversations.sql"
_MANY, _CUSTOMERS, _PAGE = 4000, 20_000, 11
_REMOVED = re.compile(r"Rows Removed by (?:Join )?Filter: (\d+)")


class Explained:
    """A connection that keeps how PostgreSQL came to what it gave."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.plans: list[str] = []

    async def execute(self, statement: str, *values: object) -> str:
        return await self._connection.execute(statement, *values)

    async def fetch(self, statement: str, *values: object) -> list[Any]:
        rows = await self._connection.fetch(f"EXPLAIN (ANALYZE) {statement}", *values)
        self.plans.append("\n".join(row[0] for row in rows))
        return await self._connection.fetch(statement, *values)

    async def fetchrow(self, statement: str, *values: object) -> Any:
        return next(iter(await self.fetch(statement, *values)), None)

    async def fetchval(self, statement: str, *values: object) -> Any:
        row = await self.fetchrow(statement, *values)
        return row[0] if row else None


@pytest.fixture
async def explained(database: str, pool: Pool) -> AsyncIterator[Explained]:
    """Of a tenant with many conversations; a table is read whole only where nothing else works."""
    owner = await asyncpg.connect(database)
    await owner.execute(_FILL.read_text().replace(":count", str(_MANY)))
    await owner.close()
    async with pool.transaction("bench") as connection:
        await connection.execute("SET LOCAL enable_seqscan = off")
        yield Explained(connection)


async def test_a_page_of_conversations_looks_at_hardly_more_than_it_shows(
    explained: Explained,
) -> None:
    for name, wanted in LISTS.items():
        await ConversationStore(explained).page(None, _PAGE, wanted)  # type: ignore[arg-type]

        for plan in explained.plans:
            assert "Seq Scan on c" not in plan, (name, plan)
            assert sum(map(int, _REMOVED.findall(plan))) < _MANY / 10, (name, plan)
        explained.plans.clear()


async def test_a_customer_is_looked_up_and_not_searched_for(explained: Explained) -> None:
    customers = CustomerStore(explained)  # type: ignore[arg-type]

    await customers.get(CUSTOMER)
    await customers.one_person([CUSTOMER])
    await ErasureStore(explained).root_of(CUSTOMER)  # type: ignore[arg-type]

    assert len(explained.plans) >= 3
    assert not [plan for plan in explained.plans if "Seq Scan on customers" in plan]


@pytest.mark.parametrize("words", ["ada", "customer"])
async def test_a_name_is_looked_up_whether_many_have_it_or_few(
    words: str, database: str, explained: Explained
) -> None:
    owner = await asyncpg.connect(database, server_settings={"search_path": "tickets"})
    await owner.execute(
        """
        INSERT INTO customers (tenant_id, id, name, created_at)
        SELECT 'bench', gen_random_uuid(),
               CASE WHEN n % 5000 = 0 THEN 'Ada ' ELSE 'Customer ' END || n,
               now() - n * interval '1 s'
          FROM generate_series(1, $1::int) n
        """,
        _CUSTOMERS,
    )
    await owner.close()

    found = await CustomerStore(explained).page(None, _PAGE, alias="", name_prefix=words)  # type: ignore[arg-type]

    looked_at = await explained.fetchval(
        """
        SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables
         WHERE relname = 'customers'
        """
    )
    assert len(found) == (4 if words == "ada" else _PAGE)
    assert len(found) < looked_at < _CUSTOMERS / 2  # each page is asked for twice


async def test_what_is_open_of_an_intent_is_found_beside_all_that_is_resolved(
    explained: Explained,
) -> None:
    wanted = LISTS["open, of an intent that is resolved"]

    await ConversationStore(explained).page(None, _PAGE, wanted)  # type: ignore[arg-type]

    assert "conversations_of_intent_open" in explained.plans[0]
    assert not _REMOVED.findall(explained.plans[0])
