"""Stretches of time, cut into the steps in which their sums are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    since: datetime
    until: datetime


def steps(places: Sequence[Sequence[Stretch]]) -> list[Step]:
    """Of all stretches; places are counted from 1, as SQL does."""
    return [
        Step(place, " ".join(stretch.metrics), *part)
        for place, stretches in enumerate(places, 1)
        for stretch in stretches
        for part in _parts(stretch.since, stretch.until)
    ]


def day_of(moment: datetime) -> datetime:
    """Where its day begins, in UTC."""
    return _hour_of(moment).replace(hour=0)


def _parts(since: datetime, until: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """Whole days, at their ends whole hours, at their ends quarters."""
    first_hour = min(_hour_of(since + _HOUR - _INSTANT), until)
    last_hour = max(_hour_of(until), first_hour)
    first_day = min(day_of(first_hour + _DAY - _INSTANT), last_hour)
    last_day = max(day_of(last_hour), first_day)
    parts = (
        ("quarter", since, first_hour),
        ("hour", first_hour, first_day),
        ("day", first_day, last_day),
        ("hour", last_day, last_hour),
        ("quarter", last_hour, until),
    )
    yield from (part for part in parts if part[1] < part[2])


def _hour_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
