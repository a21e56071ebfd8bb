"""The metrics every service has; counters exist at zero from the start, so a rate has a past."""

from __future__ import annotations

import asyncio
import functools
from bisect import bisect_left
from itertools import accumulate, product
from typing import TYPE_CHECKING, Literal

from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prometheus_client.metrics_core import Metric

# From a cached read to a model's answer.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25)
_LAG_EVERY_SECONDS = 0.5

Side = Literal["server", "client"]
Kind = Literal["unary", "server_stream"]
_RPC = ("grpc_service", "grpc_method", "grpc_type")
_BOUNDS = (*map(floatToGoString, SECONDS), "+Inf")
# Calls being answered.
in_flight: dict[Kind, int] = {"unary": 0, "server_stream": 0}
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
    answered, times = _place(side, method, kind, code)
    answered.count += 1
    if kind == "unary":
        times.note(seconds)


@functools.cache
def _place(side: Side, method: str, kind: Kind, code: str) -> tuple[_Count, _Times]:
    service, _, name = method.lstrip("/").partition("/")
    return _calls[side].place((service, name, kind), camel(code))


class _Count:
    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


class _Times:
    __slots__ = ("buckets", "total")

    def __init__(self) -> None:
        self.buckets = [0] * len(_BOUNDS)
        self.total = 0.0

    def note(self, seconds: float) -> None:
        self.buckets[bisect_left(SECONDS, seconds)] += 1
        self.total += seconds


class _Calls(Collector):
    """Kept as plain numbers, all from one thread: the library's take five locks a call."""

    def __init__(self, side: Side, handled: str, handling: str) -> None:
        self._side, self._handled, self._handling = side, handled, handling
        self._counts: dict[tuple[str, ...], _Count] = {}
        self._times: dict[tuple[str, ...], _Times] = {}

    def place(self, rpc: tuple[str, str, str], code: str) -> tuple[_Count, _Times]:
        counted = self._counts.setdefault((*rpc, code), _Count())
        return counted, self._times.setdefault(rpc, _Times())

    def collect(self) -> Iterator[Metric]:
        name = f"grpc_{self._side}"
        handled = CounterMetricFamily(f"{name}_handled", self._handled, labels=(*_RPC, "grpc_code"))
        for labels, each in self._counts.items():
            handled.add_metric(labels, each.count)
        yield handled
        handling = HistogramMetricFamily(f"{name}_handling_seconds", self._handling, labels=_RPC)
        for labels, times in self._times.items():
            cumulative = zip(_BOUNDS, accumulate(times.buckets), strict=True)
            handling.add_metric(labels, list(cumulative), times.total)
        yield handling


_calls: dict[Side, _Calls] = {
    "server": _Calls("server", "Calls answered.", "Time to answer."),
    "client": _Calls("client", "Calls made.", "Until answered."),
}
for _each in _calls.values():
    REGISTRY.register(_each)
_server_in_flight = Gauge("grpc_server_in_flight", "Calls being answered.", ("grpc_type",))
for _kind in in_flight:
    _server_in_flight.labels(_kind).set_function(functools.partial(in_flight.__getitem__, _kind))


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
