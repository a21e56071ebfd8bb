"""Many patterns as one, for texts in which hardly ever one of them is found (pure)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BORDER, _GROUP = r"\b", "(?:"
_ELEMENT = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_REPEATED = ("?", "*", "+", "{")


def any_of(patterns: Iterable[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Found where one of them is; where several are, the leftmost; of those that begin at one place
    with one letter, the first of the table.

    Those that begin with a word are sought by its first letter, at a border of words: of hundreds
    a word is compared with a few.
    """
    lettered: dict[str, list[str]] = defaultdict(list)
    others = []
    for alternative in (each for pattern in patterns for each in _alternatives(pattern)):
        bordered = alternative.removeprefix(_BORDER)
        for spelt in _spelt_out(bordered) if bordered != alternative else [alternative]:
            if bordered != alternative and _begins_with_letter(spelt):
                lettered[spelt[0]].append(spelt[1:])
            else:
                others.append(spelt if bordered == alternative else _BORDER + spelt)
    words = "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in lettered.items())
    return re.compile("|".join([rf"\b(?:{words})", *others] if words else others), flags)


def plain(text: str) -> str:
    """As patterns are written: small letters, straight apostrophes."""
    return text.lower().replace("\u2019", "'")


def _begins_with_letter(pattern: str) -> bool:
    return pattern[:1].isalpha() and not pattern[1:].startswith(_REPEATED)


def _spelt_out(pattern: str) -> Iterator[str]:
    """`(?:a|b)c` is `ac` and `bc`."""
    if not pattern.startswith(_GROUP):
        yield pattern
        return
    inner, rest = _first_group(pattern)
    if rest.startswith(_REPEATED):
        yield pattern
        return
    for alternative in _alternatives(inner):
        yield from _spelt_out(alternative + rest)


def _first_group(pattern: str) -> tuple[str, str]:
    """What stands in the group that it begins with, and what follows it."""
    depth = 0
    for part in _ELEMENT.finditer(pattern):
        depth += (part.group() == "(") - (part.group() == ")")
        if not depth:
            return pattern[len(_GROUP) : part.start()], pattern[part.end() :]
    raise ValueError(pattern)


def _alternatives(pattern: str) -> list[str]:
    """Split at each `|` that no parenthesis encloses."""
    depth, found = 0, [""]
    for part in _ELEMENT.findall(pattern):
        depth += (part == "(") - (part == ")")
        if part == "|" and not depth:
            found.append("")
        else:
            found[-1] += part
    return found
