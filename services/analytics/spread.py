"""How long many waits were, as one number: adding the numbers adds the waits (decision 0111)."""

from __future__ import annotations

import math
import struct
from bisect import bisect_left
from itertools import accumulate
from operator import add
from typing import NamedTuple

# PostgreSQL sends a number as digits of ten thousand, the biggest first: how many there are, and
# the power of the first. A bin of `spread` (migrations) is two of them.
_HEAD = struct.Struct("!HhHH")
_DIGIT = 10_000


class Rank(NamedTuple):
    """A place in order of length: in this bin, after so many shorter ones of it."""

    bin: int
    shorter: int


class Spread:
    """How many waits each bin has, from the first that has any."""

    def __init__(self, first: int, counts: list[int]) -> None:
        self._first = first
        self._counts = counts
        self._up_to = list(accumulate(counts))

    @classmethod
    def parse(cls, sent: bytes) -> Spread:
        length, power, _, _ = _HEAD.unpack_from(sent)
        digits = list(struct.unpack_from(f"!{length}H", sent, _HEAD.size))
        # Whole bins: zeros at either end are not sent.
        if power % 2 == 0:
            digits.insert(0, 0)
        if len(digits) % 2:
            digits.append(0)
        big, counts = digits[::2], digits[1::2]
        if any(big):  # hardly ever: a bin of ten thousand
            counts = [_DIGIT * more + count for more, count in zip(big, counts, strict=True)]
        counts.reverse()
        return cls(power // 2 - len(counts) + 1, counts)

    def __add__(self, other: Spread) -> Spread:
        first = min(self._first, other._first)
        bins = max(self._end, other._end) - first
        return Spread(first, list(map(add, self._over(first, bins), other._over(first, bins))))

    def _over(self, first: int, bins: int) -> list[int]:
        """So many bins from this one on; all that have any are among them."""
        before = self._first - first
        return [0] * before + self._counts + [0] * (bins - before - len(self._counts))

    @property
    def _end(self) -> int:
        return self._first + len(self._counts)

    @property
    def count(self) -> int:
        return self._up_to[-1]

    def rank(self, share: float) -> Rank:
        """The nearest rank, as `percentile_disc` has it."""
        place = max(1, math.ceil(share * self.count))
        found = bisect_left(self._up_to, place)
        return Rank(self._first + found, place - 1 - (self._up_to[found - 1] if found else 0))


def average(microseconds: int, count: int) -> float:
    """Seconds, three decimals; half a millisecond counts as one."""
    return (round(microseconds / count) + 500) // 1000 / 1000
