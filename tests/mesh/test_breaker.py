"""Who does not answer gets a rest."""

from __future__ import annotations

import pytest

from mesh.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures_to_open=3, rest_seconds=10, clock=clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        assert breaker.allows()
        breaker.failed()


def test_it_opens_after_failures_in_a_row(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.allows()

    breaker.failed()

    assert (breaker.state, breaker.allows()) == ("open", False)


def test_after_its_rest_one_call_finds_out(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 10

    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.succeeded()
    assert breaker.state == "closed"


def test_a_failed_probe_is_another_rest(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 10
    fail(breaker, 1)

    assert not breaker.allows()
    clock.now = 20
    assert breaker.allows()


def test_a_cancelled_probe_lets_another_try(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 10
    assert breaker.allows()

    breaker.gave_up()

    assert breaker.allows()


def test_a_stated_rest_counts_from_the_first_failure(breaker: Breaker, clock: Clock) -> None:
    breaker.failed(rest_seconds=60)

    clock.now = 59
    assert not breaker.allows()
    clock.now = 60
    assert breaker.allows()


def test_half_of_many_calls_open_it_without_a_run_of_failures(breaker: Breaker) -> None:
    for _ in range(10):
        breaker.succeeded()
        assert breaker.state == "closed"
        breaker.failed()

    assert breaker.state == "open"


def test_failures_of_long_ago_do_not_count(breaker: Breaker, clock: Clock) -> None:
    for _ in range(10):
        breaker.succeeded()
        clock.now += 2
        breaker.failed()

    assert breaker.state == "closed"


def test_where_two_good_probes_are_asked_for_one_is_not_enough(clock: Clock) -> None:
    breaker = Breaker(failures_to_open=1, rest_seconds=10, probes_to_close=2, clock=clock)
    fail(breaker, 1)
    clock.now = 10
    assert breaker.allows()
    breaker.succeeded()

    assert (breaker.state, breaker.allows(), breaker.allows()) == ("half_open", True, False)
    breaker.succeeded()
    assert breaker.state == "closed"
