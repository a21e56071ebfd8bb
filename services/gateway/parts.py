"""A reply cut into what a channel takes at once (pure)."""

from __future__ import annotations

# WhatsApp counts characters, Telegram UTF-16 units; half of the tighter one fits both whatever is
# written.
_UNITS_MOST = 4096


def parts_of(text: str) -> list[str]:
    """At paragraph, sentence or word ends, never inside a character; nothing is lost but the
    blank between.
    """
    parts: list[str] = []
    rest = text.strip()
    while _units(rest) > _UNITS_MOST:
        cut = _longest_prefix(rest)
        head = rest[:cut]
        at = max(head.rfind("\n\n"), head.rfind("\n"), head.rfind(". ") + 1, 0) or head.rfind(" ")
        at = at if at > cut // 2 else cut
        parts.append(rest[:at].strip())
        rest = rest[at:].strip()
    return [part for part in (*parts, rest) if part]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _longest_prefix(text: str) -> int:
    """How many characters fit."""
    cut = _UNITS_MOST
    while _units(text[:cut]) > _UNITS_MOST:
        cut -= _units(text[:cut]) - _UNITS_MOST
    return cut
