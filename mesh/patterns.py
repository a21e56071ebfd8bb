"""What the contract asks for and where, in words: people read errors, not expressions."""

from __future__ import annotations

from typing import Any

_TENANT = "must be 2 to 63 lower-case letters, digits or hyphens, the first no hyphen"
_LABEL = (
    "must be at most 63 lower-case letters, digits, dots, hyphens or underscores, the first a "
    "letter or digit"
)
_LANGUAGE = "must be a language's two lower-case letters (ISO 639-1), such as en"
_WORDS = {
    r"^[a-z0-9][a-z0-9-]{1,62}$": _TENANT,
    r"^([a-z0-9][a-z0-9-]{1,62})?$": f"{_TENANT}; or empty, for the key's own",
    r"^[a-z0-9][a-z0-9_.-]{0,62}$": _LABEL,
    r"^[a-z0-9][a-z0-9_]{0,62}$": (
        "must be at most 63 lower-case letters, digits or underscores, the first no underscore"
    ),
    r"^[a-z_]+[.][a-z_]+$": "must be a noun and a verb in lower case, such as figures.rebuilt",
    r"^\S(.{0,98}\S)?$": "must be 1 to 100 characters in one line, without spaces around them",
    r"^[a-z]{2}$": _LANGUAGE,
    r"^([a-z]{2})?$": f"{_LANGUAGE}; or empty",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": "must be a time from 00:00 to 23:59",
    r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$": "must be a time from 00:00 to 24:00",
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$": "must be a date such as 2026-12-31",
    # Lists of an enum's numbers, by what they list.
    "[0]": "must be given",
    "[1, 2, 3]": "must be one of TICKET_LINK_KIND_RELATED, _DUPLICATE_OF, _PART_OF",
    "[1, 2, 3, 5]": "must be one of CALLER_VIEWER, CALLER_AGENT, CALLER_ADMIN, CALLER_INGEST",
    r"^https://[^\s]+$": "must be an address that begins with https://, without spaces",
}


def in_words(pattern: object) -> str | None:
    """None: a rule that is not ours."""
    return _WORDS.get(str(pattern))


def place(path: Any) -> str:
    """`items[3].contact.name` from the validator's structured path."""
    parts = []
    for element in path.elements if path else ():
        index = f"[{element.subscript.value}]" if element.subscript else ""
        parts.append(f"{element.field_name}{index}")
    return ".".join(parts)
