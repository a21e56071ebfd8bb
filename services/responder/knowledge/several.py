"""What a turn asks, question by question (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from services.responder.knowledge.chunk import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

# More is a list, and for a person.
QUESTIONS_MOST = 3
_WORDS_LEAST = 3
_ASKING = (
    "how|what|when|where|which|who|why|can|could|do|does|is|are|will|may"
    "|comment|combien|quand|où|quels?|quelles?|puis-je|peut-on|est-ce|qui|pourquoi"
    "|como|quando|onde|quanto|quantos|qual|quais|posso|quem|porque"
    "|cómo|cuándo|dónde|cuánto|cuál|puedo|quién"
    "|wie|wann|wo|was|welche|kann|wer|warum"
    "|je|lini|wapi|vipi|ngapi|naweza|nani|kwa nini"
)
_AND = (
    r"and(?: also)?|also|et(?: aussi)?|e(?: também)?|y(?: también)?|und(?: auch)?|na(?: pia)?|pia"
)
# "How do I return it, and who pays?": a comma or not, a word that goes on, one that asks.
_NEXT = re.compile(rf"[,;]?\s+(?:{_AND})\s+(?=(?:{_ASKING})\b)", re.I)
_BEGINS = re.compile(rf"\W*(?:(?:{_AND}|or|ou|oder|au)\s+)?(?:{_ASKING})\b", re.I)
_MARKS = ("?", "؟", "\uff1f")


def questions(messages: Sequence[str]) -> list[str]:
    """Each question of the turn, as it was asked; what only tells is left out."""
    told = [part for message in messages for part in sentences(message)]
    asked = [part for part in told if part.endswith(_MARKS) or _BEGINS.match(part)]
    apart = [each.strip() for part in asked for each in _NEXT.split(part)]
    return list(dict.fromkeys(each for each in apart if len(each.split()) >= _WORDS_LEAST))
