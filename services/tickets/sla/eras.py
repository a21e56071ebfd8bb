"""A calendar through its edits: each span counts in the hours that were in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mesh.hours import Hours


@dataclass(frozen=True, slots=True)
class Eras:
    """`past` is (until when, which hours), oldest first; `version` that of the hours since then."""

    hours: Hours
    version: int = 0
    past: tuple[tuple[datetime, Hours], ...] = ()

    def between(self, begin: datetime, end: datetime) -> timedelta:
        total = timedelta()
        for until, hours in self.past:
            if begin < until:
                total += hours.between(begin, min(until, end))
                begin = until
        return total + self.hours.between(begin, end)

    def after(self, begin: datetime, need: timedelta) -> datetime | None:
        for until, hours in self.past:
            if begin >= until:
                continue
            had = hours.between(begin, until)
            if had >= need:
                return hours.after(begin, need)
            begin, need = until, need - had
        return self.hours.after(begin, need)
