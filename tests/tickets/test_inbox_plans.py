"""A message costs the same when it is the thousandth as when it is the first: no table is read
whole, from its acceptance to its reply.
"""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from services.tickets.inbox.contacts import _LOCK_WHAT_IS_FREE, _OPEN
from services.tickets.inbox.store import _ADD
from tests.tickets.builders import a_begun_delivery, a_bot_reply, a_message, finish
from tests.tickets.test_inbox import accept, an_item

_LOCKS = "int[], uuid[], bytea[], int"
_OPENS = "text, uuid[], uuid[], bytea[], text[], text[], timestamptz[]"
_ADDS = (
    "text, uuid[], uuid[], text[], bytea[], bytea[], text[], timestamptz[], bytea[], text[],"
    "boolean[], float8, float8, text[], text[], float8, float8, uuid[], bytea[]"
)
_HOT = ((_LOCK_WHAT_IS_FREE, _LOCKS), (_OPEN, _OPENS), (_ADD, _ADDS))

# A small table whose size is known may well be read whole; here nobody comes and counts.
_NO_STATISTICS = """
DO $$ DECLARE each regclass; BEGIN
  FOR each IN SELECT oid FROM pg_class
               WHERE relnamespace = 'tickets'::regnamespace AND relkind = 'r' LOOP
    EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', each);
  END LOOP;
END $$
"""
# Below what makes a tenant surge, whose turns wait.
_A_BATCH, _BATCHES, _MESSAGES = 15, 40, 5
_SEQUENCED = {"events_unnumbered", "events_pkey"}

if TYPE_CHECKING:
    import asyncpg
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


@pytest.mark.parametrize("are_planned_early", [True, False])
async def test_an_answered_message_reads_a_few_rows_of_each_table_however_full_it_is(
    mesh: Api, channel: Channel, pool: Pool, root: asyncpg.Connection, *, are_planned_early: bool
) -> None:
    """Plans made of empty tables are kept, those of filling ones too; functions and keys count."""
    await root.execute(_NO_STATISTICS)
    if are_planned_early:
        await answered(mesh, channel, "first")
    for batch in range(_BATCHES):
        await accept(mesh, *(an_item(channel, who=f"{batch}.{n}") for n in range(_A_BATCH)))
    await answered(mesh, channel, "next")
    before = await rows_read(pool, root)

    for n in range(_MESSAGES):
        await answered(mesh, channel, f"then {n}")

    read = {name: n - before.get(name, 0) for name, n in (await rows_read(pool, root)).items()}
    # Dead entries of rows that were claimed and left are among them. The sequencer's are not: its
    # connection tells what it has read when it likes, and it reads the batches' events.
    most = _MESSAGES * _BATCHES * _A_BATCH / 3
    assert {n: rows for n, rows in read.items() if n not in _SEQUENCED and rows > most} == {}


async def answered(mesh: Api, channel: Channel, who: str) -> None:
    """A customer writes, and somebody who waited longest gets a reply."""
    await a_message(mesh, channel, who=who)
    await a_bot_reply(mesh)
    delivery, _ = await a_begun_delivery(mesh)
    await finish(mesh, delivery)


async def rows_read(pool: Pool, root: asyncpg.Connection) -> dict[str, int]:
    """By table without, and by index; every connection says first what it has counted."""
    async with AsyncExitStack() as held:
        for _ in range(8):
            connection = await held.enter_async_context(pool.connection())
            await connection.execute("SELECT pg_stat_force_next_flush()")
    rows = await root.fetch(
        """
        SELECT relname AS name, seq_tup_read AS n FROM pg_stat_user_tables
        UNION ALL SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes
        """
    )
    return {row["name"]: row["n"] for row in rows}
