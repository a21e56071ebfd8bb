"""A dashboard costs the same whatever else the tenant has: its kept plans read no table whole."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services.analytics.period import Period
from services.analytics.reports.store import ReportStore
from tests.analytics.event_log import DAY, TENANT

if TYPE_CHECKING:
    from mesh.postgres import Connection, Pool

_WHOLE = re.compile(r"(?:Seq Scan|Bitmap Heap Scan|Materialize|Hash Join|Merge Join).*")


async def kept_plans(connection: Connection) -> dict[str, str]:
    """By statement, of those that the connection keeps with plans for any period at all."""
    kept = await connection.fetch(
        "SELECT name, statement, cardinality(parameter_types) AS parameters"
        " FROM pg_prepared_statements WHERE cardinality(parameter_types) > 5"
    )
    plans = {}
    for name, statement, parameters in kept:
        nothing = ", ".join(["NULL"] * parameters)
        rows = await connection.fetch(f'EXPLAIN EXECUTE "{name}"({nothing})')
        plans[statement] = "\n".join(row[0] for row in rows)
    return plans


async def test_a_dashboards_kept_plans_read_ranges_of_indexes(pool: Pool) -> None:
    """What ends a minute after any moment passes for a good part of a table of millions."""
    async with pool.transaction(TENANT, readonly=True, of_one_moment=True) as connection:
        period = Period.until(DAY, 7, ZoneInfo("UTC"))
        await ReportStore(connection, TENANT, 1).dashboard(period, DAY + timedelta(minutes=7))
        plans = await kept_plans(connection)

    assert len(plans) == 3
    for plan in plans.values():
        assert "Index" in plan
        assert _WHOLE.findall(plan) == []
