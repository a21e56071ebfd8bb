"""Times keep their zone, and nobody's time is not 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.errors import InvalidInput
from mesh.times import from_duration, from_timestamp, now, to_timestamp


def test_a_moment_survives_the_wire_in_utc() -> None:
    moment = datetime(2026, 11, 25, 3, 4, 5, 678_901, tzinfo=timezone(timedelta(hours=2)))

    again = from_timestamp(to_timestamp(moment))

    assert again == moment
    assert again is not None
    assert again.tzinfo is UTC


def test_an_unset_time_is_none_and_not_1970() -> None:
    assert from_timestamp(Timestamp()) is None
    assert from_timestamp(None) is None
    assert to_timestamp(None) is None


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_timestamp(datetime(2026, 1, 1))  # noqa: DTZ001  # the mistake under test


def test_now_has_a_zone() -> None:
    assert now().tzinfo is UTC


@pytest.mark.parametrize("seconds", [2**63 - 1, -(2**63), 253_402_300_800])
def test_a_time_that_no_calendar_has_is_refused_in_words(seconds: int) -> None:
    with pytest.raises(InvalidInput, match="between the years"):
        from_timestamp(Timestamp(seconds=seconds))


@pytest.mark.parametrize("seconds", [2**62, -(2**62)])
def test_a_duration_that_cannot_be_is_refused_in_words(seconds: int) -> None:
    with pytest.raises(InvalidInput, match="a duration is"):
        from_duration(Duration(seconds=seconds))
