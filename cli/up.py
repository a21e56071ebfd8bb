"""The whole mesh on this machine: start in order, watch, stop in order."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cli import health, running
from cli.api import Api, Refused, Unreachable
from cli.demo_tenant import tenant
from cli.embedded.mesh import EmbeddedMesh, Wishes
from cli.embedded.places import is_free
from cli.embedded.processes import Processes
from cli.embedded.trouble import EmbeddedTrouble, tail
from cli.migrate import migrate
from mesh.lean import give_back

_READY_SECONDS = 60.0


async def run(wishes: Wishes, say: Callable[[str], None], ready: Callable[[], None]) -> None:
    """Until SIGINT or SIGTERM; `ready` is called once everything serves."""
    with running.lock(wishes.data):
        if wishes.port and not is_free(wishes.port):
            raise EmbeddedTrouble(f"port {wishes.port} is taken; choose another with --port")
        stop = _stop_event()
        started_at = time.time()

        deaths: Counter[str] = Counter()

        def died(name: str, status: int) -> None:
            deaths[name] += 1
            if deaths[name].bit_count() == 1:  # the 1st, 2nd, 4th, 8th …: a loop fills no screen
                say(
                    f"{name} ended ({_words(status)}), started again; `cassava logs {name}`"
                    f"; its last line: {mesh.processes[name].last_words}"
                )

        mesh = EmbeddedMesh(wishes, Processes(died))
        starting = asyncio.create_task(_start(mesh, say))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                await starting
                running.write_state(wishes.data, describe(mesh, started_at, is_ready=True))
                ready()
                give_back()
                await _tell_state(mesh, stop, started_at)
        finally:
            starting.cancel()
            say("draining")
            await mesh.stop()
            running.forget(wishes.data)


async def _start(mesh: EmbeddedMesh, say: Callable[[str], None]) -> None:
    await mesh.start_servers()
    say("PostgreSQL serves")
    mesh.start_services()
    ran = await migrate(mesh.postgres.url)
    if count := sum(len(files) for files in ran.values()):
        say(f"{count} migrations ran")
    pinned = mesh.certificate.chain if mesh.certificate else None
    key = mesh.keys.platform
    async with Api(mesh.url, key, patience_seconds=_READY_SECONDS, certificate=pinned) as api:
        known = running.read_demo(mesh.wishes.data)
        running.write_demo(mesh.wishes.data, await _make_demo(api, known))
    say("the demo tenant is there")
    async with Api(mesh.url, certificate=pinned) as api:
        await health.wait(api, _READY_SECONDS)
    mesh.processes.settle()


async def _make_demo(api: Api, known: dict[str, Any]) -> dict[str, Any]:
    try:
        return await tenant.make(api, known)
    except (Unreachable, Refused) as trouble:
        raise EmbeddedTrouble(f"the demo tenant could not be made: {trouble}") from trouble


async def _tell_state(mesh: EmbeddedMesh, stop: asyncio.Event, started_at: float) -> None:
    """Keep mesh.json true until we are asked to stop."""
    told: dict[str, Any] = {}
    while not stop.is_set():
        state = describe(mesh, started_at, is_ready=True)
        if state != told:
            running.write_state(mesh.wishes.data, state)
            told = state
        try:
            await asyncio.wait_for(stop.wait(), 0.5)
        except TimeoutError:
            continue


def describe(mesh: EmbeddedMesh, started_at: float, *, is_ready: bool) -> dict[str, Any]:
    """What `cassava status` tells."""
    return {
        "pid": os.getpid(),
        "ready": is_ready,
        "started_at": started_at,
        "edge": mesh.url,
        "secure": mesh.wishes.secure,
        "database_url": mesh.postgres.url,
        "redis_url": mesh.valkey.url,
        "processes": [
            {
                "name": child.name,
                "pid": child.process_id,
                "started_at": child.started_at,
                "restarts": child.restarts,
                "address": mesh.address_of(child.name),
                "ops": str(mesh.ops.get(child.name, "")),
            }
            for child in mesh.processes
        ],
    }


def detach(data: Path, arguments: list[str], timeout_seconds: float = 120.0) -> dict[str, Any]:
    """Start `cassava up` on its own and return its state once it is ready."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (state := running.read_state(data)) is not None:
        raise running.AlreadyRunning(f"a mesh runs from {data} already, at {state['edge']}")
    log = data / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "cli", "up", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        state = running.read_state(data)
        if state is not None and state["pid"] == process.pid and state["ready"]:
            return state
        if process.poll() is not None:
            raise EmbeddedTrouble(f"it ended before it was ready\n{tail(log)}")
        time.sleep(0.1)
    process.terminate()
    raise EmbeddedTrouble(f"not ready after {timeout_seconds:.0f} s\n{tail(log)}")


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, stop.set)
    return stop


def _words(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
