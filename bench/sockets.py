"""Open WebSockets of one gateway process: what each costs, and how long an event is on its way.

`python -m bench.sockets [--sockets 5000]`: one edge process, a Valkey, and an event log in memory
in place of tickets.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlencode

import grpc
import uvloop

from bench.load import Measured
from bench.peers.event_log import EventLog
from bench.running import free_port, memory
from cli.embedded.valkey import Valkey as ValkeyServer
from mesh.valkey import Valkey

_A_TENANT = 1000
_OPENING = 100
_EVENTS = 20
_SEQUENCE = re.compile(rb'"sequence":"(\d+)"')
_PATIENCE_SECONDS = 60.0
_AGAIN_SECONDS = 1.0
# Four bytes of payload each way; a client's are masked, with zeros here.
_PING, _PONG = b"\x89\x04", b"\x8a\x84\x00\x00\x00\x00"


class _Socket(asyncio.Protocol):
    """Reads what comes and notes when; a frame of ours fits into one segment."""

    def __init__(self, path: str, seen: dict[int, list[float]]) -> None:
        self._path = path
        self._seen = seen
        self.opened: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        request = (
            f"GET {self._path} HTTP/1.1\r\nhost: bench\r\nupgrade: websocket\r\n"
            "connection: upgrade\r\nsec-websocket-version: 13\r\n"
            "sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
        )
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._transport.write(request.encode())

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        if not self.opened.done():
            self.opened.set_result(b" 101 " in data[:20])
        if data.startswith(_PING):
            self._transport.write(_PONG + data[2:6])
        if b"message.received" in data:
            for number in _SEQUENCE.findall(data):
                self._seen.setdefault(int(number), []).append(now)

    def connection_lost(self, error: Exception | None) -> None:
        del error
        if not self.opened.done():
            self.opened.set_result(False)


async def _measure(sockets: int, folder: Path) -> None:
    async with AsyncExitStack() as opened:
        server = ValkeyServer(folder / "valkey")
        server.start()
        opened.callback(server.stop)
        valkey = Valkey(server.url)
        opened.push_async_callback(valkey.close)
        log = EventLog(valkey)
        tickets, port = grpc.aio.server(), free_port()
        log.register(tickets)
        target = f"127.0.0.1:{tickets.add_insecure_port('127.0.0.1:0')}"
        await tickets.start()
        opened.push_async_callback(tickets.stop, 0)
        edge = opened.enter_context(_edge(port, target, server.url))
        opened.callback(edge.terminate)
        await _until_open(port)
        await _run(sockets, port, edge.pid, log)


async def _run(sockets: int, port: int, pid: int, log: EventLog) -> None:
    seen: dict[str, dict[int, list[float]]] = {}
    await _open(port, "warm", 50, seen)
    before, started = memory({"edge": pid})["edge"][0], time.perf_counter()
    left = sockets
    while left > 0:
        await _open(port, f"t{len(seen)}", min(left, _A_TENANT), seen)
        left -= _A_TENANT
    took = time.perf_counter() - started
    after = memory({"edge": pid})["edge"][0]
    each = (after - before) * 1024 / sockets
    _say(f"{sockets:,} sockets opened in {took:.1f} s; each holds {each:.1f} KiB")
    listeners, busy = min(sockets, _A_TENANT), _cpu_seconds(pid)
    _report(await _fan_out(log, seen, "t1", listeners), listeners)
    cost = (_cpu_seconds(pid) - busy) / (_EVENTS * listeners)
    _say(f"  {cost * 1e6:.0f} us of the process's CPU a socket and event")
    _say(f"the process holds {memory({'edge': pid})['edge'][0]:.0f} MB after it")


async def _open(
    port: int, tenant: str, count: int, seen: dict[str, dict[int, list[float]]]
) -> None:
    arrivals = seen.setdefault(tenant, {})
    for first in range(0, count, _OPENING):
        numbers = range(first, min(first + _OPENING, count))
        await asyncio.gather(*(_socket(port, tenant, n, arrivals) for n in numbers))


async def _socket(port: int, tenant: str, number: int, arrivals: dict[int, list[float]]) -> None:
    query = urlencode({"token": f"{tenant}.{number}"})
    path = f"/api/v1/tenants/{tenant}/live?{query}"
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            _, socket = await loop.create_connection(
                lambda: _Socket(path, arrivals), "127.0.0.1", port
            )
            if await socket.opened:
                return
            await asyncio.sleep(_AGAIN_SECONDS)  # refused: on a busy machine, for want of time


async def _fan_out(
    log: EventLog, seen: dict[str, dict[int, list[float]]], tenant: str, listeners: int
) -> Measured:
    """One event after the other, each to every socket of the tenant."""
    measured = Measured()
    for number in range(1, _EVENTS + 1):
        started = time.perf_counter()
        await log.happens(tenant)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while len(seen[tenant].get(number, ())) < listeners:  # noqa: ASYNC110  # it counts
                await asyncio.sleep(0.01)
        measured.milliseconds += [(at - started) * 1000 for at in seen[tenant][number]]
    return measured


def _report(measured: Measured, listeners: int) -> None:
    p50, p99 = measured.percentile(0.5), measured.percentile(0.99)
    _say(f"an event to {listeners:,} sockets of a tenant: p50 {p50:.0f} ms, p99 {p99:.0f} ms")


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _edge(port: int, tickets: str, valkey: str) -> subprocess.Popen[bytes]:
    names = ("TICKETS", "CLASSIFIER", "RESPONDER", "ANALYTICS")
    peers = {f"CASSAVA_{name}_TARGET": tickets for name in names}
    environment = {
        **os.environ,
        **peers,
        "CASSAVA_MESH_KEY": "a key of the bench alone",
        "CASSAVA_LISTEN": f"127.0.0.1:{port}",
        "CASSAVA_OPS_LISTEN": f"127.0.0.1:{free_port()}",
        "CASSAVA_REDIS_URL": valkey,
        "CASSAVA_LOG_LEVEL": "warning",
    }
    return subprocess.Popen([sys.executable, "-m", "services.gateway", "edge"], env=environment)


async def _until_open(port: int) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.2)
            else:
                writer.close()
                return


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.sockets")
    parser.add_argument("--sockets", type=int, default=5000)
    asked = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="cassava-bench-") as folder:
        uvloop.run(_measure(asked.sockets, Path(folder)))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
