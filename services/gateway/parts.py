"""A reply cut into what a channel takes at once (pure)."""

from __future__ import annotations

from services.gateway.channels.markup import spans
from services.gateway.channels.telegram_payload import units, units_cut

# WhatsApp counts characters, Telegram UTF-16 units: the stricter one fits both.
_UNITS_MOST = 4096
_BREAKS = ("\n\n", "\n", ". ", " ")


def parts_of(text: str) -> list[str]:
    """At paragraph, sentence or word ends, never inside a character or a marked stretch; nothing
    is lost but the blank between.
    """
    parts: list[str] = []
    rest = text.strip()
    while units(rest) > _UNITS_MOST:
        at = _outside_marks(rest, _cut(units_cut(rest, _UNITS_MOST)))
        parts.append(rest[:at].strip())
        rest = rest[at:].strip()
    return [part for part in (*parts, rest) if part]


def _cut(head: str) -> int:
    """After the last break of the best kind in the second half; else in mid-word."""
    for mark in _BREAKS:
        at = head.rfind(mark, len(head) // 2)
        if at > 0:
            return at + len(mark)
    return len(head)


def _outside_marks(text: str, at: int) -> int:
    """Before a marked stretch rather than inside it, unless that leaves nothing."""
    start = next((span.start for span in spans(text) if span.start < at < span.end), at)
    return start if text[:start].strip() else at
