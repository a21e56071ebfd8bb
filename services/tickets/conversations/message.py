"""One utterance: how it is cut to be sent, and what is known of its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

# WhatsApp: 4096 characters of a text body. Telegram: 4096 UTF-16 units. The stricter one counts.
PART_UNITS_MOST = 4096
_BREAKS = ("\n\n", "\n", ". ", " ")
_IN_DOUBT = ("failed", "parked", "cancelled", "ambiguous")
_FURTHEST = ("read", "delivered")


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of one part's delivery."""

    state: str
    receipt: str
    reason: str


def state_of(author: str, kind: str, parts: Sequence[Part]) -> str:
    """The message's state from its parts: the worst news first, the slowest part decides."""
    if author == "customer":
        return "received"
    if kind == "note":
        return ""
    if not parts:
        return "sent"  # written elsewhere, in the business's own app
    states = {part.state for part in parts}
    for doubt in _IN_DOUBT:
        if doubt in states:
            return "uncertain" if doubt == "ambiguous" else doubt
    if states != {"sent"}:
        return "queued" if states <= {"pending", "claimed"} else "sending"
    return _least_receipt(parts)


def failure_of(parts: Sequence[Part]) -> str:
    """Why a part failed, was cancelled or is in doubt: a code."""
    return next((part.reason for part in parts if part.reason and part.state in _IN_DOUBT), "")


def parts_of(text: str) -> list[str]:
    """Pieces that every channel takes, cut between paragraphs, lines, sentences or words."""
    if not text.strip():
        raise InvalidInput("a message needs words", field="text")
    parts, rest = [], text.strip()
    while units(rest) > PART_UNITS_MOST:
        cut = _cut(rest)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _least_receipt(parts: Sequence[Part]) -> str:
    for count, name in enumerate(_FURTHEST, start=1):
        if all(part.receipt in _FURTHEST[:count] for part in parts):
            return name
    return "sent"


def _cut(text: str) -> int:
    """Where to end the first part: at the last break in its second half, else in mid-word."""
    most = _fitting(text)
    for mark in _BREAKS:
        found = text.rfind(mark, most // 2, most)
        if found > 0:
            return found + len(mark)
    return most


def _fitting(text: str) -> int:
    """How many characters fit into one part."""
    taken = 0
    for index, character in enumerate(text):
        taken += units(character)
        if taken > PART_UNITS_MOST:
            return index
    return len(text)


def units(text: str) -> int:
    """How long a text is for whoever counts strictest: in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
