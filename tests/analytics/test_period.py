from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.analytics import metric
from services.analytics.period import Period

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_week_is_today_and_six_days_before() -> None:
    period = Period.until(datetime(2026, 11, 25, 12, 1, tzinfo=UTC), 0, ZoneInfo("UTC"))

    assert period.begin == datetime(2026, 11, 19, tzinfo=UTC)
    assert period.end == datetime(2026, 11, 25, 12, 15, tzinfo=UTC)
    assert len(period.dates()) == 7


def test_a_day_with_a_clock_change_still_begins_at_midnight() -> None:
    period = Period.until(datetime(2026, 10, 25, 20, 0, tzinfo=UTC), 1, BERLIN)

    assert period.begin == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert period.previous().begin == datetime(2026, 10, 23, 22, 0, tzinfo=UTC)
    assert period.previous().end == datetime(2026, 10, 24, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minute", "begin", "after"), [(0, 0, 0), (1, 0, 15), (14, 0, 15), (15, 15, 15), (31, 30, 45)]
)
def test_quarters_of_an_hour_hold_every_moment(minute: int, begin: int, after: int) -> None:
    moment = datetime(2026, 11, 25, 9, minute, tzinfo=UTC)

    assert metric.bucket(moment).minute == begin
    assert metric.bucket_after(moment).minute == after
