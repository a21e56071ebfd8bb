"""A load generator that costs little: ready-made requests over kept connections, one at a time
each.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

# Loopback only, bounded in count and in time: this is for servers that the bench started itself.
_LONGEST_SECONDS = 120.0


@dataclass(slots=True)
class Measured:
    """What a run saw. Latencies in milliseconds."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Nearest rank."""
        ranked = sorted(self.milliseconds)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


class _Connection(asyncio.Protocol):
    """Sends the next request when the answer to the last one is whole."""

    def __init__(self, todo: list[bytes], measured: Measured, done: asyncio.Future[None]) -> None:
        self._todo = todo
        self._measured = measured
        self._done = done
        self._buffer = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        at = lower.find(b"content-length:")
        length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        self._measured.milliseconds.append((time.perf_counter() - self._sent_at) * 1000)
        self._measured.statuses[int(head[9:12])] += 1
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)

    def _next(self) -> None:
        if not self._todo:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(self._todo.pop())


async def drive(host: str, port: int, requests: list[bytes], connections: int) -> Measured:
    """All requests over so many connections, as fast as they are answered."""
    measured, loop = Measured(), asyncio.get_running_loop()
    todo, waiting = list(reversed(requests)), []
    started = time.perf_counter()
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        waiting.append(done)
        await loop.create_connection(lambda d=done: _Connection(todo, measured, d), host, port)
    await asyncio.wait(waiting, timeout=_LONGEST_SECONDS)
    measured.seconds = time.perf_counter() - started
    return measured
