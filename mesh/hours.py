"""Working hours: frames of local time a weekday, holidays, a zone; and counting what is open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from mesh.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DAY_MINUTES = 24 * 60
_NOTHING = timedelta()
# PRODUCT 7.2: a calendar must open within this; nothing else limits a closure.
_MUST_OPEN_WITHIN = timedelta(days=366)
# Past this a due time is nobody's concern: whoever opens only on listed dates may run out of them.
_HORIZON_DAYS = 3660


class Hours(Protocol):
    """Whatever time is counted in."""

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """Open time in `[begin, end)`; nothing where the end comes first."""

    def after(self, begin: datetime, need: timedelta) -> datetime | None:
        """The earliest instant by which so much open time has passed; None: never."""


class AroundTheClock:
    def between(self, begin: datetime, end: datetime) -> timedelta:
        return max(end - begin, _NOTHING)

    def after(self, begin: datetime, need: timedelta) -> datetime | None:
        return begin + max(need, _NOTHING)


@dataclass(frozen=True, slots=True, order=True)
class Frame:
    """`[start, end)` in minutes of a local day; 1440 is its end."""

    start: int
    end: int

    def check(self, where: str) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise InvalidInput(
                "a frame ends after it starts, within one day, at 24:00 at the latest; "
                "write one over midnight as two",
                field=where,
            )


@dataclass(frozen=True, slots=True)
class Holiday:
    """A local date, once or each year, with frames of its own; without any it is closed."""

    month: int
    day: int
    year: int | None = None
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """`weekly` is Monday to Sunday. A listed date of one year goes before a yearly one."""

    zone: ZoneInfo
    weekly: tuple[tuple[Frame, ...], ...]
    holidays: tuple[Holiday, ...] = field(default=())

    def check(self, now: datetime) -> None:
        """Raise unless it opens within a year, and says once what a date is like."""
        for day, frames in enumerate(self.weekly):
            for frame in frames:
                frame.check(f"calendar.weekly[{day}]")
        for n, holiday in enumerate(self.holidays):
            for frame in holiday.frames:
                frame.check(f"calendar.holidays[{n}]")
        self._check_dates()
        if not self.between(now, now + _MUST_OPEN_WITHIN):
            raise InvalidInput(
                "this calendar has no open second in the next 366 days; give it frames",
                field="calendar.weekly",
            )

    def _check_dates(self) -> None:
        """A date that is there twice could be closed by the one and open by the other."""
        dates = [(each.year, each.month, each.day) for each in self.holidays]
        for n, (year, month, day) in enumerate(dates):
            if dates[n] in dates[:n]:
                when = f"{year}-{month:02}-{day:02}" if year else f"{month:02}-{day:02}, yearly,"
                raise InvalidInput(
                    f"{when} is a holiday already; give it once, with all its frames",
                    field=f"calendar.holidays[{n}].date",
                )

    def between(self, begin: datetime, end: datetime) -> timedelta:
        total = _NOTHING
        for opens, closes in self._spans(begin):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, begin), _NOTHING)
        return total

    def after(self, begin: datetime, need: timedelta) -> datetime | None:
        if need <= _NOTHING:
            return begin
        for opens, closes in self._spans(begin):
            since = max(opens, begin)
            if closes - since >= need:
                return since + need
            need -= max(closes - since, _NOTHING)
        return None

    def facts(self) -> dict[str, Any]:
        """As plain lists, for a log; `from_facts` reads them."""
        return {
            "time_zone": self.zone.key,
            "weekly": [_pairs(frames) for frames in self.weekly],
            "holidays": [
                [each.year or 0, each.month, each.day, _pairs(each.frames)]
                for each in self.holidays
            ],
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Calendar:
        return cls(
            ZoneInfo(facts["time_zone"]),
            tuple(_frames(pairs) for pairs in facts["weekly"]),
            tuple(
                Holiday(int(month), int(day), int(year) or None, _frames(pairs))
                for year, month, day, pairs in facts["holidays"]
            ),
        )

    def _spans(self, begin: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open spans that end after `begin`, in order, apart from each other, in UTC."""
        first = begin.astimezone(self.zone).date() - timedelta(days=1)
        reached = begin
        for n in range(_HORIZON_DAYS):
            for starts, closes in self._instants(first + timedelta(days=n)):
                # Where clocks go forward two frames may share instants: what was counted stays.
                opens = max(starts, reached)
                if closes > opens:
                    reached = closes
                    yield opens, closes

    def _instants(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The day's frames in UTC, remembered: many clocks ask for the same days."""
        if day not in self._known_days:
            self._known_days[day] = tuple(
                (self._instant(day, frame.start), self._instant(day, frame.end))
                for frame in self._frames(day)
            )
        return self._known_days[day]

    @cached_property
    def _known_days(self) -> dict[date, tuple[tuple[datetime, datetime], ...]]:
        return {}

    def _frames(self, day: date) -> tuple[Frame, ...]:
        own = self._listed.get((day.year, day.month, day.day))
        if own is None:
            own = self._listed.get((None, day.month, day.day))
        return self._merged_weekly[day.weekday()] if own is None else own

    @cached_property
    def _listed(self) -> Mapping[tuple[int | None, int, int], tuple[Frame, ...]]:
        """Frames by date; several entries of one date are one."""
        found: dict[tuple[int | None, int, int], list[Frame]] = defaultdict(list)
        for holiday in self.holidays:
            found[holiday.year, holiday.month, holiday.day].extend(holiday.frames)
        return {when: _merged(tuple(frames)) for when, frames in found.items()}

    @cached_property
    def _merged_weekly(self) -> tuple[tuple[Frame, ...], ...]:
        return tuple(_merged(frames) for frames in self.weekly)

    def _instant(self, day: date, minute: int) -> datetime:
        """RFC 5545: twice is the first; one that does not exist has the offset before the gap.

        Python's `fold=0` means both (PEP 495).
        """
        if minute == DAY_MINUTES:
            day, minute = day + timedelta(days=1), 0
        hour, minute = divmod(minute, 60)
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)


def _pairs(frames: tuple[Frame, ...]) -> list[list[int]]:
    return [[frame.start, frame.end] for frame in frames]


def _frames(pairs: Iterable[Iterable[float]]) -> tuple[Frame, ...]:
    return tuple(Frame(int(start), int(end)) for start, end in pairs)


def _merged(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """In order; those that overlap or touch are one."""
    merged: list[Frame] = []
    for frame in sorted(frames):
        if merged and frame.start <= merged[-1].end:
            merged[-1] = Frame(merged[-1].start, max(merged[-1].end, frame.end))
        else:
            merged.append(frame)
    return tuple(merged)
