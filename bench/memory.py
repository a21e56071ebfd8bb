"""What the embedded mesh holds: at rest, in a burst, and when that is over.

`python -m bench.memory`: RSS as `ps` adds it up and PSS, of each process with its children.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bench import bodies, ingest, running
from bench.load import drive

_LATER_SECONDS = 45.0
_LOOK_SECONDS = 2.0
_OK = 200

Memory = dict[str, tuple[float, float]]


def main() -> None:
    asked = _arguments()
    with (
        tempfile.TemporaryDirectory(prefix="cassava-bench-") as folder,
        running.mesh(Path(folder) / "mesh") as mesh,
    ):
        _show(asyncio.run(_measure(mesh, asked.webhooks, asked.contacts)))


async def _measure(mesh: running.Running, webhooks: int, contacts: int) -> dict[str, Memory]:
    """By moment, in order; the highest of the burst is the look with the largest sum of RSS."""
    await asyncio.sleep(_LATER_SECONDS)
    looks = {"at rest": _look(mesh)}
    requests = bodies.requests(webhooks, contacts, f"127.0.0.1:{mesh.port}")
    burst = asyncio.create_task(_highest(mesh))
    measured = await drive("127.0.0.1", mesh.port, requests, ingest.CONNECTIONS)
    if measured.statuses[_OK] != webhooks:
        raise RuntimeError(f"not every webhook was accepted: {dict(measured.statuses)}")
    looks["stored"] = _look(mesh)
    await ingest.settled(mesh)
    looks["answered"] = _look(mesh)
    burst.cancel()
    looks["highest"] = max((await burst, *looks.values()), key=_resident)
    await asyncio.sleep(_LATER_SECONDS)
    looks["45 s later"] = _look(mesh)
    return looks


async def _highest(mesh: running.Running) -> Memory:
    """Until it is cancelled."""
    highest: Memory = {}
    try:
        while True:
            highest = max(highest, await asyncio.to_thread(_look, mesh), key=_resident)
            await asyncio.sleep(_LOOK_SECONDS)
    except asyncio.CancelledError:
        return highest


def _look(mesh: running.Running) -> Memory:
    return running.memory(mesh.processes()) | running.alone("cassava up", mesh.process_id)


def _resident(memory: Memory) -> float:
    return sum(rss for rss, _ in memory.values())


def _show(looks: dict[str, Memory]) -> None:
    _row("RSS (PSS), MB", list(looks))
    for name in looks["at rest"]:
        _row(name, [_pair(look.get(name, (0.0, 0.0))) for look in looks.values()])
    sums = [(_resident(look), sum(pss for _, pss in look.values())) for look in looks.values()]
    _row("in all", [_pair(both) for both in sums])


def _pair(both: tuple[float, float]) -> str:
    return f"{both[0]:.0f} ({both[1]:.0f})"


def _row(name: str, cells: list[str]) -> None:
    sys.stdout.write(f"{name:<14}" + "".join(f"{cell:>14}" for cell in cells) + "\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.memory")
    parser.add_argument("--webhooks", type=int, default=2500)
    parser.add_argument("--contacts", type=int, default=800, help="people who write them")
    return parser.parse_args()


if __name__ == "__main__":
    main()
