"""The embedded mesh for a bench: started by its own command, in a directory of its own, and
stopped again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.embedded.places import free_ports

_CASSAVA = [sys.executable, "-m", "cli"]
_WAIT_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Running:
    """A mesh that serves; `boot_seconds` from the command to ready."""

    data: Path
    port: int
    boot_seconds: float
    status: dict[str, Any]

    @property
    def database_url(self) -> str:
        return str(self.status["database_url"])

    @property
    def process_id(self) -> int:
        """Of `cassava up` itself, which watches the others."""
        return int(self.status["pid"])

    def processes(self) -> dict[str, int]:
        """Name to process id, as they are now."""
        return {p["name"]: p["pid"] for p in status(self.data)["processes"] if p["pid"]}


@contextmanager
def mesh(data: Path, **environment: str) -> Iterator[Running]:
    """Up, and down again whatever happens."""
    port, env = free_port(), {**os.environ, **environment}
    started = time.perf_counter()
    command = [*_CASSAVA, "up", "--detach", "--data", str(data), "--port", str(port)]
    subprocess.run(command, check=True, env=env, timeout=_WAIT_SECONDS, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
    seconds = time.perf_counter() - started
    try:
        yield Running(data, port, seconds, status(data))
    finally:
        down = [*_CASSAVA, "down", "--data", str(data)]
        subprocess.run(down, check=False, env=env, timeout=_WAIT_SECONDS, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves


def status(data: Path) -> dict[str, Any]:
    told = subprocess.run(  # noqa: S603 - ourselves
        [*_CASSAVA, "status", "--json", "--data", str(data)],
        check=True,
        capture_output=True,
        timeout=_WAIT_SECONDS,
    )
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def free_port() -> int:
    return free_ports(1)[0]


def memory(process_ids: dict[str, int]) -> dict[str, tuple[float, float]]:
    """Name to (resident, proportional) MB, children included; shared pages count once in the
    second.
    """
    return {name: _tree(pid) for name, pid in process_ids.items()}


def alone(name: str, process_id: int) -> dict[str, tuple[float, float]]:
    """As `memory`, of one process without its children."""
    return {name: _one(process_id)}


def _tree(pid: int) -> tuple[float, float]:
    resident, proportional = _one(pid)
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it ended meanwhile, as connections do
        return resident, proportional
    for child in children:
        r, p = _tree(int(child))
        resident, proportional = resident + r, proportional + p
    return resident, proportional


def _one(pid: int) -> tuple[float, float]:
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    kilobytes = {r.split(":")[0]: int(r.split()[1]) for r in rows if r.startswith(("Rss", "Pss:"))}
    return kilobytes.get("Rss", 0) / 1024, kilobytes.get("Pss", 0) / 1024


def resident() -> float:
    """MB of this process."""
    return _one(os.getpid())[0]
