"""Who guesses keys has to wait; who has one does not."""

from __future__ import annotations

import pytest

from mesh.errors import NotSignedIn, TooMany
from mesh.guesses import ADDRESS, Guesses

KEY = "csk_0123456789abcdef_"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def guess(guesses: Guesses, key: str, address: str = "1.2.3.4") -> str:
    """What becomes of a wrong key: refused, or not even looked at."""
    try:
        with guesses.counted({ADDRESS: address}, key):
            raise NotSignedIn("wrong")
    except TooMany:
        return "wait"
    except NotSignedIn:
        return "wrong"


def good(guesses: Guesses, key: str, address: str = "1.2.3.4") -> None:
    with guesses.counted({ADDRESS: address}, key):
        pass


def test_the_eleventh_guess_at_one_key_is_not_looked_at() -> None:
    guesses = Guesses(clock=Clock())

    said = [guess(guesses, f"{KEY}{n}") for n in range(11)]

    assert said == ["wrong"] * 10 + ["wait"]


def test_an_address_that_tries_many_keys_waits_too() -> None:
    guesses = Guesses(clock=Clock())

    said = [guess(guesses, f"csk_{n}_x") for n in range(31)]

    assert said == ["wrong"] * 30 + ["wait"]


def test_nobody_can_lock_a_key_out_from_somewhere_else() -> None:
    guesses = Guesses(clock=Clock())
    for n in range(40):
        guess(guesses, f"{KEY}{n}", "6.6.6.6")

    good(guesses, f"{KEY}right", "1.2.3.4")


def test_a_key_that_was_good_lately_is_not_held_back_by_its_neighbours() -> None:
    guesses = Guesses(clock=Clock())
    good(guesses, f"{KEY}right")
    for n in range(40):
        guess(guesses, f"csk_{n}_x")

    good(guesses, f"{KEY}right")
    with pytest.raises(TooMany):
        good(guesses, "csk_other_new")


def test_waiting_helps() -> None:
    clock = Clock()
    guesses = Guesses(clock=clock)
    for n in range(40):
        guess(guesses, f"csk_{n}_x")

    clock.now += 2.0

    assert guess(guesses, "csk_again_x") == "wrong"
    assert guess(guesses, "csk_again_x") == "wait"
