"""Whether what a model wrote may leave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from services.responder import guardrails
from services.responder.prompt import Size, build
from services.responder.providers.provider import ProviderFailed, Reason
from tests.responder.scene import HITS, a_question

if TYPE_CHECKING:
    from services.responder.draft import Question

SIZE = Size(passages=5, turns=6)


def judged(
    reply: str, question: Question | None = None, *, action: str = "answer"
) -> Reason | None:
    """Why it stays here; None: it leaves."""
    question = question or a_question()
    prompt = build(question, HITS, SIZE)
    raw = json.dumps({"action": action, "reply": reply, "citations": [1]})
    review = guardrails.Review(question, HITS[: prompt.passages], prompt)
    try:
        guardrails.read_reply(raw, {}, review)
    except ProviderFailed as failed:
        return failed.reason
    return None
