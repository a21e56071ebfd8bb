"""Accepting costs the same on the thousandth message as on the first: no table is read whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from services.tickets.inbox.contacts import _LOCK_WHAT_IS_FREE, _OPEN
from services.tickets.inbox.store import _ADD
from tests.tickets.test_inbox import accept, an_item

_LOCKS = "int[], uuid[], bytea[], int"
_OPENS = "text, uuid[], uuid[], bytea[], text[], text[], timestamptz[]"
_ADDS = (
    "text, uuid[], uuid[], text[], bytea[], bytea[], text[], timestamptz[], bytea[], text[],"
    "boolean[], float8, float8, text[], text[], float8, float8, uuid[], bytea[]"
)
_HOT = ((_LOCK_WHAT_IS_FREE, _LOCKS), (_OPEN, _OPENS), (_ADD, _ADDS))

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from mesh.postgres import Pool
    from tests.tickets.api import Api


async def plan(pool: Pool, statement: str, types: str) -> str:
    """What a kept plan does, as the ordinary role behind row security."""
    nothing = ", ".join(["NULL"] * (types.count(",") + 1))
    async with pool.transaction("acme") as connection:
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE kept({types}) AS {statement}")
        rows = await connection.fetch(f"EXPLAIN EXECUTE kept({nothing})")
        await connection.execute("DEALLOCATE kept")
    return "\n".join(row[0] for row in rows)


async def test_a_conversation_is_asked_for_by_a_name_and_not_by_an_expression(pool: Pool) -> None:
    assert "COALESCE" not in await plan(pool, _LOCK_WHAT_IS_FREE, _LOCKS)


@pytest.mark.parametrize("batches", [0, 1, 9])
async def test_on_a_day_without_statistics_rows_are_found_by_their_keys(
    mesh: Api, channel: Channel, pool: Pool, batches: int
) -> None:
    """Of a tenant or an account there are as many rows as it has messages: neither is a key."""
    for batch in range(batches):
        await accept(mesh, *(an_item(channel, who=f"{batch}.{n}") for n in range(32)))

    for statement, types in _HOT:
        found = await plan(pool, statement, types)
        conditions = re.findall(r"Index Cond: (.*)", found)
        alone = re.compile(r"\((tenant|account)_id = .*")
        assert "Seq Scan" not in found
        assert conditions
        assert not [each for each in conditions if alone.match(each) and " AND " not in each]
