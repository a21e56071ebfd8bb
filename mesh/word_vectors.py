"""What the encoder reads of a word before its first layer: a vector without a run of it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mesh.encoder import (
    DIMENSIONS,
    WEIGHTS,
    WEIGHTS_SHA256,
    tokenizer,
    verified,
    vocabulary,
)
from mesh.encoder_graph import piece_vectors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mesh.encoder import Vectors

_FIRST_WORD = 1996  # of the vocabulary; before it stand marks and single letters
_REMEMBERED_WORDS = 4096  # 6 MB
_ROWS_AT_ONCE = 2048
_MOST_PIECES = 40  # of a word


def mean_of(words: Iterable[str]) -> Vectors:
    """`(DIMENSIONS,)` of unit length, rare words counting more; of no words it is nothing."""
    total = np.zeros(DIMENSIONS, np.float32)
    for word in words:
        total += _of_word(word)
    length = np.float32(np.sqrt(total @ total))
    return total / length if length else total


@lru_cache(_REMEMBERED_WORDS)
def _of_word(word: str) -> Vectors:
    return _table().sum_of(word)


class _Table:
    """The published weights, 8 bits each, and how rare each piece of a word is."""

    def __init__(self) -> None:
        # A copy that goes again: what is read of the vocabulary's own stays in memory.
        _, self._bytes, self._scales = piece_vectors(verified(*WEIGHTS, WEIGHTS_SHA256))
        # The vocabulary is ordered by frequency: a piece's place says how rare it is.
        place = np.maximum(np.arange(len(self._bytes)) - _FIRST_WORD + 1, 1)
        self._rarity = np.log1p(place).astype(np.float32)
        parts = range(_FIRST_WORD, len(self._bytes), _ROWS_AT_ONCE)
        sums = [self._rows(slice(start, start + _ROWS_AT_ONCE)).sum(axis=0) for start in parts]
        self._centre = np.sum(sums, axis=0) / (len(self._bytes) - _FIRST_WORD)
        _, self._bytes, self._scales = vocabulary()

    def sum_of(self, word: str) -> Vectors:
        readable = word.encode(errors="replace").decode()
        pieces = tokenizer().encode(readable, add_special_tokens=False).ids[:_MOST_PIECES]
        weighted: Vectors = self._rarity[pieces] @ (self._rows(pieces) - self._centre)
        return weighted

    def _rows(self, pieces: list[int] | slice) -> Vectors:
        rows: Vectors = self._bytes[pieces].astype(np.float32) * self._scales[pieces]
        return rows


@cache
def _table() -> _Table:
    return _Table()
