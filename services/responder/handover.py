"""A person is needed: the notice for the customer, and what that person should know (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.responder.draft import Draft, Kind
from services.responder.providers import template
from services.responder.providers.provider import Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.responder.draft import Question, Step
    from services.responder.knowledge.search import Hit
    from services.responder.providers.provider import Reason

_CHARACTERS_A_MESSAGE = 300


def handed_over(
    question: Question,
    reason: Reason,
    cause: str,
    hits: Sequence[Hit] = (),
    steps: Sequence[Step] = (),
) -> Draft:
    """With the passages that were held too weak: the person may find them good enough."""
    return Draft(
        *(Kind.HANDOVER, template.handover_notice(question.language), Tier.TEMPLATE),
        sources=sources(hits),
        confidence=hits[0].evidence if hits else 0.0,
        reason=reason,
        cause=cause,
        steps=steps,
        summary=summary(question),
    )


def summary(question: Question, model_says: str = "") -> str:
    """In the model's words where one was asked; else what came first and last, and says so."""
    if model_says:
        return model_says
    first = next(iter([*question.earlier_customer, *question.messages]), "")
    last = question.messages[-1]
    said = _short(first) if first == last else f"{_short(first)} … {_short(last)}"
    return f"First and last message: {said}"


def sources(hits: Sequence[Hit]) -> list[Hit]:
    """The passage that leads, first, and what else speaks of it; an article once."""
    seen: dict[object, Hit] = {}
    for hit in hits[:3]:
        seen.setdefault(hit.passage.article_id, hit)
    return list(seen.values())


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    if len(one_line) <= _CHARACTERS_A_MESSAGE:
        return one_line
    return one_line[:_CHARACTERS_A_MESSAGE].rsplit(" ", 1)[0] + " …"
