"""Counters of processes that come and go, read every second and summed over all their lives."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx2
from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from prometheus_client.samples import Sample

    from tests.chaos.rig import Rig

CALLS, COPIES = "grpc_client_handled_total", "cassava_delivery_duplicates_total"
_LOOK_SECONDS = 1.0
# What a caller could not help: the other side was not there, too slow, or broken.
_FAILURES = {"Unavailable", "DeadlineExceeded", "ResourceExhausted", "Internal", "Unknown"}


class Meters:
    """Sums of one counter, by what `label` makes of a sample; "" leaves it out."""

    def __init__(self, rig: Rig, name: str, label: Callable[[Sample], str]) -> None:
        self._rig = rig
        self._name = name
        self._label = label
        self._first: dict[tuple[str, int], Counter[str]] = {}
        self._latest: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)

    @property
    def grown(self) -> Counter[str]:
        """Since the block began. What a killed process counted in its last second is missing."""
        total: Counter[str] = Counter()
        for life, latest in self._latest.items():
            total += latest - self._first.get(life, Counter())
        return total

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Meters]:
        async with httpx2.AsyncClient(timeout=2.0, trust_env=False) as http:
            await self._look(http)
            self._first = dict(self._latest)
            looking = asyncio.create_task(self._watch(http))
            try:
                yield self
            finally:
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)
                await self._look(http)

    async def _watch(self, http: httpx2.AsyncClient) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            await self._look(http)

    async def _look(self, http: httpx2.AsyncClient) -> None:
        for name in self._rig.names:
            life = name, self._rig.children[name].process_id or 0
            try:
                text = (await http.get(f"http://{self._rig.ops(name)}/metrics")).text
            except httpx2.HTTPError:
                continue
            self._latest[life] = self._counted(text)

    def _counted(self, text: str) -> Counter[str]:
        # The parser takes a millisecond a hundred lines, and it is the measured machine's time.
        lines = (line for line in text.splitlines() if line.startswith(self._name))
        counted: Counter[str] = Counter()
        for family in text_string_to_metric_families("\n".join(lines)):
            for sample in family.samples:
                if label := self._label(sample):
                    counted[label] += int(sample.value)
        return counted


def calls(sample: Sample) -> str:
    """Unary calls between services, by method and code."""
    labels = sample.labels
    is_call = sample.name == CALLS and labels["grpc_type"] == "unary"
    return f"{labels['grpc_method']} {labels['grpc_code']}" if is_call else ""


def failed(counted: Counter[str]) -> Counter[str]:
    """Of `calls`, those that ended in a way a drain must not cause."""
    return Counter({c: n for c, n in counted.items() if c.rpartition(" ")[2] in _FAILURES})


def duplicates(sample: Sample) -> str:
    return "copies" if sample.name == COPIES else ""
