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
_MANY, _PAGE = 4000, 11
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
