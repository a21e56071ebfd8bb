"""A model or rules on trial, and what both sides made of the same question (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from services.responder import personal
from services.responder.providers.provider import Reason, Tier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from services.responder.draft import Draft, Question

FAILED = "failed"
_QUESTION_CHARACTERS_MOST = 500


@dataclass(frozen=True, slots=True)
class Shadow:
    id: UUID
    tier: Tier
    model: str  # empty: the live one of that tier
    rules: str  # empty: ours
    share: float  # 0 to 1
    started_at: datetime | None = None  # known once it is kept
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One side's reply; `kind` is that of a draft, or `failed` with a reason."""

    kind: str
    tier: Tier
    model: str
    prompt_version: str = ""
    text: str = ""
    article_ids: Sequence[UUID] = ()
    reason: Reason | None = None
    milliseconds: int = 0
    tokens: int = 0
    cost_micros: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    id: UUID
    conversation_id: UUID
    question: str  # with placeholders
    live: Side
    shadow: Side
    asked_at: datetime | None = None  # known once it is kept


@dataclass(frozen=True, slots=True)
class Summary:
    """What one side made of all the questions."""

    kinds: dict[str, int]
    reasons: dict[Reason, int]
    milliseconds_p50: int = 0
    milliseconds_p95: int = 0
    tokens: int = 0
    cost_micros: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    pairs: int
    same_kind: int
    both_answered: int
    same_source: int
    live: Summary
    shadow: Summary


def shown_question(question: Question) -> str:
    """Without what is a customer's own."""
    return _masked(" ".join(question.text.split())[:_QUESTION_CHARACTERS_MOST])


def side_of(draft: Draft, milliseconds: int, prompt_version: str) -> Side:
    """A model's reply, whatever it came to; what another tier had to answer has failed."""
    is_models = draft.by_a_model or draft.cause == "model"
    return Side(
        kind=draft.kind if is_models else FAILED,
        tier=draft.tier,
        model=draft.model,
        prompt_version=prompt_version if is_models else "",
        text=_masked(draft.text),
        article_ids=list(dict.fromkeys(hit.passage.article_id for hit in draft.sources)),
        reason=None if is_models else draft.reason,
        milliseconds=milliseconds,
        tokens=draft.usage.tokens,
        cost_micros=draft.usage.cost_micros,
    )


def _masked(text: str) -> str:
    return personal.mask(text)[0].replace("\0", "")
