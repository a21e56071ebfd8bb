"""The letters of a text as simple ciphers leave them: leet, moved through the alphabet (pure)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.responder.disguise import readings
from services.responder.letters import small_latin, unspaced

Codes = npt.NDArray[np.uint8]

ALPHABET = 26
# Digits and signs that stand for letters, and letters that the same ones stand for.
_LEET = str.maketrans("01l!|34@5$z27+869", "oiiiieaassssttbgg")
_MIRROR = bytes(-step % ALPHABET for step in range(256))
# What is left of one letter from another, as bytes are subtracted.
_ROUND = bytes(int.from_bytes([step], signed=True) % ALPHABET for step in range(256))


def skeleton(text: str) -> str:
    """Letters and digits that a reader may take for the same are the same."""
    return unspaced(readings(text)[-1].translate(_LEET))


def codes(text: str) -> Codes:
    """Of its letters from a to z."""
    return np.frombuffer(small_latin(readings(text)[-1]), np.uint8)


def steps(said: Codes, apart: int = 1) -> bytes:
    """From each letter to the one so far after it, round the alphabet.

    Caesar's cipher does not change them; one whose shift recurs after so many letters neither.
    """
    return (said[apart:] - said[:-apart]).tobytes().translate(_ROUND)


def bends(moves: bytes) -> bytes:
    """How the steps change: the same under a shift that grows from letter to letter."""
    return steps(np.frombuffer(moves, np.uint8))


def ways(moves: bytes) -> tuple[bytes, ...]:
    """What is read from behind has its steps the other way round, like what is mirrored."""
    mirrored = moves.translate(_MIRROR)
    return moves, mirrored, moves[::-1], mirrored[::-1]
