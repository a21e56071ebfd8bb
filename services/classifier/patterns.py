"""Many patterns as one, for texts in which hardly ever one of them is found (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BORDER = r"\b"


def any_of(patterns: Iterable[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Found where one of them is; where several are, the leftmost, then the first of the table.

    One word border is sought before all that begin with one: a third of a search a pattern.
    """
    bordered, others = [], []
    for pattern in patterns:
        if pattern.startswith(_BORDER):
            bordered.append(f"(?:{pattern.removeprefix(_BORDER)})")
        else:
            others.append(f"(?:{pattern})")
    joined = [rf"\b(?:{'|'.join(bordered)})"] if bordered else []
    return re.compile("|".join([*joined, *others]), flags)


def plain(text: str) -> str:
    """As patterns are written: small letters, straight apostrophes."""
    return text.lower().replace("\u2019", "'")
