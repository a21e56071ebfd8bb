"""The days that a dashboard is about, in a tenant's reporting time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.analytics import metric

DEFAULT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Period:
    """`[begin, end)`; both on quarters of an hour, so that counts and facts see one period."""

    begin: datetime
    end: datetime
    days: int
    zone: ZoneInfo

    @classmethod
    def until(cls, now: datetime, days: int, zone: ZoneInfo) -> "Period":
        """Today and the days before it; 0 days means a week."""
        days = days or DEFAULT_DAYS
        first = now.astimezone(zone).date() - timedelta(days=days - 1)
        return cls(_midnight(first, zone), metric.bucket_after(now), days, zone)

    def previous(self) -> "Period":
        """The same local times, as many days back."""
        return Period(self._back(self.begin), self._back(self.end), self.days, self.zone)

    def dates(self) -> list[date]:
        first = self.begin.astimezone(self.zone).date()
        return [first + timedelta(days=day) for day in range(self.days)]

    def midnights(self) -> list[datetime]:
        """Where the local days begin."""
        return [_midnight(day, self.zone) for day in self.dates()]

    def hours(self) -> list[datetime]:
        """Where the local hours begin. Counted in UTC: a day has 23, 24 or 25 of them."""
        count = -((self.begin - self.end) // timedelta(hours=1))
        return [self.begin + timedelta(hours=n) for n in range(count)]

    def _back(self, moment: datetime) -> datetime:
        # Arithmetic on local time keeps the clock's hands; on UTC it would slip at clock changes.
        return (moment.astimezone(self.zone) - timedelta(days=self.days)).astimezone(UTC)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
