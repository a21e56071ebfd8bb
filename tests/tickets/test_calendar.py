"""Open time, against a reference that looks at every minute; and the cases of PRODUCT 7.6."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesh.errors import InvalidInput
from mesh.hours import AroundTheClock, Calendar, Frame, Holiday

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
SHIFT = (Frame(9 * 60, 12 * 60), Frame(13 * 60, 17 * 60))
OFFICE = Calendar(BERLIN, (SHIFT,) * 5 + ((), ()))
ALWAYS = Calendar(BERLIN, ((Frame(0, 1440),),) * 7)
MINUTE, MICROSECOND = timedelta(minutes=1), timedelta(microseconds=1)


def at(*when: int, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime(*when, tzinfo=zone)  # type: ignore[misc,arg-type]  # year, month, day, …


CHRISTMAS = (Holiday(12, 24, frames=(Frame(540, 720),)), Holiday(12, 25))
CLOSED = tuple(
    Holiday(day.month, day.day, day.year)
    for day in (date(2026, 12, 24) + timedelta(days=n) for n in range(30))
)


@pytest.mark.parametrize(
    ("begin", "hours", "due", "holidays"),
    [
        (at(2026, 11, 6, 16, 30), 2, at(2026, 11, 9, 10, 30), ()),
        (at(2026, 11, 6, 16, 30), 1.6, at(2026, 11, 9, 10, 6), ()),
        (at(2026, 11, 4, 11, 30), 1, at(2026, 11, 4, 13, 30), ()),
        (at(2026, 11, 4, 12), 1, at(2026, 11, 4, 14), ()),
        (at(2026, 11, 4, 15), 2, at(2026, 11, 4, 17), ()),
        (at(2026, 11, 7, 11), 2, at(2026, 11, 9, 11), ()),
        (at(2026, 12, 24, 11), 2, at(2026, 12, 28, 10), CHRISTMAS),
        (at(2026, 12, 23, 16), 2, at(2027, 1, 25, 10), CLOSED),
    ],
)
def test_a_due_time_falls_into_open_hours(
    begin: datetime, hours: float, due: datetime, holidays: tuple[Holiday, ...]
) -> None:
    calendar = Calendar(BERLIN, OFFICE.weekly, holidays)

    assert calendar.after(begin, timedelta(hours=hours)) == due


@pytest.mark.parametrize(
    ("begin", "due"),
    [
        (at(2026, 3, 28, 22), datetime(2026, 3, 29, 5, tzinfo=UTC)),  # 07:00 CEST
        (at(2026, 10, 24, 22), datetime(2026, 10, 25, 4, tzinfo=UTC)),  # 05:00 CET
    ],
)
def test_eight_hours_take_eight_hours_over_a_clock_change(begin: datetime, due: datetime) -> None:
    assert ALWAYS.after(begin, timedelta(hours=8)) == due


@pytest.mark.parametrize(
    ("frame", "day", "opens", "minutes"),
    [
        (Frame(150, 240), date(2026, 3, 8), datetime(2026, 3, 8, 7, 30, tzinfo=UTC), 30),
        (Frame(0, 90), date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC), 90),
    ],
)
def test_a_frame_at_a_clock_change_is_read_as_rfc_5545_says(
    frame: Frame, day: date, opens: datetime, minutes: int
) -> None:
    calendar = Calendar(NEW_YORK, ((frame,),) * 7)
    midnight = datetime(day.year, day.month, day.day, tzinfo=NEW_YORK)

    assert calendar.after(midnight, MICROSECOND) == opens + MICROSECOND
    assert calendar.between(opens, opens + timedelta(hours=12)) == minutes * MINUTE


def test_a_calendar_that_never_opens_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Calendar(BERLIN, ((),) * 7).check(at(2026, 11, 6))


def test_a_calendar_that_opens_on_one_listed_day_is_let_through_and_runs_out() -> None:
    calendar = Calendar(BERLIN, ((),) * 7, (Holiday(5, 1, 2027, (Frame(0, 60),)),))

    calendar.check(at(2026, 11, 6))

    assert calendar.after(at(2026, 11, 6), timedelta(hours=1)) == at(2027, 5, 1, 1)
    assert calendar.after(at(2026, 11, 6), timedelta(hours=2)) is None


@pytest.mark.parametrize("frame", [Frame(60, 60), Frame(120, 60), Frame(0, 1441), Frame(-1, 5)])
def test_a_frame_that_is_none_is_refused(frame: Frame) -> None:
    with pytest.raises(InvalidInput):
        Calendar(BERLIN, ((frame,),) * 7).check(at(2026, 11, 6))


FRAMES = st.lists(
    st.tuples(st.integers(0, 95), st.integers(1, 96)).map(
        lambda quarters: Frame(quarters[0] * 15, min(quarters[0] + quarters[1], 96) * 15)
    ),
    max_size=3,
).map(tuple)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 28))
CALENDARS = st.builds(
    Calendar,
    st.sampled_from(
        [
            *(BERLIN, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")),
            *(ZoneInfo("Africa/Cairo"), ZoneInfo("America/Santiago"), ZoneInfo("UTC")),
        ]
    ),
    st.tuples(*[FRAMES] * 7),
    st.lists(
        st.builds(
            lambda day, once, frames: Holiday(
                day.month, day.day, day.year if once else None, frames
            ),
            DAYS,
            st.booleans(),
            FRAMES,
        ),
        max_size=6,
        unique_by=lambda holiday: (holiday.month, holiday.day),
    ).map(tuple),
)
MOMENTS = st.builds(
    lambda day, minute: datetime(day.year, day.month, day.day, tzinfo=UTC) + minute * MINUTE,
    DAYS,
    st.integers(0, 1439),
)


def frames_of(calendar: Calendar, day: date) -> tuple[Frame, ...]:
    for holiday in calendar.holidays:
        is_it = (holiday.month, holiday.day) == (day.month, day.day)
        if is_it and holiday.year in (None, day.year):
            return holiday.frames
    return calendar.weekly[day.weekday()]


def open_minutes(calendar: Calendar, begin: datetime, minutes: int) -> list[bool]:
    """The slow, obvious way: lay every frame of every day over a row of minutes."""
    row = [False] * minutes
    first = begin.astimezone(calendar.zone).date() - timedelta(days=2)
    for n in range(minutes // 1440 + 6):
        day = first + timedelta(days=n)
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a wall clock
        for frame in frames_of(calendar, day):
            opens, closes = (
                (midnight + minute * MINUTE).replace(tzinfo=calendar.zone).astimezone(UTC)
                for minute in (frame.start, frame.end)
            )
            since = max(0, (opens - begin) // MINUTE)
            until = max(since, min(minutes, (closes - begin) // MINUTE))
            row[since:until] = [True] * (until - since)
    return row


@settings(max_examples=150, deadline=None)
@given(CALENDARS, MOMENTS, st.integers(0, 9 * 1440))
def test_open_time_is_what_the_slow_reference_counts(
    calendar: Calendar, begin: datetime, minutes: int
) -> None:
    counted = calendar.between(begin, begin + minutes * MINUTE)

    assert counted == sum(open_minutes(calendar, begin, minutes)) * MINUTE


@settings(max_examples=150, deadline=None)
@given(CALENDARS, MOMENTS, st.integers(1, 600))
def test_a_due_time_is_the_earliest_instant_by_which_the_target_is_used(
    calendar: Calendar, begin: datetime, target: int
) -> None:
    due = calendar.after(begin, target * MINUTE)

    left, expected = target, None
    for n, is_open in enumerate(open_minutes(calendar, begin, 20 * 1440)):
        left -= is_open
        if not left:
            expected = begin + (n + 1) * MINUTE
            break
    if expected:
        assert due == expected
    else:
        assert due is None or due > begin + timedelta(days=20)


@given(MOMENTS, st.integers(0, 10_000))
def test_around_the_clock_every_second_counts(begin: datetime, seconds: int) -> None:
    need = timedelta(seconds=seconds)

    assert AroundTheClock().after(begin, need) == begin + need
    assert AroundTheClock().between(begin, begin + need) == need


def test_a_date_is_a_holiday_once_and_may_differ_from_its_yearly_self() -> None:
    yearly, once = Holiday(12, 24), Holiday(12, 24, 2026, (Frame(540, 720),))
    Calendar(BERLIN, OFFICE.weekly, (yearly, once)).check(at(2026, 11, 1))

    with pytest.raises(InvalidInput) as refusal:
        Calendar(BERLIN, OFFICE.weekly, (once, yearly, once)).check(at(2026, 11, 1))

    assert refusal.value.violations[0].field == "calendar.holidays[2].date"
    assert "2026-12-24" in str(refusal.value)
