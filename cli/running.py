"""The mesh that runs from a data directory: what it tells about itself, and whether it lives."""

import fcntl
import json
import os
import signal
import time
from pathlib import Path
from typing import Any, TextIO

from cli.embedded.program import command_of

_STATE = "mesh.json"
_DEMO = "demo.json"


class AlreadyRunning(Exception):
    """Another `cassava up` holds this data directory."""


def lock(data: Path) -> TextIO:
    """Held until closed or until we die; raise `AlreadyRunning`."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = (data / "lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise AlreadyRunning(f"a mesh runs from {data} already") from error
    return file


def write_state(data: Path, state: dict[str, Any]) -> None:
    """Whole or not at all: readers poll it."""
    fresh = data / f".{_STATE}"
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(state, indent=2), encoding="utf-8")
    fresh.replace(data / _STATE)


def read_state(data: Path) -> dict[str, Any] | None:
    """None when no mesh runs from there."""
    state = _read(data / _STATE)
    if not state or not is_alive(int(state["pid"])):
        return None
    return state


def is_alive(process_id: int) -> bool:
    """Whether this number is still one of our commands."""
    command = command_of(process_id)
    return command is not None and ("cli" in command or "cassava" in command)


def forget(data: Path) -> None:
    (data / _STATE).unlink(missing_ok=True)


def read_demo(data: Path) -> dict[str, Any]:
    """The demo tenant's ids, addresses and secrets; empty before it was made."""
    return _read(data / _DEMO) or {}


def write_demo(data: Path, demo: dict[str, Any]) -> None:
    fresh = data / f".{_DEMO}"
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(demo, indent=2), encoding="utf-8")
    fresh.replace(data / _DEMO)


def stop(process_id: int, timeout_seconds: float) -> bool:
    """Ask it to drain and wait; whether it ended."""
    os.kill(process_id, signal.SIGTERM)
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        if command_of(process_id) is None:
            return True
        time.sleep(0.1)
    return False


def _read(file: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
