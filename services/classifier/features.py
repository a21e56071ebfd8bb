"""A message as the words and pieces of words that the linear model counts (pure).

A term is known by a number made from its letters: no model keeps a list of words, and the pieces
of a word that was seen lately are not cut again.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b, sha256
from itertools import chain, pairwise
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<!\S)[^\s@]+@[^\s@]+\.\w+")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CURLY_APOSTROPHE = "\u2019"
# Pieces of 3 and 4 characters survive misspelling; 2 and 5 add a third of the time, no accuracy.
_PIECES = range(3, 5)
_LONGEST_WORD = 40  # nobody's language: what is longer is counted by its beginning
_REMEMBERED_WORDS = 8192


def normalised(text: str) -> str:
    """One case, one spelling of accents; numbers and addresses lose their value."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace(_CURLY_APOSTROPHE, "'")
    return _NUMBER.sub("0", _ADDRESS.sub("www", plain))


def key_of(text: str) -> int:
    """63 bits that name a text, whatever its spacing and capitals: two such are one example."""
    digest = blake2b(_plain(text), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def hash_of(text: str) -> bytes:
    """As the contract's ForgetTexts has it: it names the texts that `key_of` takes for one."""
    return sha256(_plain(text)).digest()


def _plain(text: str) -> bytes:
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return plain.encode(errors="replace")


def words_of(text: str) -> list[str]:
    return [word[:_LONGEST_WORD] for word in _WORD.findall(normalised(text))]


def has_words(text: str) -> bool:
    return _WORD.search(text) is not None


def terms(text: str) -> list[str]:
    """Words, pairs of words and pieces of words, with repetition."""
    words = words_of(text)
    pairs = [_pair(*two) for two in pairwise(words)]
    return [*words, *pairs, *(piece for word in words for piece in _pieces(word))]


def term_ids(words: Sequence[str]) -> list[int]:
    """The numbers of the text's `terms`, in another order; the same at training."""
    pairs = [term_id(_pair(*two)) for two in pairwise(words)]
    return [*pairs, *chain.from_iterable(map(_ids_of_word, words))]


def term_id(term: str) -> int:
    """32 bits: among a model's 20,000 terms one in 200,000 stands for two."""
    return crc32(term.encode(errors="replace"))


@lru_cache(_REMEMBERED_WORDS)
def _ids_of_word(word: str) -> tuple[int, ...]:
    return (term_id(word), *map(term_id, _pieces(word)))


def _pair(first: str, second: str) -> str:
    return f"{first} {second}"


def _pieces(word: str) -> Iterator[str]:
    # The marks keep a piece apart from a word and show where the word begins and ends.
    marked = f"<{word}>"
    for length in _PIECES:
        for start in range(len(marked) - length + 1):
            yield f"~{marked[start : start + length]}"
