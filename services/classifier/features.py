"""A message as the words and pieces of words that the linear model counts (pure)."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CURLY_APOSTROPHE = "\u2019"
# Pieces of 2 to 5 characters survive misspelling; longer ones are whole words here.
_PIECES = range(2, 6)


def normalised(text: str) -> str:
    """One case, one spelling of accents; numbers and addresses lose their value."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace(_CURLY_APOSTROPHE, "'")
    return _NUMBER.sub("0", _ADDRESS.sub("www", plain))


def terms(text: str) -> list[str]:
    """Words, pairs of words and pieces of words, with repetition; the same at training."""
    words = _WORD.findall(normalised(text))
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    return [*words, *pairs, *(piece for word in words for piece in _pieces(word))]


def _pieces(word: str) -> Iterator[str]:
    # The marks keep a piece apart from a word and show where the word begins and ends.
    marked = f"<{word}>"
    for length in _PIECES:
        for start in range(len(marked) - length + 1):
            yield f"~{marked[start : start + length]}"
