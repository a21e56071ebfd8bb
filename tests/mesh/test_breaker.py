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
