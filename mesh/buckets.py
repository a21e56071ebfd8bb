"""How often: the generic cell rate algorithm, which keeps one moment a caller and no counters."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in a second for good, so many at once."""

    per_second: float
    burst: int


class Buckets:
    """One bucket a place, in this process; the oldest are forgotten, and full again."""

    def __init__(
        self, rate: Rate, most: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval = 1 / rate.per_second
        self._room = rate.burst * self._interval
        self._most = most
        self._clock = clock
        self._full_at: dict[str, float] = {}

    def wait(self, place: str) -> float:
        """Seconds until there is room for one more; takes none."""
        full_at = self._full_at.get(place, 0.0)
        return max(0.0, full_at + self._interval - self._clock() - self._room)

    def take(self, place: str, count: int = 1) -> int:
        """How many of these there was room for."""
        now = self._clock()
        full_at = max(now, self._full_at.pop(place, 0.0))
        # Half of one forgives what floating point loses.
        granted = min(count, int((self._room - (full_at - now)) / self._interval + 0.5))
        if len(self._full_at) >= self._most:
            del self._full_at[next(iter(self._full_at))]
        self._full_at[place] = full_at + granted * self._interval
        return granted
