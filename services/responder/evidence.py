"""What speaks for an answer: one search for the turn, one more for each of several questions."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from mesh import logs
from services.responder import grounding
from services.responder.knowledge.search import Found, leans
from services.responder.knowledge.several import QUESTIONS_MOST, questions
from services.responder.providers.provider import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.responder.draft import Question
    from services.responder.knowledge.search import Hit

log = logs.get(__name__)


class Finds(Protocol):
    async def find(self, tenant_id: str, messages: Sequence[str], earlier: Sequence[str]) -> Found:
        """Passages with their evidence, best first, and of which knowledge they are."""


async def gathered(
    finder: Finds, question: Question, seconds: float
) -> tuple[Found, Reason | None]:
    """A failed search is no evidence, and says so."""
    end = asyncio.get_running_loop().time() + seconds
    try:
        async with asyncio.timeout_at(end):
            found = await finder.find(
                question.tenant_id, question.messages, question.earlier_customer
            )
    except Exception as error:
        log.warning("retrieval_failed", error=type(error).__name__)
        return Found([]), Reason.RETRIEVAL_FAILED
    try:
        async with asyncio.timeout_at(end):
            return await _apart(finder, question, found), None
    except Exception as error:  # the turn as a whole has its passages
        log.warning("questions_not_told_apart", error=type(error).__name__)
        return found, None


async def _apart(finder: Finds, question: Question, found: Found) -> Found:
    """Where each of several questions has a passage of its own, all of these lead.

    One after the other: a search holds two connections, and who asks twice shall not hold four.
    """
    asked = questions(question.messages)
    if not 1 < len(asked) <= QUESTIONS_MOST:
        return found
    answers: list[tuple[str, Hit]] = []
    before = list(question.earlier_customer)
    for part in asked:
        earlier = before if leans([part]) else []
        hits = (await finder.find(question.tenant_id, [part], earlier)).hits
        if not hits or hits[0].evidence < (question.threshold or grounding.DEFAULT_THRESHOLD):
            return found
        answers.append((part, hits[0]))
        before.append(part)
    leading = {hit.passage.chunk_id: hit for _, hit in answers}
    if len(leading) == 1:
        return found
    others = [hit for hit in found.hits if hit.passage.chunk_id not in leading]
    return replace(found, hits=[*leading.values(), *others], answers=answers)
