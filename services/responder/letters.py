"""The letters of a text, cut out of the rest (pure).

Every check of a reply asks for them. Most texts are ASCII, and there a table does it in a tenth of
a pattern's time.
"""

from __future__ import annotations

import re
import string

_WORD = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"[^\W_]+")
_LETTERS, _SMALL = string.ascii_letters.encode(), string.ascii_lowercase.encode()
_ALNUM = _LETTERS + string.digits.encode()
_EVERY = bytes(range(256))
_NO_ALNUM, _NO_SMALL = _EVERY.translate(None, _ALNUM), _EVERY.translate(None, _SMALL)


def _spacing(kept: bytes) -> bytes:
    return bytes(c if c in kept else ord(" ") for c in _EVERY)


_LETTERS_ONLY, _ALNUM_ONLY = _spacing(_LETTERS), _spacing(_ALNUM)


def words(text: str) -> list[str]:
    """Runs of letters."""
    if text.isascii():
        return text.encode().translate(_LETTERS_ONLY).decode().split()
    return _WORD.findall(text)


def runs(text: str) -> list[str]:
    """Runs of letters and digits."""
    if text.isascii():
        return text.encode().translate(_ALNUM_ONLY).decode().split()
    return _RUN.findall(text)


def unspaced(text: str) -> str:
    """Letters and digits, and nothing between them."""
    if text.isascii():
        return text.encode().translate(None, _NO_ALNUM).decode()
    return "".join(runs(text))


def small_latin(text: str) -> bytes:
    """The letters from a to z, and nothing between them."""
    return text.encode("ascii", "ignore").translate(None, _NO_SMALL)
