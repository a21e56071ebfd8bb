"""From one laptop to many cells, simulated: `python -m bench.scale` prints docs/scale.md's tables.

A message visits the parts one after the other; each part has so many processors and one queue. What
a visit costs is measured (`bench/unit_costs.json`, by `python -m bench.unit_costs`), when messages
come is drawn, how long they wait follows. Seeded: the same costs give the same tables.
"""

from __future__ import annotations

import heapq
import json
import math
import random
import sys
from dataclasses import dataclass
from pathlib import Path

COSTS = Path(__file__).parent / "unit_costs.json"
# The way of a message and at which part it is: docs/architecture.md. Three calls of tickets store
# and complete, each with PostgreSQL below it; sending is two more.
_STORE = ("envoy", "gateway", "tickets", "postgres")
_ANSWER = (
    *("worker", "tickets", "postgres", "classifier", "responder", "tickets", "postgres"),
    *("worker", "tickets", "postgres", "tickets", "postgres"),
)
PARTS = ("envoy", "gateway", "worker", "tickets", "classifier", "responder", "postgres")
# Beyond this share of its processors a part's queue grows faster than anybody notices.
_BUSY, _STEADY = 0.6, 0.95
# What one PostgreSQL primary is given at most, and so how much one cell takes.
_LARGEST_PRIMARY = 32
_SECONDS_STORED, _SECONDS_SENT = 1.0, 10.0
_MESSAGES, _SEED = 3_000, 7
_DAY = 86_400
# Of a language model: how long one reply takes there. Its processors are somebody else's.
_MODEL_SECONDS = 2.0

Plan = dict[str, int]


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of a processor a message, by part: to take it in, to answer it; bytes it leaves."""

    intake: dict[str, float]
    answer: dict[str, float]
    wal_bytes: float
    disk_bytes: float

    def of(self, part: str) -> float:
        return self.intake.get(part, 0.0) + self.answer.get(part, 0.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds from arrival, and how busy each part was."""

    stored_p99: float
    sent_p50: float
    sent_p95: float
    busy: dict[str, float]

    @property
    def holds(self) -> bool:
        is_steady = self.busy[self.busiest] < _STEADY  # beyond, the queue grows for ever
        return is_steady and self.stored_p99 < _SECONDS_STORED and self.sent_p95 < _SECONDS_SENT

    @property
    def busiest(self) -> str:
        return max(self.busy, key=lambda part: self.busy[part])


def read_costs(path: Path = COSTS) -> Costs:
    said = json.loads(path.read_text())
    intake, answer = (
        {name.removesuffix("_ms"): ms / 1000 for name, ms in said[kind].items() if "_ms" in name}
        for kind in ("intake", "answer")
    )
    sums = {
        kind: said["intake"][kind] + said["answer"][kind] for kind in ("wal_bytes", "disk_bytes")
    }
    return Costs(intake, answer, **sums)


def visits(costs: Costs) -> list[tuple[str, float]]:
    """Each stop of a message with its mean cost: a part's cost, shared by its stops."""
    return [
        (part, known.get(part, 0.0) / way.count(part))
        for way, known in ((_STORE, costs.intake), (_ANSWER, costs.answer))
        for part in way
    ]


def simulate(
    stops: list[tuple[str, float]],
    processors: Plan,
    rate: float,
    *,
    messages: int = _MESSAGES,
    stored_after: int = len(_STORE),
) -> Outcome:
    """First come, first served, at each part; arrivals and costs are exponential."""
    draw = random.Random(_SEED)  # noqa: S311 - a draw that can be repeated
    free = {part: [0.0] * count for part, count in processors.items()}
    worked = dict.fromkeys(processors, 0.0)
    began, stored, sent = [0.0] * messages, [0.0] * messages, [0.0] * messages
    moves: list[tuple[float, int, int]] = []
    now = 0.0
    for number in range(messages):
        now += draw.expovariate(rate)
        began[number] = now
        moves.append((now, number, 0))
    heapq.heapify(moves)
    while moves:
        now, number, stop = heapq.heappop(moves)
        if stop == stored_after:
            stored[number] = now - began[number]
        if stop == len(stops):
            sent[number] = now - began[number]
            continue
        part, mean = stops[stop]
        cost = draw.expovariate(1 / mean) if mean else 0.0
        queue = free[part if part in free else "machine"]
        ends = max(now, heapq.heappop(queue)) + cost
        heapq.heappush(queue, ends)
        worked[part if part in free else "machine"] += cost
        heapq.heappush(moves, (ends, number, stop + 1))
    seconds = began[-1] - began[0]
    busy = {part: min(1.0, worked[part] / seconds / len(free[part])) for part in free}
    return Outcome(_share(stored, 0.99), _share(sent, 0.5), _share(sent, 0.95), busy)


def capacity(costs: Costs, processors: Plan) -> float:
    """The highest rate at which all promises hold, to a tenth."""
    low, high = 0.0, 1.2 * most(costs, processors)
    while high - low > high / 10:
        middle = (low + high) / 2
        holds = simulate(visits(costs), processors, middle).holds
        low, high = (middle, high) if holds else (low, middle)
    return low


def most(costs: Costs, processors: Plan) -> float:
    """Where the first part has no second left to give."""
    if "machine" in processors:
        return processors["machine"] / sum(costs.of(part) for part in PARTS)
    return min(processors[part] / costs.of(part) for part in PARTS)


def planned(costs: Costs, rate: float) -> Plan:
    """Processors a part for this rate, with room; two of each, because one may die."""
    return {part: max(2, math.ceil(rate * costs.of(part) / _BUSY)) for part in PARTS}


def cell_rate(costs: Costs) -> float:
    """What the largest primary carries with room: one cell."""
    return _LARGEST_PRIMARY * _BUSY / costs.of("postgres")


def tables(costs: Costs) -> str:
    """Markdown, as docs/scale.md has it."""
    return "\n\n".join((_machines(costs), _plans(costs), _bytes(costs)))


def _machines(costs: Costs) -> str:
    head = ["one machine", "holds, messages a second", "sent p50 there", "with a fifth more"]
    rows = [_row(head), _row(["---"] * len(head))]
    for cores in (2, 8):
        plan = {"machine": cores}
        found = capacity(costs, plan)
        outcome = simulate(visits(costs), plan, found)
        then = simulate(visits(costs), plan, found * 1.2)
        late = f"stored p99 {_time(then.stored_p99)}, sent p95 {_time(then.sent_p95)}"
        p50 = _time(outcome.sent_p50)
        rows.append(f"| {cores} processors | {found:.0f} | {p50} | {late} |")
    return "\n".join(rows)


def _plans(costs: Costs) -> str:
    """Cells are whole: tenants are dealt to them, and none knows another."""
    head = ["messages a second", "cells", *PARTS, "in all", "stored p99", "sent p95", "busiest"]
    rows = [_row(head), _row(["---"] * len(head))]
    for rate in (10, 100, 1_000, 10_000, 100_000):
        cells = math.ceil(rate / cell_rate(costs))
        plan = planned(costs, rate / cells)
        outcome = simulate(visits(costs), plan, rate / cells)
        all_of_them = {part: count * cells for part, count in plan.items()}
        rows.append(
            _row(
                [
                    *(f"{rate:,}", f"{cells:,}"),
                    *(f"{all_of_them[part]:,}" for part in PARTS),
                    f"{sum(all_of_them.values()):,}",
                    *(_time(outcome.stored_p99), _time(outcome.sent_p95)),
                    f"{outcome.busiest} {outcome.busy[outcome.busiest]:.0%}",
                ]
            )
        )
    return "\n".join(rows)


def _bytes(costs: Costs) -> str:
    rows = [
        "| messages a second | WAL | disk a day | replies in a model at once |",
        "|---|---|---|---|",
    ]
    for rate in (10, 100, 1_000, 10_000, 100_000):
        wal, disk = rate * costs.wal_bytes / 1e6, rate * costs.disk_bytes * _DAY / 1e9
        rows.append(
            f"| {rate:,} | {wal:,.1f} MB/s | {disk:,.0f} GB | {rate * _MODEL_SECONDS:,.0f} |"
        )
    return "\n".join(rows)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _share(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


if __name__ == "__main__":
    sys.stdout.write(tables(read_costs()) + "\n")
