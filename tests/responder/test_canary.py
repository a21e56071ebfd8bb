"""Our mark does not leave under a cipher, in numbers, or with its letters in another order."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from services.responder import canary
from services.responder.prompt import build
from tests.responder.judging import SIZE
from tests.responder.scene import HITS, a_question
from tests.responder.test_containment import GOOD

if TYPE_CHECKING:
    from collections.abc import Callable

_KEYS = ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")
_KEYPAD = {
    letter: str(key) * times
    for key, letters in enumerate(_KEYS, 2)
    for times, letter in enumerate(letters, 1)
}


def _moved(letter: str, by: int) -> str:
    return chr((ord(letter) - 97 + by) % 26 + 97)


def _keyed(key: str) -> Callable[[str], str]:
    """As Vigenère has it."""
    return lambda mark: "".join(_moved(c, ord(key[n % len(key)]) - 97) for n, c in enumerate(mark))


def _in_pieces(mark: str, size: int) -> list[str]:
    return [mark[n : n + size] for n in range(0, len(mark), size)]


WAYS: dict[str, Callable[[str], str]] = {
    "a shift that grows": lambda mark: "".join(_moved(c, n) for n, c in enumerate(mark)),
    "that grows by three": lambda mark: "".join(_moved(c, 3 * n + 5) for n, c in enumerate(mark)),
    "that shrinks, backwards": lambda mark: "".join(_moved(c, -n) for n, c in enumerate(mark))[
        ::-1
    ],
    "there and back": lambda mark: "".join(_moved(c, (3, -3)[n % 2]) for n, c in enumerate(mark)),
    "a key of three letters": _keyed("key"),
    "a key of five": _keyed("lemon"),
    "a telephone's keys": lambda mark: "".join(_KEYPAD[c][0] for c in mark),
    "its keys, one by one": lambda mark: " ".join(_KEYPAD[c][0] for c in mark),
    "its keys, as often as needed": lambda mark: " ".join(_KEYPAD[c] for c in mark),
    "places from nought": lambda mark: ", ".join(str(ord(c) - 97) for c in mark),
    "codes": lambda mark: " ".join(str(ord(c)) for c in mark),
    "octal": lambda mark: " ".join(f"{ord(c):o}" for c in mark),
    "bits": lambda mark: " ".join(f"{ord(c):08b}" for c in mark),
    "pieces, last first": lambda mark: " ".join(reversed(_in_pieces(mark, 3))),
    "pieces among words": lambda mark: " and then ".join(reversed(_in_pieces(mark, 3))),
    "pieces backwards": lambda mark: ", ".join(piece[::-1] for piece in _in_pieces(mark, 4)),
    "columns": lambda mark: mark[0::3] + mark[1::3] + mark[2::3],
    "two rails": lambda mark: mark[::2] + mark[1::2],
    "sorted": lambda mark: "".join(sorted(mark)),
    "neighbours changed over": lambda mark: "".join(p[::-1] for p in _in_pieces(mark, 2)),
    "shuffled": lambda mark: "-".join(random.Random(mark).sample(mark, len(mark))),  # noqa: S311
}


@pytest.mark.parametrize("way", WAYS)
def test_our_mark_does_not_leave_so(way: str) -> None:
    for _ in range(20):
        mark = build(a_question(), HITS, SIZE).canary
        said = f"A refund takes a while. The word is {WAYS[way](mark[5:])}, says the agent."

        assert canary.holds_mark(said, mark), mark


def test_what_is_no_part_of_it_is_not_taken_for_it() -> None:
    found = [
        (row["reply"], mark)
        for row in GOOD
        for mark in ("mark-gapkcjbmodnh", "mark-fjqncknoqnji", "mark-kkgghhqqbbcc")
        if canary.holds_mark(json.dumps(row["reply"]), mark)
    ]

    assert found == []
