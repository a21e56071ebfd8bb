"""Our mark in a prompt, in whatever dress it would leave (pure)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, AnyStr

import numpy as np

from services.responder.ciphers import ALPHABET, bends, codes, skeleton, steps, ways
from services.responder.disguise import folded, readings, turned
from services.responder.letters import runs, unspaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Of our mark's twelve letters: as they are, as numbers, and put through the alphabet.
_PART_OF_MARK, _PART_IN_NUMBERS, _PART_MOVED = 6, 8, 10
# "n and e and p", "n as in November": the letters of our mark among others, at even steps.
_STEPS_APART = (1, 2, 3, 4, 5)
# A shift that recurs after so many letters: a key's length.
_KEYS = (2, 3, 4, 5)
_LETTER_AT = {str(place): chr(96 + place) for place in range(1, ALPHABET + 1)}
_KEYPAD = {
    letter: (str(key), place)
    for key, letters in enumerate(("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), 2)
    for place, letter in enumerate(letters, 1)
}
_PIECE, _PIECES = 3, 8  # letters of a piece of the mark, and of all of them in a reply
_BLANK, _ALL = bytes([32]) * 256, b"\1"


def holds_mark(text: str, canary: str) -> bool:
    """A good part of it: as it is, with gaps, moved, turned round, by initials, in disorder."""
    mark, parts = canary.removeprefix("mark-"), runs(folded(text))
    seen = "\n".join(_seen(text, parts))
    letters = "".join(parts) if text.isascii() else seen
    for part in _parts(mark, _PART_OF_MARK):
        if part in seen or part[::-1] in seen or part.encode().hex() in letters:
            return True
    return (
        any(part in text for part in _in_base64(mark))
        or _is_moved(seen, text, mark)
        or _is_in_numbers(parts, mark)
        or _is_in_disorder(seen, parts, mark)
    )


def _seen(text: str, parts: Sequence[str]) -> Iterator[str]:
    letters, initials = "".join(parts), "".join([part[0] for part in parts])
    yield skeleton(text)
    yield "".join([_LETTER_AT[part] for part in parts if part in _LETTER_AT])
    for seen in (letters, initials):
        for step in _STEPS_APART:
            yield from [seen[start::step] for start in range(step)]
    if not text.isascii():
        yield from (unspaced(folded(each)) for each in (*readings(text), turned(text)))


def _parts(mark: AnyStr, size: int) -> list[AnyStr]:
    return [mark[start : start + size] for start in range(0, max(1, len(mark) - size + 1), 2)]


def _in_base64(mark: str) -> Iterator[str]:
    """Of whatever holds eight letters of it, six fall together: one of these is in the code."""
    for start in range(len(mark) - _PART_OF_MARK + 1):
        yield base64.b64encode(mark[start : start + _PART_OF_MARK].encode()).decode()


def _is_moved(seen: str, text: str, mark: str) -> bool:
    """By one shift, by those of a key, or by one that grows; mirrored, and from behind."""
    ours, theirs = codes(mark), codes(text)
    moves = steps(ours)
    return (
        _stand(_parts(moves, _PART_MOVED - 1), steps(codes(seen)))
        or _stand(_parts(bends(moves), _PART_MOVED - 2), bends(steps(theirs)))
        or any(_stand([steps(ours, key)], steps(theirs, key)) for key in _KEYS)
    )


def _stand(ours: Sequence[bytes], moves: bytes) -> bool:
    return any(way in moves for part in ours for way in ways(part))


def _is_in_numbers(parts: Sequence[str], mark: str) -> bool:
    """By a telephone's keys, once or as often as for the letter; by codes of any base."""
    numbers = [part for part in parts if part.isdecimal() and part.isascii()]
    digits = "".join(numbers)
    if len(digits) < _PART_IN_NUMBERS:
        return False
    for part in _parts(mark, _PART_IN_NUMBERS):
        keys = [_KEYPAD[letter] for letter in part]
        once, often = "".join(key for key, _ in keys), "".join(key * n for key, n in keys)
        if any(way in digits for way in (once, once[::-1], often, often[::-1])):
            return True
    for base in (2, 8, 10):
        figures = "0123456789"[:base]
        said = [int(each, base) % ALPHABET for each in numbers if not each.strip(figures)]
        ours = _parts(steps(codes(mark)), _PART_MOVED - 1)
        if _stand(ours, steps(np.array(said, np.uint8))):
            return True
    return False


def _is_in_disorder(seen: str, parts: Sequence[str], mark: str) -> bool:
    """All its letters together in another order, or pieces of it among other words."""
    pieces = {
        part for part in parts if len(part) >= _PIECE and (part in mark or part[::-1] in mark)
    }
    if sum(map(len, pieces)) >= _PIECES:
        return True
    kept = bytearray(_BLANK)
    for letter in mark.encode():
        kept[letter] = _ALL[0]
    said = seen.encode("ascii", "replace")
    if _ALL * len(mark) not in said.translate(kept):
        return False
    ordered = sorted(mark)
    return any(sorted(seen[n : n + len(mark)]) == ordered for n in range(len(seen)))
