"""One utterance: what is known of its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def _least_receipt(parts: Sequence[Part]) -> str:
    for count, name in enumerate(_FURTHEST, start=1):
        if all(part.receipt in _FURTHEST[:count] for part in parts):
            return name
    return "sent"
