"""What the desk waits for with many conversations: lists and the dashboard, on PostgreSQL alone.

`python -m bench.desk`: fills a cluster of its own as a superuser, then asks as the services ask.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg

from bench.load import Measured
from cli.embedded.postgres import Postgres
from cli.migrate import migrate
from mesh.postgres import open_pool
from services.analytics.period import Period
from services.analytics.reports.store import ReportStore
from services.tickets.conversations.listing import Wanted
from services.tickets.conversations.store import ConversationStore

_FILL = Path(__file__).parent / "fill"
# No keys are checked and no triggers fire; what is sorted and counted stays in memory.
_FILLING = {
    "search_path": "analytics",
    "session_replication_role": "replica",
    "synchronous_commit": "off",
    "maintenance_work_mem": "512MB",
    "work_mem": "1GB",
}
_TENANT = "bench"
_AGENT = uuid.UUID(int=7)
_TEAM = uuid.UUID(int=9)
CUSTOMER = uuid.UUID("a9f7e979-65d6-cf79-9a52-9102a973b8b9")
_PAGE = 51
_MONTHS_AGO = datetime.now(UTC) - timedelta(days=200)
_A_DAY_LATER = _MONTHS_AGO + timedelta(days=1)
LISTS = {
    "newest first": Wanted(),
    "open": Wanted(status="open"),
    "open, of an agent": Wanted(status="open", assignee_id=_AGENT),
    "waiting for a person": Wanted(status="open", holder="queued"),
    "of an intent": Wanted(intent="intent_3"),
    "of a channel": Wanted(channel="telegram"),
    "with a word": Wanted(words="parcel7"),
    "with a word that some messages hold": Wanted(words="hurry"),
    "with a word in every message": Wanted(words="where"),
    "with two words, resolved": Wanted(status="resolved", words="hurry parcel50"),
    "resolved": Wanted(status="resolved"),
    "snoozed": Wanted(status="snoozed"),
    "held by a person": Wanted(holder="person"),
    "of an account": Wanted(account_id=uuid.UUID("0cc175b9-c0f1-b6a8-31c3-99e269772661")),
    "of an agent": Wanted(assignee_id=_AGENT),
    "of nobody": Wanted(unassigned=True),
    "open, waiting, of nobody": Wanted(status="open", holder="queued", unassigned=True),
    "of a team": Wanted(team_id=_TEAM),
    "of a team without any": Wanted(team_id=_AGENT),
    "with a rare tag": Wanted(tag="vip"),
    "with a common tag": Wanted(tag="seen"),
    "of an intent that none has": Wanted(intent="nothing"),
    "of an urgency": Wanted(urgency="high"),
    "of a mood that none has": Wanted(sentiment="very_negative"),
    "of a language that none has": Wanted(language="sw"),
    "of a customer": Wanted(customer_ids=[CUSTOMER]),
    "opened in one old day": Wanted(opened_after=_MONTHS_AGO, opened_before=_A_DAY_LATER),
    "open, of an intent, high": Wanted(status="open", urgency="high", intent="intent_10"),
    "open, of an intent that is resolved": Wanted(status="open", intent="intent_3"),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.desk")
    parser.add_argument("--conversations", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, nargs="*", default=[100_000, 10_000_000])
    parser.add_argument("--calls", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cassava-bench-") as folder:
        server = Postgres(Path(folder) / "postgres", fsync=False)  # it is only read
        server.start()
        try:
            asyncio.run(_measure(server, asked))
        finally:
            server.stop()


async def _measure(server: Postgres, asked: argparse.Namespace) -> None:
    if asked.conversations:
        database = await _filled(server, "lists", "conversations", asked.conversations)
        await _lists(database, asked.calls)
    took: list[Measured] = []
    for messages in asked.messages:
        database = await _filled(server, f"facts_{messages}", "facts", messages)
        took.append(await _dashboard(database, messages, asked.calls))
        server.drop_database(f"facts_{messages}")
    for messages, each in zip(asked.messages[1:], took[1:], strict=True):
        p50, p99 = (each.percentile(at) / took[0].percentile(at) for at in (0.5, 0.99))
        _say(f"  {messages:,} messages: p50 {p50:.2f} times, p99 {p99:.2f} times the first's")


async def _filled(server: Postgres, name: str, fill: str, count: int) -> str:
    """By one file, or by a folder of them: those with one number run side by side."""
    database, started = server.create_database(name), time.perf_counter()
    await migrate(database)
    files = sorted(_FILL.glob(f"{fill}/*.sql")) or [_FILL / f"{fill}.sql"]
    for stage, together in groupby(files, key=lambda file: file.name[0]):
        begun = time.perf_counter()
        await asyncio.gather(*(_run(database, file.read_text(), count) for file in together))
        if fill == "facts":
            _say(f"  stage {stage} in {time.perf_counter() - begun:.0f} s")
    await _run(database, "VACUUM (ANALYZE)", count)
    _say(f"{count:,} {fill} in {time.perf_counter() - started:.0f} s")
    return database


async def _run(database: str, statements: str, count: int) -> None:
    connection = await asyncpg.connect(database, server_settings=_FILLING)
    await connection.execute(statements.replace(":count", str(count)), timeout=3600)
    await connection.close()


async def _lists(database: str, calls: int) -> None:
    async with open_pool(database, schema="tickets", role="tickets_app") as pool:
        for name, wanted in LISTS.items():

            async def page(wanted: Wanted = wanted) -> None:
                async with pool.transaction(_TENANT, readonly=True) as connection:
                    await ConversationStore(connection).page(None, _PAGE, wanted)

            await _time(f"list: {name}", page, calls)


async def _dashboard(database: str, messages: int, calls: int) -> Measured:
    period = Period.until(datetime.now(UTC), 7, ZoneInfo("UTC"))
    async with open_pool(database, schema="analytics", role="analytics_app") as pool:

        async def dashboard() -> None:
            async with pool.transaction(_TENANT, readonly=True, of_one_moment=True) as connection:
                await ReportStore(connection, _TENANT, 1).dashboard(period, datetime.now(UTC))

        return await _time(f"dashboard of 7 days, {messages:,} messages", dashboard, calls)


async def _time(name: str, ask: Callable[[], Awaitable[None]], calls: int) -> Measured:
    measured = Measured()
    await ask()
    for _ in range(calls):
        started = time.perf_counter()
        await ask()
        measured.milliseconds.append((time.perf_counter() - started) * 1000)
    p50, p99 = measured.percentile(0.5), measured.percentile(0.99)
    _say(f"  {name:<46} p50 {p50:6.1f} ms   p99 {p99:6.1f} ms")
    return measured


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
