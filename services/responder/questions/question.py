"""A question that no article answered, without what is a customer's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from mesh.errors import NotFound
from services.responder import personal

if TYPE_CHECKING:
    from datetime import datetime

    from services.responder.draft import Draft, Question

_CHARACTERS_MOST = 500
_SPACE = UUID("c6a6a0a0-98ad-4d9e-9a5b-5f2b52f0f2a4")


class QuestionNotFound(NotFound):
    def __init__(self, question_id: UUID) -> None:
        super().__init__(f"no unanswered question {question_id}")


@dataclass(frozen=True, slots=True)
class Unanswered:
    id: UUID
    question: str
    language: str
    nearest_article: UUID | None
    evidence: float  # 0 to 1
    conversations: int = 1
    asked_at: datetime | None = None  # known once it is kept


def unanswered(question: Question, draft: Draft) -> Unanswered:
    """The same words, whoever asks them, are one question of a tenant."""
    masked, _ = personal.mask(" ".join(question.text.split())[:_CHARACTERS_MOST])
    return Unanswered(
        id=uuid5(_SPACE, f"{question.tenant_id}\n{masked.casefold()}"),
        question=masked.replace("\0", ""),
        language=question.language,
        nearest_article=draft.sources[0].passage.article_id if draft.sources else None,
        evidence=draft.confidence,
    )
