"""What the walls cost, in one run: the chain around a call, the edge before it, a tenant beside one
that hammers, what a reader holds who does not read. `python -m bench.walls`.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import httpx2
import uvloop
from cassava.tickets.v1 import tenant_pb2, tenant_pb2_grpc

from bench import caller, running
from bench.peers import desk

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROUNDS = 3
_CALLS = 1000
_READS = 400
# A small quota stands for a large one: what counts is how much too much comes.
_QUOTA = 20
_TIMES_QUOTA = 20
_BESIDE_SECONDS = 20.0
_QUIET = caller.Pace(1, _QUOTA / 2, _BESIDE_SECONDS)
_NEIGHBOURS: dict[str, caller.Pace | None] = {
    "alone": None,
    "beside one at its quota": caller.Pace(_TIMES_QUOTA, 1, _BESIDE_SECONDS),
    f"beside one at {_TIMES_QUOTA} x": caller.Pace(_TIMES_QUOTA, _QUOTA, _BESIDE_SECONDS),
}
_DEAF, _TALKERS, _TALK_SECONDS = 40, 8, 20.0
_BETWEEN = ("envoy", "gateway-edge")


def main() -> None:
    with _desk("bare") as plain, _desk("chained") as ours:
        costs = uvloop.run(_chain(plain, ours))
        _say("CPU a unary call, bare grpc.aio", f"{costs['bare']:.0f} us")
        _say("  with everything around it", f"{costs['chained']:.0f} us")
        _say("  the chain alone", f"{costs['chained'] - costs['bare']:.0f} us")
    with tempfile.TemporaryDirectory(prefix="cassava-bench-") as folder:
        quota = {"CASSAVA_TENANT_CALLS_PER_SECOND": str(_QUOTA)}
        with running.mesh(Path(folder) / "mesh", **quota) as mesh:
            uvloop.run(_neighbours(mesh))
        with running.mesh(Path(folder) / "mesh") as mesh:
            uvloop.run(_edge(mesh))
            uvloop.run(_slow_readers(mesh))


@contextmanager
def _desk(kind: str) -> Iterator[str]:
    address = f"127.0.0.1:{running.free_port()}"
    command = [sys.executable, "-m", "bench.peers.desk", kind]
    server = subprocess.Popen(command, env={**os.environ, "DESK_ADDRESS": address})  # noqa: S603 - ours
    try:
        yield address
    finally:
        server.terminate()
        server.wait()


async def _chain(plain: str, ours: str) -> dict[str, float]:
    """Medians of rounds that measured both, one after the other."""
    found: dict[str, list[float]] = {"bare": [], "chained": []}
    for _ in range(_ROUNDS):
        found["bare"].append(await desk.microseconds(plain, _CALLS))
        found["chained"].append(await desk.microseconds(ours, _CALLS))
    return {name: statistics.median(each) for name, each in found.items()}


async def _edge(mesh: running.Running) -> None:
    """The same read straight at tickets and through Envoy, in turns, by the platform's key."""
    key = [("authorization", f"Bearer {_platform_key(mesh)}")]
    direct: list[float] = []
    through: list[float] = []
    (tickets_at,) = (
        each["address"] for each in mesh.status["processes"] if each["name"] == "tickets"
    )
    async with (
        grpc.aio.insecure_channel(tickets_at) as tickets,
        grpc.aio.insecure_channel(f"127.0.0.1:{mesh.port}") as edge,
    ):
        stubs = [tenant_pb2_grpc.TenantServiceStub(each) for each in (tickets, edge)]
        for _ in range(_READS):
            for stub, seen in zip(stubs, (direct, through), strict=True):
                seen.append(await _milliseconds(stub, key))
    straight, edged = statistics.median(direct), statistics.median(through)
    _say("a read straight at tickets, p50", f"{straight:.2f} ms")
    _say("  through the edge", f"{edged:.2f} ms, {edged - straight:+.2f} ms")


def _platform_key(mesh: running.Running) -> str:
    return (mesh.data / "keys/platform.key").read_text().strip()


async def _milliseconds(stub: Any, key: list[tuple[str, str]]) -> float:
    started = time.perf_counter()
    await stub.GetTenant(tenant_pb2.GetTenantRequest(tenant_id="demo"), metadata=key)
    return (time.perf_counter() - started) * 1000


async def _neighbours(mesh: running.Running) -> None:
    """Somebody within a quota: alone, beside somebody at theirs, beside somebody far beyond."""
    url = f"http://127.0.0.1:{mesh.port}"
    async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
        platform = {"authorization": f"Bearer {_platform_key(mesh)}"}
        quiet, loud = [await _tenant(http, platform, name) for name in ("quiet", "loud")]
    rounds: dict[str, list[caller.Seen]] = {name: [] for name in _NEIGHBOURS}
    for _ in range(_ROUNDS):
        for name, pace in _NEIGHBOURS.items():
            others = [caller.begin(mesh.port, loud, pace)] if pace else []
            rounds[name].append(caller.seen_by(caller.begin(mesh.port, quiet, _QUIET)))
            loudest = [caller.seen_by(each).statuses for each in others]
    alone = rounds["alone"]
    for name, found in rounds.items():
        p50, p95 = (statistics.median(getattr(each, p) for each in found) for p in ("p50", "p95"))
        ratio = statistics.median(it.p95 / one.p95 for it, one in zip(found, alone, strict=True))
        _say(f"a tenant's read {name}, p50 p95", f"{p50:.1f} {p95:.1f} ms, p95 {ratio:.2f} x")
    _say("  what the last of these got", f"{loudest}")


async def _tenant(http: httpx2.AsyncClient, platform: dict[str, str], tenant_id: str) -> str:
    """A new one; its own key."""
    new = {"id": tenant_id, "name": tenant_id}
    (await http.post("/api/v1/tenants/", headers=platform, json=new)).raise_for_status()
    keys, wish = f"/api/v1/tenants/{tenant_id}/keys", {"role": "CALLER_VIEWER", "name": "bench"}
    made = (await http.post(keys, headers=platform, json=wish)).raise_for_status()
    return str(made.json()["secret"])


async def _slow_readers(mesh: running.Running) -> None:
    """Streams of events that nobody reads, while as much happens as would fill their buffers."""
    before = _held(mesh)
    sockets = [await _deaf(mesh) for _ in range(_DEAF)]
    url = f"http://127.0.0.1:{mesh.port}"
    async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
        await asyncio.gather(*(_talk(http, n) for n in range(_TALKERS)))
    grown = _held(mesh) - before
    for each in sockets:
        each.close()
    _say("a reader who does not read holds, edge and gateway", f"{max(0.0, grown) / _DEAF:.2f} MB")


async def _talk(http: httpx2.AsyncClient, number: int) -> None:
    """Each message is half a dozen events."""
    ends_at = time.monotonic() + _TALK_SECONDS
    while time.monotonic() < ends_at:
        said = {"message": "hi", "customer_id": f"talker-{number}", "channel": "test"}
        await http.post("/api/v1/test/test", json=said)


async def _deaf(mesh: running.Running) -> socket.socket:
    """A stream that is opened, with the smallest buffer of its own, and never read."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    reader.setblocking(False)  # noqa: FBT003  # a socket takes it so
    loop = asyncio.get_running_loop()
    await loop.sock_connect(reader, ("127.0.0.1", mesh.port))
    asked = "GET /api/v1/tenants/demo/events?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    await loop.sock_sendall(reader, asked.encode())
    return reader


def _held(mesh: running.Running) -> float:
    """Resident MB of what stands between a tenant's events and a reader."""
    memory = running.memory(mesh.processes())
    return sum(rss for name, (rss, _) in memory.items() if name in _BETWEEN)


def _say(name: str, value: str) -> None:
    sys.stdout.write(f"{name:<44} {value}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
