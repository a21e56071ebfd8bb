"""Whether a key can be one, said in words; the key itself is never shown (pure)."""

from __future__ import annotations

import re

_PLACEHOLDERS = re.compile(
    r"^(?:your[_-].*|change[_-]?me|xxx+|placeholder|none|null|todo|<.*>|sk-\.\.\.)$", re.I
)
_KEY_LENGTH_LEAST = 8


def what_is_wrong(key: str) -> str:
    """Empty when it may be sent; else the remedy. A key like that would only be refused, later."""
    stripped = key.strip()
    if not stripped:
        return "it is empty; unset the variable or give the key"
    if stripped[0] in "\"'" or stripped[-1] in "\"'":
        return "it is in quotes; remove them from the file or the variable"
    if any(ord(c) > 126 for c in stripped):  # noqa: PLR2004 - the end of printable ASCII
        return "it has a character that no key has; copy it again"
    if any(ord(c) < 33 for c in stripped):  # noqa: PLR2004 - control characters and blanks
        return "it has a blank or a line break inside; copy it again"
    if stripped.lower().startswith("bearer"):
        return "it begins with `Bearer`; give the key alone"
    if _PLACEHOLDERS.match(stripped) or len(stripped) < _KEY_LENGTH_LEAST:
        return "it is a placeholder; give a real key"
    return ""
