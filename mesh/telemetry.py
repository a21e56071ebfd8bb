"""The metrics every service has; counters exist at zero from the start, so a rate has a past."""

from __future__ import annotations

import asyncio
import functools
from itertools import product
from typing import TYPE_CHECKING, Literal

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# From a cached read to a model's answer.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25)
_LAG_EVERY_SECONDS = 0.5

Side = Literal["server", "client"]
Kind = Literal["unary", "server_stream"]
_RPC = ("grpc_service", "grpc_method", "grpc_type")
_handled = {
    "server": Counter("grpc_server_handled", "Calls answered.", (*_RPC, "grpc_code")),
    "client": Counter("grpc_client_handled", "Calls made.", (*_RPC, "grpc_code")),
}
_seconds = {
    "server": Histogram("grpc_server_handling_seconds", "Time to answer.", _RPC, buckets=SECONDS),
    "client": Histogram("grpc_client_handling_seconds", "Until answered.", _RPC, buckets=SECONDS),
}
server_in_flight = Gauge("grpc_server_in_flight", "Calls being answered.", ("grpc_type",))
loop_lag = Gauge("event_loop_lag_seconds", "How late the event loop woke us, last time.")


def counter(name: str, says: str, labels: Mapping[str, Sequence[str]] | None = None) -> Counter:
    """A counter with all its label values at zero; an empty list of values is not known ahead."""
    labels = labels or {}
    made = Counter(name, says, tuple(labels))
    if labels:
        for values in product(*labels.values()):
            made.labels(*values)
    return made


def note(side: Side, method: str, kind: Kind, code: str, seconds: float) -> None:
    """Count one call of `/package.Service/Method`; a stream's life is not a time to answer."""
    counted, timed = _children(side, method, kind, code)
    counted.inc()
    if kind == "unary":
        timed.observe(seconds)


@functools.cache
def _children(side: Side, method: str, kind: Kind, code: str) -> tuple[Counter, Histogram]:
    # Finding a child by its labels costs more than counting: six lookups a call.
    service, _, name = method.lstrip("/").partition("/")
    labels = (service, name, kind)
    return _handled[side].labels(*labels, camel(code)), _seconds[side].labels(*labels)


def camel(code: str) -> str:
    """NOT_FOUND as NotFound: the spelling that known dashboards expect; OK stays."""
    return code if code == "OK" else "".join(word.capitalize() for word in code.split("_"))


async def watch_loop_lag(stop: asyncio.Event) -> None:
    """Measure how late the event loop is: the best single sign of an asyncio service's health."""
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        started = loop.time()
        await asyncio.sleep(_LAG_EVERY_SECONDS)
        loop_lag.set(max(0.0, loop.time() - started - _LAG_EVERY_SECONDS))


def histogram(name: str, says: str, buckets: Sequence[float]) -> Histogram:
    return Histogram(name, says, buckets=buckets)
