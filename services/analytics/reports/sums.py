"""Stretches of time, cut into the steps in which their sums are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Part = tuple[str, int, datetime, datetime]  # a grain, a sign, since, until
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


class Stretch(NamedTuple):
    """What to add up in `[since, until)`; both on quarters of an hour."""

    metrics: tuple[str, ...]
    since: datetime
    until: datetime


class Step(NamedTuple):
    """A part of a stretch, as far as sums of one grain go; metrics as one text."""

    place: int
    metrics: str
    grain: str
    sign: int
    since: datetime
    until: datetime


def steps(places: Sequence[Sequence[Stretch]], now: datetime) -> list[Step]:
    """Of all stretches; places are counted from 1, as SQL does. After now hardly anything is."""
    return [
        Step(place, " ".join(stretch.metrics), *part)
        for place, stretches in enumerate(places, 1)
        for stretch in stretches
        for part in _parts(stretch.since, stretch.until, now)
    ]


def day_of(moment: datetime) -> datetime:
    """Where its day begins, in UTC."""
    return _hour_of(moment).replace(hour=0)


def _parts(since: datetime, until: datetime, now: datetime) -> Iterator[Part]:
    """Whole days, and what is left of the days at either end."""
    first, last = day_of(since + _DAY - _INSTANT), day_of(until)
    if last < first:
        yield from _part_of_day(since, until, now)
        return
    yield from _part_of_day(since, first, now)
    if first < last:
        yield "day", 1, first, last
    yield from _part_of_day(last, until, now)


def _part_of_day(since: datetime, until: datetime, now: datetime) -> Iterator[Part]:
    """Its hours; or all of its day less the others, where that is less to read."""
    if since == until:
        return
    begin = day_of(since)
    end = begin + _DAY
    if _past(since, until, now) <= _past(begin, since, now) + _past(until, end, now):
        yield from _hours(1, since, until)
        return
    yield "day", 1, begin, end
    yield from _hours(-1, begin, since)
    yield from _hours(-1, until, end)


def _hours(sign: int, since: datetime, until: datetime) -> Iterator[Part]:
    """Whole hours, at their ends quarters."""
    first = min(_hour_of(since + _HOUR - _INSTANT), until)
    last = max(_hour_of(until), first)
    parts = (("quarter", since, first), ("hour", first, last), ("quarter", last, until))
    yield from ((grain, sign, begin, end) for grain, begin, end in parts if begin < end)


def _past(since: datetime, until: datetime, now: datetime) -> timedelta:
    """How much of it is over."""
    return max(min(until, now) - since, timedelta(0))


def _hour_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
