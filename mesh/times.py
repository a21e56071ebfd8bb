"""Now, Timestamp without the 1970 trap, and Duration as far as it goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.errors import InvalidInput


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


def to_timestamp(moment: datetime | None) -> Timestamp | None:
    """None stays None, which leaves a message's field unset; refuses a time without a zone."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a time without a zone means something else on each machine")
    timestamp = Timestamp()
    timestamp.FromDatetime(moment)
    return timestamp


def from_timestamp(timestamp: Timestamp | None) -> datetime | None:
    """None for a field nobody set: reading it would say midnight of 1 January 1970.

    Raise `InvalidInput` for a time that no calendar of ours has.
    """
    if timestamp is None or (timestamp.seconds == 0 and timestamp.nanos == 0):
        return None
    try:
        return timestamp.ToDatetime(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            "a time lies between the years 1 and 9999, as RFC 3339 has it"
        ) from error


def from_duration(duration: Duration) -> timedelta:
    """Raise `InvalidInput` for what `duration.proto` does not allow."""
    try:
        return duration.ToTimedelta()
    except (ValueError, OverflowError) as error:
        raise InvalidInput("a duration is at most 10,000 years") from error
