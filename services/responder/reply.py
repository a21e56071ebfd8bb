"""The chain: first good answer inside one budget; tier, model, sources, confidence on every one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from mesh import deadline, logs, telemetry
from services.responder import claims, evidence, grounding, leaks
from services.responder.attempt import Attempt
from services.responder.conduct import CONDUCT, Then
from services.responder.draft import Draft, Kind, Step
from services.responder.guardrails import plain
from services.responder.handover import handed_over, sources
from services.responder.providers import template
from services.responder.providers.provider import ProviderFailed, Reason, Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.responder.aloud import Aloud
    from services.responder.draft import Question
    from services.responder.evidence import Finds
    from services.responder.knowledge.search import Found, Hit
    from services.responder.rung import Rung

log = logs.get(__name__)
# A search takes some 20 ms, on a crowded machine behind thirty others: a late answer is better than
# a person for nothing.
_RETRIEVAL_SECONDS = 4.0
_RETRIEVAL_SHARE = 0.25
# Kept for checks and commit; and what the tiers below a paid one need at least.
_KEPT_BACK_SECONDS = 0.25
_RESERVE_SECONDS = 0.1
# With less than this left even a search is too much: the notice leaves at once.
_LEAST_SECONDS = 0.1
_UNTIMED_SECONDS = 10.0
_BETWEEN_CHARACTERS = 2  # from one answer to the next
# Where the chain was not to answer, its best tier is neither praised nor blamed.
_NOT_ASKED = frozenset(
    {Reason.COURTESY, Reason.RULE, Reason.WEAK_EVIDENCE, Reason.CONTENT_FILTER, Reason.TIER_CAPPED}
)

_replies = telemetry.counter(
    "cassava_reply_tier",
    "Replies by tier, why not better, and whether the best configured tier answered.",
    {"tier": tuple(Tier), "reason": ("", *Reason), "best": ("yes", "no", "n/a")},
)


class Remembers(Protocol):
    async def recall(
        self, question: Question, hits: Sequence[Hit], version: int, model: str
    ) -> Draft | None:
        """The answer that this model gave to the same question before."""

    async def remember(self, question: Question, draft: Draft, model: str) -> None:
        """Where that may be done; losing it costs a call."""


class StandsBeside(Protocol):
    def asked(self, question: Question, hits: Sequence[Hit], live: Draft) -> None:
        """What a model could answer, and what was; returns at once."""


class Quotes(Protocol):
    async def quote(self, question: str, hit: Hit, characters_most: int) -> str:
        """What the passage says to the question, with its source."""


class Replying:
    """Retrieval once, then the tiers in order. Nothing here raises for a provider's sake."""

    def __init__(
        self,
        finder: Finds,
        quoting: Quotes,
        rungs: Sequence[Rung],
        memory: Remembers,
        beside: StandsBeside,
    ) -> None:
        self._beside = beside
        self._memory = memory
        self._finder = finder
        self._quoting = quoting
        self._rungs = rungs

    async def reply(self, question: Question, aloud: Aloud | None = None) -> Draft:
        draft = await self._draft(question, aloud)
        if leaks.holds_key(draft.text):  # whoever said it, an article or a model
            draft = handed_over(question, Reason.UNSAFE, "content_filter", steps=draft.steps)
        _replies.labels(draft.tier, draft.reason or "", self._was_best(draft)).inc()
        if aloud:
            aloud.ends(draft.text)
        return draft

    async def _draft(self, question: Question, aloud: Aloud | None) -> Draft:
        if question.notice_for:
            return handed_over(question, Reason.RULE, question.notice_for)
        if question.is_courtesy:
            text = template.courtesy(question.intent, question.language)
            return Draft(Kind.NOTICE, text, Tier.TEMPLATE, reason=Reason.COURTESY)
        if claims.speaks_of(question.text, question.forbidden_topics):
            return handed_over(question, Reason.RULE, "rule")
        left = deadline.remaining()
        seconds = (_UNTIMED_SECONDS if left is None else left) - _KEPT_BACK_SECONDS
        if seconds < _LEAST_SECONDS:
            return handed_over(question, Reason.NO_TIME, "last_tier")
        end = asyncio.get_running_loop().time() + seconds
        may_take = min(_RETRIEVAL_SECONDS, seconds * _RETRIEVAL_SHARE)
        found, trouble = await evidence.gathered(self._finder, question, may_take)
        if trouble:
            return handed_over(question, trouble, "weak_evidence")
        draft = self._weak(question, found.hits)
        if draft is None:
            draft = await self._recalled(question, found)
            draft = draft or await self._climb_down(question, found, end, aloud)
            self._beside.asked(question, found.hits, draft)
        return replace(draft, knowledge_version=found.version)

    async def _recalled(self, question: Question, found: Found) -> Draft | None:
        """Only what the best configured model said, and only while it would be asked."""
        best = self._best()
        if best is None or not best.may_run or question.best_tier:
            return None
        draft = await self._memory.recall(question, found.hits, found.version, best.model)
        return draft and draft.with_steps([Step(draft.tier, None, 0)], None)

    def _weak(self, question: Question, hits: Sequence[Hit]) -> Draft | None:
        """A question back or a person, where too little speaks for any passage."""
        decision = grounding.decide(
            hits[0].evidence if hits else 0.0,
            question.text,
            threshold=question.threshold,
            asked_back_before=question.asked_back_before,
        )
        if decision is grounding.Decision.ANSWER:
            return None
        if decision is grounding.Decision.ASK:
            text = template.ask_back(question.language)
            return Draft(Kind.ASK, text, Tier.TEMPLATE, reason=Reason.WEAK_EVIDENCE)
        return handed_over(question, Reason.WEAK_EVIDENCE, "weak_evidence", hits)

    async def _climb_down(
        self, question: Question, found: Found, end: float, aloud: Aloud | None
    ) -> Draft:
        """Each rung in order; what is reported is why the best configured one did not answer."""
        steps: list[Step] = []
        loop = asyncio.get_running_loop()
        for rung in self._rungs:
            started = loop.time()
            try:
                draft = await self._ask(rung, question, found.hits, end, aloud)
            except ProviderFailed as failed:
                steps.append(Step(rung.tier, failed.reason, _milliseconds(started)))
                if CONDUCT[failed.reason].then is Then.PERSON:
                    return handed_over(question, failed.reason, "content_filter", found.hits, steps)
            else:
                steps.append(Step(rung.tier, None, _milliseconds(started)))
                draft = replace(draft, knowledge_version=found.version)
                if rung is self._best():
                    await self._memory.remember(question, draft, rung.model)
                return draft.with_steps(steps, _reported(steps))
        if question.best_tier is Tier.TEMPLATE:
            return handed_over(question, Reason.TIER_CAPPED, "last_tier", found.hits, steps)
        return await self._quote(question, found, steps)

    async def _ask(
        self,
        rung: Rung,
        question: Question,
        hits: Sequence[Hit],
        end: float,
        aloud: Aloud | None,
    ) -> Draft:
        """One tier inside its share of what is left; a bug in it is its failure, not ours."""
        if question.best_tier and question.best_tier.is_worse_than(rung.tier):
            raise ProviderFailed(Reason.TIER_CAPPED)
        now = asyncio.get_running_loop().time()
        if rung.usual_seconds > end - now:
            raise ProviderFailed(Reason.NO_TIME)
        until = min(now + rung.terms.share_seconds, end - _RESERVE_SECONDS)
        try:
            return await Attempt(rung, question, hits, until, aloud).answer()
        except ProviderFailed:
            raise
        except Exception:
            log.exception("provider_crashed", tier=rung.tier)
            raise ProviderFailed(Reason.SERVER_ERROR) from None

    async def _quote(self, question: Question, found: Found, steps: list[Step]) -> Draft:
        started = asyncio.get_running_loop().time()
        answers = found.answers or [(question.text, found.hits[0])]
        share = question.characters_most // len(answers) - _BETWEEN_CHARACTERS
        said = [await self._quoting.quote(asked, hit, share) for asked, hit in answers]
        draft = Draft(
            *(Kind.ANSWER, plain("\n\n".join(dict.fromkeys(said))), Tier.KNOWLEDGE, "extractive"),
            sources=sources(found.hits),
            confidence=min(hit.evidence for _, hit in answers),
        )
        step = Step(Tier.KNOWLEDGE, None, _milliseconds(started))
        return draft.with_steps([*steps, step], _reported(steps))

    def _was_best(self, draft: Draft) -> str:
        if draft.reason in _NOT_ASKED:
            return "n/a"
        best = self._best()
        # A model that asks for a person has answered; only the notice is a template's.
        answered = draft.steps[-1] if draft.steps else None
        tier = answered.tier if answered and not answered.reason else draft.tier
        return "yes" if tier is (best.tier if best else Tier.KNOWLEDGE) else "no"

    def _best(self) -> Rung | None:
        return next((rung for rung in self._rungs if rung.is_configured), None)


def _milliseconds(started: float) -> int:
    return round((asyncio.get_running_loop().time() - started) * 1000)


def _reported(steps: Sequence[Step]) -> Reason | None:
    """The first failure; a tier that nobody configured is passed over where another failed."""
    reasons = [step.reason for step in steps if step.reason]
    return next((r for r in reasons if r is not Reason.NOT_CONFIGURED), next(iter(reasons), None))
