"""Accepting costs the same on the thousandth message as on the first: no table is read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.inbox.contacts import _LOCK_WHAT_IS_FREE

if TYPE_CHECKING:
    from mesh.postgres import Pool


async def plan(pool: Pool, statement: str, types: str) -> str:
    """What a kept plan does, as the ordinary role behind row security."""
    nothing = ", ".join(["NULL"] * (types.count(",") + 1))
    async with pool.transaction("acme") as connection:
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await connection.execute("SET LOCAL enable_seqscan = off")
        await connection.execute(f"PREPARE kept({types}) AS {statement}")
        rows = await connection.fetch(f"EXPLAIN EXECUTE kept({nothing})")
        await connection.execute("DEALLOCATE kept")
    return "\n".join(row[0] for row in rows)


async def test_a_conversation_is_asked_for_by_a_name_and_not_by_an_expression(pool: Pool) -> None:
    assert "COALESCE" not in await plan(pool, _LOCK_WHAT_IS_FREE, "int[], uuid[], bytea[], int")
