"""How often: so many at once, so many in a second, and nobody's pace changes another's."""

from __future__ import annotations

import pytest

from mesh.buckets import Buckets, Rate


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_taken_at_once_and_then_the_pace_holds() -> None:
    clock = Clock()
    buckets = Buckets(Rate(per_second=10, burst=5), most=10, clock=clock)

    assert [buckets.take("a") for _ in range(6)] == [1, 1, 1, 1, 1, 0]
    assert buckets.wait("a") == pytest.approx(0.1)
    clock.now += 0.1
    assert buckets.take("a") == 1
    assert buckets.take("a") == 0


def test_many_at_once_get_what_there_is() -> None:
    buckets = Buckets(Rate(per_second=10, burst=5), most=10, clock=Clock())

    assert [buckets.take("a", 3), buckets.take("a", 3), buckets.take("a", 3)] == [3, 2, 0]


def test_a_place_waits_for_itself_alone() -> None:
    buckets = Buckets(Rate(per_second=1, burst=1), most=10, clock=Clock())
    buckets.take("a")

    assert buckets.wait("a") > 0
    assert buckets.wait("b") == 0
    assert buckets.take("b") == 1


def test_an_idle_bucket_is_full_and_never_more_than_full() -> None:
    clock = Clock()
    buckets = Buckets(Rate(per_second=10, burst=3), most=10, clock=clock)
    buckets.take("a", 3)
    clock.now += 3600

    assert buckets.take("a", 100) == 3


def test_no_more_places_are_remembered_than_allowed() -> None:
    buckets = Buckets(Rate(per_second=1, burst=1), most=2, clock=Clock())

    for place in ("a", "b", "c"):
        buckets.take(place)

    assert (buckets.wait("a"), buckets.wait("c") > 0) == (0.0, True)
