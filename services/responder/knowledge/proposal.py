"""An article's first draft from a conversation that a person settled (pure).

In that person's own words, without greetings and without what is a customer's own: whoever
publishes it reads it first anyway, and nothing here is made up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from mesh.errors import Conflict
from mesh.times import now
from services.responder import personal
from services.responder.knowledge.article import Article, Status
from services.responder.knowledge.chunk import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

CUSTOMER, PERSON = "customer", "agent"
_TITLE_CHARACTERS_MOST = 120
# What is shorter is "Hello!", "One moment please", "Anything else?".
_WORDS_LEAST = 5
_PLACEHOLDER = re.compile(r"<([A-Z]+)_\d+>")
_COURTESY = re.compile(
    r"^(?:hello|hi|hey|dear|thank|thanks|sorry|bonjour|merci|olá|obrigad|hola|gracias|hallo|danke"
    r"|habari|asante|is there anything|anything else|have a (?:nice|good)|my name is)\b",
    re.I,
)


class NothingToLearn(Conflict):
    def __init__(self) -> None:
        super().__init__("no person answered anything in this conversation")


def proposed(conversation: Sequence[tuple[str, str]], language: str) -> Article:
    """`conversation` is (speaker, text), oldest first; raise `NothingToLearn`."""
    answered_at = next((n for n, (who, _) in enumerate(conversation) if who == PERSON), None)
    said = [text for who, text in conversation if who == PERSON]
    paragraphs = [part for text in said if (part := _substance(text))]
    asked = [text for who, text in conversation[:answered_at] if who == CUSTOMER]
    if not paragraphs or not asked:
        raise NothingToLearn
    return Article(
        id=uuid4(),
        title=_title(asked),
        body="\n\n".join(paragraphs),
        language=language,
        url="",
        slug="",
        status=Status.DRAFT,
        version=1,
        updated_at=now(),
    )


def _title(asked: Sequence[str]) -> str:
    """The last question before the answer, else the customer's longest sentence."""
    parts = [part for text in asked for part in sentences(_anonymous(text))]
    questions = [part for part in parts if part.endswith(("?", "؟"))]
    title = questions[-1] if questions else max(parts, key=len)
    return title[:_TITLE_CHARACTERS_MOST]


def _substance(text: str) -> str:
    kept = [
        part
        for part in sentences(_anonymous(text))
        if len(part.split()) >= _WORDS_LEAST and not _COURTESY.match(part)
    ]
    return " ".join(kept)


def _anonymous(text: str) -> str:
    masked, _ = personal.mask(text)
    return _PLACEHOLDER.sub(lambda found: f"[{found[1].lower()}]", masked)
