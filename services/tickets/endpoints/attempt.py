"""What an attempt to deliver an event came to, and when the next one is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from mesh.errors import ChangedMeanwhile, NotFound

if TYPE_CHECKING:
    from datetime import datetime

# The schedule of Standard Webhooks: ten tries over 75.6 hours, each wait 20 % shorter or longer.
_MINUTE, _HOUR = 60.0, 3600.0
_WAITS = (
    *(5.0, 5 * _MINUTE, 30 * _MINUTE),
    *(2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR),
)
_JITTER = 0.2
_LONGEST_WAIT = 24 * _HOUR
# As Standard Webhooks says: they ask to slow down, not only to come back.
_SLOW_DOWN = frozenset({429, 502, 503, 504})
# Where they do not say for how long: a queue of a thousand is not thrown at who is down.
_REST_SECONDS = 5.0


class EndpointDeliveryNotFound(NotFound):
    def __init__(self, delivery_id: UUID) -> None:
        super().__init__(f"no delivery {delivery_id} of that endpoint")


class EndpointDeliveryFenced(ChangedMeanwhile):
    def __init__(self, delivery_id: UUID) -> None:
        super().__init__(f"another worker has delivery {delivery_id}, or it is done")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request. Without an answer its status is 0, and the error says why."""

    http_status: int
    error: str
    duration: timedelta
    retry_after: timedelta | None = None

    @property
    def is_delivered(self) -> bool:
        """Only 2xx; a redirect is a failure."""
        return HTTPStatus.OK <= self.http_status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_gone(self) -> bool:
        """The receiver wants nothing more, ever."""
        return self.http_status == HTTPStatus.GONE

    @property
    def pause(self) -> float:
        """Seconds in which the whole endpoint is left alone."""
        if self.http_status not in _SLOW_DOWN:
            return 0.0
        return _REST_SECONDS if self.retry_after is None else self.asked

    @property
    def asked(self) -> float:
        """Seconds that the receiver wants to be left alone, if it said so with such an answer."""
        if self.retry_after is None or self.http_status not in _SLOW_DOWN:
            return 0.0
        return min(self.retry_after.total_seconds(), _LONGEST_WAIT)


def wait_seconds(tries: int, attempt: Attempt, jitter: float) -> float | None:
    """Until the next try, after so many; None when they are used up. `jitter` is 0 to 1."""
    if tries > len(_WAITS):
        return None
    planned = _WAITS[tries - 1] * (1 + _JITTER * (2 * jitter - 1))
    return max(planned, attempt.asked)


@dataclass(frozen=True, slots=True)
class Pending:
    """A leased delivery, as its row says."""

    id: UUID
    endpoint_id: UUID
    event_kind: str
    attempts: int
    attempts_before: int

    @property
    def tries(self) -> int:
        """Of the schedule, which a replay begins again."""
        return self.attempts - self.attempts_before


@dataclass(frozen=True, slots=True)
class Range:
    """Which events are sent again."""

    start: datetime
    end: datetime
