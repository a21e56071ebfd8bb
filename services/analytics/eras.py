"""A tenant's working hours, in the version that was in force when; before the first, every hour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from mesh.hours import AroundTheClock, Calendar, Hours


@dataclass(frozen=True, slots=True)
class Era:
    """Facts of a calendar from an instant on; none: around the clock again."""

    sequence: int
    since: datetime
    facts: Mapping[str, Any]

    def hours(self) -> Hours:
        return Calendar.from_facts(self.facts) if self.facts else AroundTheClock()


@dataclass(slots=True)
class Eras:
    """Only ever added to, so what was counted once comes out the same again."""

    eras: list[Era] = field(default_factory=list)
    _hours: list[Hours] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._hours = [era.hours() for era in self.eras]

    def add(self, era: Era) -> None:
        self.eras.append(era)
        self._hours.append(era.hours())

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """Open time in `[begin, end)`."""
        if end <= begin:
            return timedelta(0)
        edges = [begin, *(min(max(era.since, begin), end) for era in self.eras), end]
        hours: list[Hours] = [AroundTheClock(), *self._hours]
        spans = zip(pairwise(edges), hours, strict=True)
        return sum((held.between(*span) for span, held in spans), timedelta(0))
