"""What a message costs each part, in processor time, WAL and disk: what docs/scale.md counts with.

`python -m bench.unit_costs`: the embedded mesh takes messages in with its worker held, then answers
them. Processor time is read from /proc, so other work on the machine disturbs it little. What is
found goes to bench/unit_costs.json, which `python -m bench.scale` reads.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg
import uvloop

from bench import bodies, running, tenant
from bench.ingest import CONNECTIONS, settled
from bench.load import drive

RESULT = Path(__file__).parent / "unit_costs.json"
_TICKS = os.sysconf("SC_CLK_TCK")
# The sequencer and analytics come a little later than what they count.
_COUNTED_SECONDS = 4.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.unit_costs")
    parser.add_argument("--messages", type=int, default=400)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="cassava-bench-") as folder,
        running.mesh(Path(folder) / "mesh") as mesh,
    ):
        found = uvloop.run(_measure(mesh, asked.messages))
    text = json.dumps(found, indent=2) + "\n"
    RESULT.write_text(text)
    sys.stdout.write(text)


async def _measure(mesh: running.Running, messages: int) -> dict[str, Any]:
    await tenant.without_debounce(mesh)
    # One round that is not counted: first calls import, connect and fill caches.
    await _take_in(mesh, 50)
    await settled(mesh)
    worker = mesh.processes()["worker"]
    os.kill(worker, signal.SIGSTOP)
    try:
        before = await _meters(mesh)
        await _take_in(mesh, messages)
        await asyncio.sleep(_COUNTED_SECONDS)
        stored = await _meters(mesh)
    finally:
        os.kill(worker, signal.SIGCONT)
    await settled(mesh)
    await asyncio.sleep(_COUNTED_SECONDS)
    answered = await _meters(mesh)
    return {
        "measured": time.strftime("%Y-%m-%d"),
        "commit": _commit(),
        "load_average": os.getloadavg()[1],
        "messages": messages,
        "intake": _each(before, stored, messages),
        "answer": _each(stored, answered, messages),
    }


async def _take_in(mesh: running.Running, messages: int) -> None:
    """Each from a customer of its own, so that each is a turn."""
    requests = bodies.requests(messages, messages, f"127.0.0.1:{mesh.port}")
    await drive("127.0.0.1", mesh.port, requests, CONNECTIONS)


async def _meters(mesh: running.Running) -> dict[str, float]:
    """Milliseconds of processor time by process; bytes of WAL and of the database."""
    meters = {f"{name}_ms": _milliseconds(pid) for name, pid in mesh.processes().items()}
    connection = await asyncpg.connect(mesh.database_url)
    try:
        wal = await connection.fetchval(
            "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8"
        )
        disk = await connection.fetchval("SELECT pg_database_size(current_database())::float8")
    finally:
        await connection.close()
    return meters | {"wal_bytes": wal, "disk_bytes": disk}


def _milliseconds(pid: int) -> float:
    """Of a process, of those it has and of those it had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(int(each) for each in fields[11:15]) * 1000 / _TICKS
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(_milliseconds(int(child)) for child in children)


def _each(before: dict[str, float], after: dict[str, float], messages: int) -> dict[str, float]:
    return {name: round((after[name] - before[name]) / messages, 3) for name in sorted(after)}


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - whatever git there is
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


if __name__ == "__main__":
    main()
