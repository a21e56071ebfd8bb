"""`make bench`: the figures of docs/performance.md, measured here and now, in one run."""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop

from bench import ingest, normalising, running, tenant, turns
from bench.load import Measured

_RESULTS = Path(__file__).parent / "results"
_RATES = (1.0, 10.0, 50.0)


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="cassava-bench-") as folder:
        data = Path(folder) / "mesh"
        with running.mesh(data) as mesh:
            figures: dict[str, Any] = {"boot_first_seconds": mesh.boot_seconds}
            figures["normalised_bodies_per_second"] = normalising.per_second()
            _say(f"ready after {mesh.boot_seconds:.1f} s; measuring")
            figures |= uvloop.run(_measure(mesh, asked))
            figures["memory_mb"] = _memory(mesh)
        with running.mesh(data) as mesh:
            figures["boot_later_seconds"] = mesh.boot_seconds
        shutil.rmtree(data, ignore_errors=True)
    _show(figures)
    _keep(figures)


async def _measure(mesh: running.Running, asked: argparse.Namespace) -> dict[str, Any]:
    # First, with the tenant's usual debounce: a burst is stored before its answers begin.
    found = await ingest.measure(mesh, webhooks=asked.webhooks, rounds=asked.rounds)
    _say(f"webhooks: {found.ours_per_second:.0f}/s beside {found.plain_per_second:.0f}/s")
    await tenant.without_debounce(mesh)
    replies = {}
    for rate in _RATES:
        measured = await turns.measure(mesh, rate=rate, seconds=asked.seconds)
        replies[f"{rate:g}"] = _milliseconds(measured)
        _say(f"replies at {rate:g}/s: p50 {measured.percentile(0.5):.0f} ms")
    return {
        "reply_ms_by_rate": replies,
        "echo_calls_per_second": found.echo_per_second,
        "plain_webhooks_per_second": found.plain_per_second,
        "plain_ms": _milliseconds(_middle(found.plain)),
        "webhooks_per_second": found.ours_per_second,
        "webhook_ms": _milliseconds(_middle(found.ours)),
        "to_plain": found.ours_per_second / found.plain_per_second,
        "to_echo": found.ours_per_second / found.echo_per_second,
    }


def _middle(rounds: list[Measured]) -> Measured:
    """The round with the median rate."""
    return sorted(rounds, key=lambda m: m.per_second)[len(rounds) // 2]


def _milliseconds(measured: Measured) -> dict[str, float]:
    return {"p50": measured.percentile(0.5), "p99": measured.percentile(0.99)}


def _memory(mesh: running.Running) -> dict[str, dict[str, float]]:
    found = running.memory(mesh.processes())
    return {name: {"rss": rss, "pss": pss} for name, (rss, pss) in found.items()}


def _show(figures: dict[str, Any]) -> None:
    memory = figures["memory_mb"]
    rows = [
        ("bare grpc.aio echo, 64 in flight", f"{figures['echo_calls_per_second']:.0f}/s"),
        ("plain FastAPI + asyncpg, hit directly", f"{figures['plain_webhooks_per_second']:.0f}/s"),
        ("durable webhooks through Envoy", f"{figures['webhooks_per_second']:.0f}/s"),
        ("  to plain, to echo", f"{figures['to_plain']:.2f} x, {figures['to_echo']:.2f} x"),
        ("  p50, p99", _pair(figures["webhook_ms"])),
        ("WhatsApp bodies read, one core", f"{figures['normalised_bodies_per_second']:.0f}/s"),
        ("  plain's p50, p99", _pair(figures["plain_ms"])),
        *(
            (f"message to reply at {rate}/s, p50, p99", _pair(ms))
            for rate, ms in figures["reply_ms_by_rate"].items()
        ),
        ("first start, later start", _seconds(figures)),
        *((f"memory {name}, rss (pss)", _megabytes(m)) for name, m in memory.items()),
        ("memory in all, rss (pss)", _megabytes(_sum(memory))),
    ]
    for name, value in rows:
        _say(f"{name:<42} {value}")


def _pair(ms: dict[str, float]) -> str:
    return f"{ms['p50']:.0f} ms, {ms['p99']:.0f} ms"


def _seconds(figures: dict[str, Any]) -> str:
    return f"{figures['boot_first_seconds']:.1f} s, {figures['boot_later_seconds']:.1f} s"


def _megabytes(memory: dict[str, float]) -> str:
    return f"{memory['rss']:.0f} MB ({memory['pss']:.0f} MB)"


def _sum(memory: dict[str, dict[str, float]]) -> dict[str, float]:
    return {kind: sum(m[kind] for m in memory.values()) for kind in ("rss", "pss")}


def _keep(figures: dict[str, Any]) -> None:
    """One JSON a run: machine, commit, figures."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - whatever git there is
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    machine = {"system": platform.platform(), "python": platform.python_version()}
    file = _RESULTS / f"{time.strftime('%Y-%m-%d')}-{commit or 'none'}.json"
    _RESULTS.mkdir(exist_ok=True)
    kept = {"commit": commit, "machine": machine, "figures": figures}
    file.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
    _say(f"kept in {file}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--webhooks", type=int, default=4000, help="a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each reply rate")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
