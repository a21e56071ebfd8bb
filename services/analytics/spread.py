"""How long many waits were, as one number: adding the numbers adds the waits (decision 0111)."""

from __future__ import annotations

import math
import struct
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

# As `spread` of the migrations writes them.
_BIN_DIGITS = 8


class Rank(NamedTuple):
    """A place in order of length: in this bin, after so many shorter ones of it."""

    bin: int
    shorter: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The sum of the waits, and how many there are up to each bin from the first that has any."""

    microseconds: int
    first: int
    up_to: list[int]

    @classmethod
    def parse(cls, digits: str, microseconds: int) -> Spread:
        """Bins from the last digits on; the first ones are mostly empty."""
        empty = (len(digits) - len(digits.rstrip("0"))) // _BIN_DIGITS
        bins = math.ceil(len(digits) / _BIN_DIGITS) - empty
        counts = digits[: len(digits) - empty * _BIN_DIGITS].zfill(bins * _BIN_DIGITS).encode()
        # Of some thousand digits, the quickest way to cut them.
        each = struct.unpack(f"{_BIN_DIGITS}s" * bins, counts)
        return cls(microseconds, empty, list(accumulate(map(int, reversed(each)))))

    @property
    def count(self) -> int:
        return self.up_to[-1]

    @property
    def average(self) -> float:
        """Seconds, three decimals; half a millisecond counts as one."""
        return (round(self.microseconds / self.count) + 500) // 1000 / 1000

    def rank(self, share: float) -> Rank:
        """The nearest rank, as `percentile_disc` has it."""
        place = max(1, math.ceil(share * self.count))
        found = bisect_left(self.up_to, place)
        return Rank(self.first + found, place - 1 - (self.up_to[found - 1] if found else 0))
