"""Long patterns that are tried only where one of the words stands that they cannot do without.

Every reply is held against all of them, and hardly one speaks of what they look for: to find that
out by the pattern cost a fifth of a millisecond each, by the words a hundredth of that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, slots=True)
class Marked:
    marks: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, marks: str, pattern: str) -> Self:
        """`marks`: separated by `|`, each a part of whatever the pattern may find."""
        return cls(tuple(marks.split("|")), re.compile(pattern))

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text) if any(mark in text for mark in self.marks) else None
