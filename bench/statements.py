"""Statements that PostgreSQL runs for a message, from its webhook to its figures, by service.

`python -m bench.statements`: the embedded mesh with every statement logged, counted from the log.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

import asyncpg
import uvloop

from bench import bodies, ingest, running, tenant, turns
from bench.load import drive

_PREFIX = "@@%a@@"
# A statement by the extended protocol is told three times; its execution is the one that counts.
_RUN = re.compile(r"^@@(.*?)@@LOG:  duration: ([\d.]+) ms  (?:execute [^:]*|statement): (.*)$")
_WORK = re.compile(r"^@@(.*?)@@LOG:  duration: ([\d.]+) ms")
# Analytics is never older than this; then the last event is counted.
_COUNTED_SECONDS = 3.0
_TOP = 60


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.statements")
    parser.add_argument("--messages", type=int, default=200, help="of each round")
    parser.add_argument("--rate", type=float, default=10.0, help="a second, in the steady round")
    parser.add_argument("--each", action="store_true", help="list the statements")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="cassava-bench-") as folder,
        running.mesh(Path(folder) / "mesh") as mesh,
    ):
        uvloop.run(_measure(mesh, asked))


async def _measure(mesh: running.Running, asked: argparse.Namespace) -> None:
    await tenant.without_debounce(mesh)
    await _log_all(mesh)
    for name, load in (("one by one", _steady), ("in a burst", _burst)):
        await ingest.settled(mesh)
        log = mesh.data / "postgres" / "postgres.log"
        start = log.stat().st_size
        await load(mesh, asked)
        await ingest.settled(mesh)
        await asyncio.sleep(_COUNTED_SECONDS)
        _show(name, log.read_bytes()[start:].decode(errors="replace"), asked)


async def _steady(mesh: running.Running, asked: argparse.Namespace) -> None:
    await turns.measure(mesh, rate=asked.rate, seconds=asked.messages / asked.rate)


async def _burst(mesh: running.Running, asked: argparse.Namespace) -> None:
    posts = bodies.requests(asked.messages, asked.messages, f"127.0.0.1:{mesh.port}")
    await drive("127.0.0.1", mesh.port, posts, ingest.CONNECTIONS)


async def _log_all(mesh: running.Running) -> None:
    connection = await asyncpg.connect(mesh.database_url)
    try:
        await connection.execute(f"ALTER SYSTEM SET log_line_prefix = '{_PREFIX}'")
        await connection.execute("ALTER SYSTEM SET log_min_duration_statement = 0")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


def _show(name: str, log: str, asked: argparse.Namespace) -> None:
    runs: Counter[str] = Counter()
    milliseconds: Counter[str] = Counter()
    each: Counter[tuple[str, str]] = Counter()
    lines = log.splitlines()
    for number, line in enumerate(lines):
        if worked := _WORK.match(line):
            milliseconds[worked[1]] += float(worked[2])  # type: ignore[assignment]  # a sum
        if ran := _RUN.match(line):
            runs[ran[1]] += 1
            whole = " ".join([ran[3], *_rest(lines, number)])
            each[ran[1], " ".join(whole.split())[:100]] += 1
    _say(f"\n{asked.messages} messages {name}: statements and milliseconds of PostgreSQL a message")
    for service, count in runs.most_common():
        if service.endswith("_app"):
            cost = milliseconds[service] / asked.messages
            _say(f"  {service:<16} {count / asked.messages:7.2f}  {cost:7.2f} ms")
    ours = sum(count for service, count in runs.items() if service.endswith("_app"))
    _say(f"  {'all':<16} {ours / asked.messages:7.2f}")
    if asked.each:
        for (service, words), count in each.most_common(_TOP):
            _say(f"  {count / asked.messages:6.2f}  {service}: {words}")


def _rest(lines: list[str], number: int) -> list[str]:
    """The lines that a statement goes on for."""
    rest = []
    for line in lines[number + 1 : number + 8]:
        if line.startswith("@@"):
            break
        rest.append(line)
    return rest


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
