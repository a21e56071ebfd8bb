"""Somebody who calls at a pace of their own, in a process of their own: what they see is what the
mesh does to them and not what another part of the bench does.

`python -m bench.caller PORT KEY CONNECTIONS CALLS_A_SECOND_EACH SECONDS` prints what was seen.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import uvloop

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Pace:
    connections: int
    per_second: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Seen:
    p50: float
    p95: float
    statuses: dict[str, int]


def begin(port: int, key: str, pace: Pace) -> subprocess.Popen[str]:
    said = (str(each) for each in (port, key, pace.connections, pace.per_second, pace.seconds))
    command = [sys.executable, "-m", "bench.caller", *said]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves


def seen_by(caller: subprocess.Popen[str]) -> Seen:
    """When it has finished."""
    told, _ = caller.communicate()
    if caller.returncode:
        raise RuntimeError("a caller of the bench failed")
    return Seen(**json.loads(told))


async def _call(port: int, request: bytes, pace: Pace, first: float) -> list[tuple[str, float]]:
    """One after the other on one connection, each at its time or as soon as the last is over."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    loop, found = asyncio.get_running_loop(), []
    begun = loop.time() + first
    for n in range(int(pace.seconds * pace.per_second)):
        await asyncio.sleep(max(0.0, begun + n / pace.per_second - loop.time()))
        started = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        found.append((head[9:12].decode(), (time.perf_counter() - started) * 1000))
    writer.close()
    return found


async def _main(arguments: Sequence[str]) -> None:
    port, key, connections, per_second, seconds = arguments
    pace = Pace(int(connections), float(per_second), float(seconds))
    request = (
        f"GET /api/v1/tickets/ HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n\r\n"
    ).encode()
    # Not all in the same instant: that would be a burst a second, and no pace.
    apart = 1 / pace.per_second / pace.connections
    callers = (_call(int(port), request, pace, n * apart) for n in range(pace.connections))
    found = [each for calls in await asyncio.gather(*callers) for each in calls]
    cuts = statistics.quantiles((took for _, took in found), n=20)
    seen = Seen(cuts[9], cuts[18], dict(Counter(status for status, _ in found)))
    sys.stdout.write(json.dumps(asdict(seen)))


if __name__ == "__main__":
    uvloop.run(_main(sys.argv[1:]))
