"""Whether a key can be one, said in words; the key itself is never shown (pure)."""

from __future__ import annotations

import re

_PLACEHOLDERS = re.compile(
    r"""^(?:your.*|my[_-]?.*key.*|change[_-]?me.*|x{3,}.*|\*+|\.{3,}|placeholder.*|example.*
         |none|null|nil|undefined|todo|secret|key|api[_-]?key|test|sk-\.+|<.*>|\$\{.*\}|\{\{.*\}\})$""",
    re.IGNORECASE | re.VERBOSE,
)
_FAULTS = (
    (re.compile(r"^$"), "it is empty; unset the variable or give the key"),
    (
        re.compile(r"^['\"`\u2018-\u201f«»]|['\"`\u2018-\u201f«»]$"),
        "it is in quotes; remove them from the file or the variable",
    ),
    (re.compile(r"^bearer\b", re.IGNORECASE), "it begins with `Bearer`; give the key alone"),
    (_PLACEHOLDERS, "it is a placeholder; give a real key"),
    (re.compile(r"[\x00-\x20\x7f]"), "it has a blank or a control character inside; copy it again"),
    (re.compile(r"[^\x00-\x7f]"), "it has a character that no key has; copy it again"),
    (re.compile(r"^.{1,7}$"), "it is too short to be a key; copy all of it"),
)


def what_is_wrong(key: str) -> str:
    """Empty when it may be sent; else the remedy: such a key would only be refused, later."""
    stripped = key.strip()
    return next((remedy for fault, remedy in _FAULTS if fault.search(stripped)), "")
