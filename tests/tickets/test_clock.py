"""Time that counts, against a reference that walks a year minute by minute."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from mesh.hours import AroundTheClock
from services.tickets.sla.clock import Clock
from services.tickets.sla.eras import Eras
from tests.tickets.test_calendar import CALENDARS, MINUTE, OFFICE, open_minutes

if TYPE_CHECKING:
    from mesh.hours import Calendar

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def a_clock(target: timedelta, at: datetime) -> Clock:
    return Clock(
        id=uuid.uuid4(),
        ticket_id=uuid.uuid4(),
        conversation_id=uuid.uuid4(),
        kind="resolution",
        target=target,
        started_at=at,
    )


def berlin(*when: int) -> datetime:
    return datetime(*when, tzinfo=BERLIN)  # type: ignore[misc,arg-type]  # year, month, day, …


def waiting_since_monday() -> Clock:
    """Case 12: four hours from Monday nine, resting since eleven."""
    begun = berlin(2026, 11, 2, 9)
    return a_clock(4 * HOUR, begun).run(begun, OFFICE).rest(berlin(2026, 11, 2, 11), OFFICE)


def test_waiting_on_the_customer_does_not_count() -> None:
    resumed = waiting_since_monday().run(berlin(2026, 11, 4, 14), OFFICE)

    assert (resumed.used, resumed.due_at) == (2 * HOUR, berlin(2026, 11, 4, 16))


def test_time_that_it_stood_resolved_is_free() -> None:
    resumed = waiting_since_monday().run(berlin(2026, 11, 4, 14), OFFICE)
    resolved = resumed.stop(berlin(2026, 11, 4, 15), OFFICE)

    reopened = resolved.run(berlin(2026, 11, 5, 16, 30), OFFICE)

    assert (resolved.outcome, reopened.outcome) == ("met", "")
    assert (reopened.used, reopened.due_at) == (3 * HOUR, berlin(2026, 11, 6, 9, 30))


def test_a_target_cut_while_waiting_counts_from_the_next_message() -> None:
    now = berlin(2026, 11, 3, 10)
    cut = waiting_since_monday().promise(3 * HOUR, now, before=OFFICE, after=OFFICE)

    resumed = cut.run(berlin(2026, 11, 4, 14), OFFICE)

    assert (cut.due_at, resumed.due_at) == (None, berlin(2026, 11, 4, 15))


def test_stopping_exactly_at_the_due_time_is_met_and_an_instant_later_is_late() -> None:
    begun = berlin(2026, 11, 4, 15)
    clock = a_clock(2 * HOUR, begun).run(begun, OFFICE)
    due = berlin(2026, 11, 4, 17)

    met = clock.stop(due, OFFICE)
    late = clock.stop(due + timedelta(microseconds=1), OFFICE)

    assert (met.outcome, met.breached_at) == ("met", None)
    assert (late.outcome, late.breached_at) == ("late", due)


def test_risk_and_breach_are_told_once_at_their_true_instants() -> None:
    begun = berlin(2026, 11, 6, 16, 30)
    clock = a_clock(2 * HOUR, begun).run(begun, OFFICE)

    warned = clock.until(berlin(2026, 11, 9, 10, 7))
    breached = warned.until(berlin(2026, 11, 20))

    assert clock.alarm_at == warned.warned_at == berlin(2026, 11, 9, 10, 6)
    assert warned.alarm_at == breached.breached_at == berlin(2026, 11, 9, 10, 30)
    assert breached.alarm_at is None
    assert breached.until(berlin(2026, 12, 1)) == breached


def test_a_longer_target_makes_it_safe_and_it_may_be_warned_again() -> None:
    begun = berlin(2026, 11, 4, 9)
    warned = a_clock(HOUR, begun).run(begun, OFFICE).until(berlin(2026, 11, 4, 9, 50))

    longer = warned.promise(4 * HOUR, berlin(2026, 11, 4, 9, 50), before=OFFICE, after=OFFICE)

    assert longer.warned_at is None
    assert longer.alarm_at == berlin(2026, 11, 4, 13, 12)


def test_with_nothing_left_a_shorter_target_is_due_at_once() -> None:
    begun, now = berlin(2026, 11, 4, 9), berlin(2026, 11, 4, 11)
    clock = a_clock(4 * HOUR, begun).run(begun, OFFICE)

    shorter = clock.promise(HOUR, now, before=OFFICE, after=OFFICE)

    assert shorter.due_at == now
    assert shorter.until(now + timedelta(microseconds=1)).breached_at == now


def test_cancelling_keeps_a_breach_that_happened() -> None:
    begun = berlin(2026, 11, 4, 9)
    clock = a_clock(HOUR, begun).run(begun, OFFICE)

    assert clock.cancel(berlin(2026, 11, 4, 9, 30), OFFICE).outcome == "cancelled"
    assert clock.cancel(berlin(2026, 11, 4, 11), OFFICE).outcome == "late"


def test_an_answer_that_is_taken_back_leaves_no_trace() -> None:
    begun = berlin(2026, 11, 4, 9)
    clock = a_clock(2 * HOUR, begun).run(begun, OFFICE)

    again = clock.stop(berlin(2026, 11, 4, 9, 30), OFFICE).run(berlin(2026, 11, 4, 9, 30), OFFICE)

    assert (again.due_at, again.at_risk_at) == (clock.due_at, clock.at_risk_at)


WALKS = st.lists(st.integers(1, 3 * 1440), min_size=1, max_size=6)
YEAR_OF_MINUTES = st.integers(0, 364 * 1440)


@settings(max_examples=120, deadline=None)
@given(CALENDARS, YEAR_OF_MINUTES, st.integers(1, 900), WALKS)
def test_run_and_rest_come_to_what_a_walk_minute_by_minute_counts(
    calendar: Calendar, start: int, target: int, steps: list[int]
) -> None:
    """It runs, rests, runs …; the reference counts open minutes of the running stretches."""
    begin = datetime(2026, 1, 1, tzinfo=UTC) + start * MINUTE
    is_open = open_minutes(calendar, begin, sum(steps))
    clock, at, used, breached = a_clock(target * MINUTE, begin), 0, 0, None
    for n, step in enumerate(steps):
        if n % 2 == 0:
            clock = clock.run(begin + at * MINUTE, calendar)
            for minute in range(at, at + step):
                used += is_open[minute]
                is_over = used == target and is_open[minute] and minute + 1 < at + step
                breached = begin + (minute + 1) * MINUTE if is_over and not breached else breached
        else:
            clock = clock.rest(begin + at * MINUTE, calendar)
        at += step
    clock = clock.rest(begin + at * MINUTE, calendar)

    assert clock.used == used * MINUTE
    if used <= target:
        assert clock.breached_at == breached
    else:
        assert clock.breached_at is not None


@given(st.integers(1, 10_000), st.lists(st.integers(0, 5_000), max_size=5))
def test_what_is_promised_anew_never_forgets_what_was_used(target: int, steps: list[int]) -> None:
    hours, at = AroundTheClock(), datetime(2026, 1, 1, tzinfo=UTC)
    clock = a_clock(target * MINUTE, at).run(at, hours)
    for step in steps:
        at += step * MINUTE
        clock = clock.promise((target + step) * MINUTE, at, before=hours, after=hours)

    assert clock.used_at(at, hours) == sum(steps) * MINUTE


@settings(max_examples=60, deadline=None)
@given(CALENDARS, CALENDARS, YEAR_OF_MINUTES, st.integers(1, 900), st.integers(0, 4 * 1440))
def test_over_an_edit_each_span_counts_in_the_hours_then_in_force(
    old: Calendar, new: Calendar, start: int, target: int, edited: int
) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC) + start * MINUTE
    until = begin + edited * MINUTE
    is_open = [*open_minutes(old, begin, edited), *open_minutes(new, until, 9 * 1440)]
    used = [n + 1 for n, counts in enumerate(is_open) if counts]
    late = a_clock(target * MINUTE, begin).run(begin, old)

    reckoned = late.reckoned(Eras(new, 2, ((until, old),)))

    assert reckoned.used_at(begin + len(is_open) * MINUTE, Eras(new, 2, ((until, old),))) == (
        len(used) * MINUTE
    )
    if len(used) >= target:
        assert reckoned.due_at == begin + used[target - 1] * MINUTE
