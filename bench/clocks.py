"""Promises that run: how late a breach is told, and how soon an edited calendar reaches them all.

`python -m bench.clocks [--clocks 100000]`, on a PostgreSQL of its own with fsync on.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path

import asyncpg
from cassava.tickets.v1 import sla_pb2

from bench.load import Measured
from cli.embedded.postgres import Postgres
from cli.migrate import migrate
from mesh.postgres import Pool, open_pool
from mesh.valkey import Valkey
from services.tickets.bells import Bells
from services.tickets.sla.alarm import Alarm
from services.tickets.sla.promises import CalendarStore
from services.tickets.sla.reckoning import Reckoner

_FILL = Path(__file__).parent / "fill"
_TENANT = "bench"
# `md5('office')`, as the fill names it.
_CALENDAR = uuid.UUID("e72f4545eb68c96c754f91fc01573517")
_LATE = """
SELECT (payload->>'late_seconds')::float8 AS late FROM tickets.events WHERE kind = 'sla.breached'
"""


def _calendar(closes: str) -> bytes:
    frames = [sla_pb2.TimeFrame(start="00:00", end=closes)]
    weekly = [sla_pb2.WeekdayHours(weekday=day, frames=frames) for day in range(1, 8)]  # type: ignore[arg-type]  # Monday to Sunday
    calendar = sla_pb2.Calendar(name="Office", time_zone="Europe/Berlin", weekly=weekly)
    return calendar.SerializeToString()


async def _measure(database: str, count: int) -> None:
    await migrate(database)
    filling = await asyncpg.connect(database)
    whole_day = "\\x" + _calendar("24:00").hex()
    for fill in ("conversations", "clocks"):
        statements = (_FILL / f"{fill}.sql").read_text().replace(":count", str(count))
        await filling.execute(statements.replace(":calendar", whole_day), timeout=3600)
    due = await filling.fetchval(
        "SELECT count(*) FROM tickets.sla_clocks WHERE alarm_at < now() + interval '3 min'"
    )
    async with open_pool(database, schema="tickets", role="tickets_app") as pool:
        await _breaches(pool, filling, count, due)
        await _edit(pool, count)
    await filling.close()


async def _breaches(pool: Pool, looking: asyncpg.Connection, count: int, due: int) -> None:
    stop, valkey = asyncio.Event(), Valkey(None)
    ringing = asyncio.create_task(Alarm(pool, Bells(valkey), valkey).run(stop))
    late: list[asyncpg.Record] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(180):
            while len(late) < due:
                await asyncio.sleep(1)
                late = await looking.fetch(_LATE)
    stop.set()
    await ringing
    measured = Measured(milliseconds=[1000 * row["late"] for row in late])
    p50, p99 = measured.percentile(0.5), measured.percentile(0.99)
    _say(f"{count:,} clocks run, {len(late):,} of {due:,} broke within 20 s:")
    _say(f"  told p50 {p50:.0f} ms, p99 {p99:.0f} ms after their instant")


async def _edit(pool: Pool, count: int) -> None:
    started = time.perf_counter()
    async with pool.transaction(_TENANT) as connection:
        await CalendarStore(connection).save(_CALENDAR, 1, _calendar("18:00"))
    returned = time.perf_counter() - started
    reckoner, batches = Reckoner(pool), Measured()
    while True:
        began = time.perf_counter()
        if not await reckoner.some():
            break
        batches.milliseconds.append((time.perf_counter() - began) * 1000)
    took = time.perf_counter() - started
    _say(
        f"its calendar edited: {returned * 1000:.0f} ms, all {count:,} due anew after {took:.1f} s"
    )
    p50, p99 = batches.percentile(0.5), batches.percentile(0.99)
    _say(f"  a batch holds its rows p50 {p50:.0f} ms, p99 {p99:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.clocks")
    parser.add_argument("--clocks", type=int, default=100_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cassava-bench-") as folder:
        server = Postgres(Path(folder) / "postgres")
        server.start()
        try:
            asyncio.run(_measure(server.create_database("clocks"), asked.clocks))
        finally:
            server.stop()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
