"""The chain: first good answer inside one budget; tier, model, sources, confidence on every one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from mesh import deadline, telemetry
from services.responder import grounding, guardrails, prompt
from services.responder.draft import Draft, Kind, Step
from services.responder.providers import template
from services.responder.providers.provider import (
    Limits,
    ProviderFailed,
    Reason,
    Tier,
    collect,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.responder.draft import Question
    from services.responder.knowledge.finder import Finder
    from services.responder.knowledge.search import Hit
    from services.responder.providers.knowledge import Quoting
    from services.responder.rung import Rung

log = structlog.get_logger()
_RETRIEVAL_SECONDS = 0.3
# Kept for checks and commit; and what the tiers below a paid one need at least.
_KEPT_BACK_SECONDS = 0.25
_RESERVE_SECONDS = 0.1
_UNTIMED_SECONDS = 10.0
# A share below this is not worth a call (RESPONDER 5, `no_time`).
_LEAST_SHARE_SECONDS = 0.3
_ORDER = (Tier.MISTRAL, Tier.OLLAMA, Tier.KNOWLEDGE, Tier.TEMPLATE)
# Once more, the problem named, is worth it for these; the rest would fail the same way.
_WORTH_A_SECOND_TRY = frozenset(
    {Reason.CAPACITY, Reason.SERVER_ERROR, Reason.UNREACHABLE, Reason.INVALID_OUTPUT}
    | {Reason.UNGROUNDED, Reason.CONTEXT_LENGTH, Reason.RATE_LIMITED}
)
_ENDS_THE_CHAIN = frozenset({Reason.CONTENT_FILTER, Reason.UNSAFE})

_replies = telemetry.counter(
    "cassava_reply_tier",
    "Replies by tier, why not better, and whether the best configured tier answered.",
    {"tier": tuple(Tier), "reason": ("", *Reason), "best": ("yes", "no", "n/a")},
)


class Replying:
    """Retrieval once, then the tiers in order. Nothing here raises for a provider's sake."""

    def __init__(self, finder: Finder, quoting: Quoting, rungs: Sequence[Rung]) -> None:
        self._finder = finder
        self._quoting = quoting
        self._rungs = rungs

    async def reply(self, question: Question) -> Draft:
        draft = await self._draft(question)
        best = "n/a" if draft.reason in _NOT_ASKED else "no" if draft.reason else "yes"
        _replies.labels(draft.tier, draft.reason or "", best).inc()
        return draft

    async def _draft(self, question: Question) -> Draft:
        if question.notice_for:
            return _handover(question, Reason.RULE, question.notice_for)
        if question.is_courtesy:
            text = template.courtesy(question.intent, question.language)
            return Draft(Kind.NOTICE, text, Tier.TEMPLATE, reason=Reason.COURTESY)
        end = asyncio.get_running_loop().time() + self._budget()
        hits, trouble = await self._evidence(question)
        decision = grounding.decide(
            hits[0].evidence if hits else 0.0,
            question.text,
            threshold=question.threshold,
            asked_back_before=question.asked_back_before,
        )
        if decision is grounding.Decision.ASK and not trouble:
            text = template.ask_back(question.language)
            return Draft(Kind.ASK, text, Tier.TEMPLATE, reason=Reason.WEAK_EVIDENCE)
        if decision is not grounding.Decision.ANSWER:
            return _handover(question, trouble or Reason.WEAK_EVIDENCE, "weak_evidence", hits)
        return await self._climb_down(question, hits, end)

    async def _evidence(self, question: Question) -> tuple[list[Hit], Reason | None]:
        """A failed search is no evidence, and says so."""
        try:
            async with asyncio.timeout(_RETRIEVAL_SECONDS):
                found = await self._finder.find(
                    question.tenant_id, question.messages, question.earlier_customer
                )
        except Exception as error:
            log.warning("retrieval_failed", error=type(error).__name__)
            return [], Reason.RETRIEVAL_FAILED
        return found, None

    async def _climb_down(self, question: Question, hits: list[Hit], end: float) -> Draft:
        """Each rung in order; the first failure of the best configured one is what we report."""
        steps: list[Step] = []
        for rung in self._rungs:
            started = asyncio.get_running_loop().time()
            try:
                draft = await self._ask(rung, question, hits, end)
            except ProviderFailed as failed:
                spent = round((asyncio.get_running_loop().time() - started) * 1000)
                steps.append(Step(rung.tier, failed.reason, spent))
                if failed.reason in _ENDS_THE_CHAIN:
                    return _handover(question, failed.reason, "content_filter", hits, steps)
                continue
            spent = round((asyncio.get_running_loop().time() - started) * 1000)
            return draft(steps=(*steps, Step(rung.tier, None, spent)), reason=_reported(steps))
        if question.best_tier is Tier.TEMPLATE:
            return _handover(question, Reason.TIER_CAPPED, "last_tier", hits, steps)
        best = hits[0]
        quoted = await self._quoting.quote(question.text, best)
        return Draft(
            *(Kind.ANSWER, quoted, Tier.KNOWLEDGE, "extractive"),
            sources=_sources(hits),
            confidence=best.evidence,
            reason=_reported(steps),
            steps=(*steps, Step(Tier.KNOWLEDGE, None, 0)),
        )

    async def _ask(self, rung: Rung, question: Question, hits: list[Hit], end: float) -> _Finish:
        """One tier: at most two calls, inside its share of what is left."""
        if question.best_tier and _ORDER.index(rung.tier) < _ORDER.index(question.best_tier):
            raise ProviderFailed(Reason.TIER_CAPPED)
        share = min(rung.share_seconds, end - asyncio.get_running_loop().time() - _RESERVE_SECONDS)
        until = asyncio.get_running_loop().time() + share
        size = 1.0
        for attempt in (1, 2):
            left = until - asyncio.get_running_loop().time()
            if left < _LEAST_SHARE_SECONDS:
                raise ProviderFailed(Reason.NO_TIME)
            try:
                return await self._once(rung, question, hits, until, size)
            except ProviderFailed as failed:
                if attempt == 2 or failed.reason not in _WORTH_A_SECOND_TRY:  # noqa: PLR2004 - the second
                    raise
                await rung.rest_after(failed, left)
                size = 0.5 if failed.reason is Reason.CONTEXT_LENGTH else size
        raise ProviderFailed(Reason.NO_TIME)

    async def _once(
        self, rung: Rung, question: Question, hits: list[Hit], until: float, size: float
    ) -> _Finish:
        words = prompt.build(question, hits, size=size)
        kept: dict[str, str] = {}
        if rung.is_third_party:
            masked, kept = guardrails.mask(words.user)
            words = prompt.Prompt(words.system, masked, words.canary)
        limits = Limits(until, rung.first_token_seconds, rung.stall_seconds)
        async with rung.guarded():
            raw, done = await collect(rung.provider.ask(words, limits), limits)
        if not raw.strip():
            raise ProviderFailed(Reason.EMPTY)
        read = guardrails.read_reply(guardrails.unmask(raw, kept), question, hits, words)
        if read.action == "handover":
            notice = template.handover_notice(question.language)
            return _Finish(Draft(Kind.HANDOVER, notice, Tier.TEMPLATE, cause="model"))
        kind = Kind.ASK if read.action == "ask" else Kind.ANSWER
        cited = [hits[n - 1] for n in read.cited] or hits[:1]
        confidence = hits[0].evidence
        return _Finish(
            Draft(kind, read.text, rung.tier, done.model, cited, confidence, usage=done.usage)
        )

    def _budget(self) -> float:
        """Seconds for all of it: what is left of the call, less what checks and commit need."""
        left = deadline.remaining()
        return (_UNTIMED_SECONDS if left is None else left) - _KEPT_BACK_SECONDS


class _Finish:
    """A draft that still lacks what only the chain knows."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def __call__(self, *, steps: Sequence[Step], reason: Reason | None) -> Draft:
        d = self._draft
        return Draft(
            *(d.kind, d.text, d.tier, d.model, d.sources, d.confidence, reason, d.cause),
            steps=steps,
            usage=d.usage,
        )


_NOT_ASKED = frozenset(
    {Reason.COURTESY, Reason.RULE, Reason.WEAK_EVIDENCE, Reason.CONTENT_FILTER, Reason.TIER_CAPPED}
)


def _reported(steps: Sequence[Step]) -> Reason | None:
    """The first rung's reason; a rung that nobody configured is passed over if another was."""
    reasons = [step.reason for step in steps if step.reason]
    configured = [reason for reason in reasons if reason is not Reason.NOT_CONFIGURED]
    return next(iter(configured or reasons), None)


def _sources(hits: Sequence[Hit]) -> list[Hit]:
    """The passage that is quoted, and what else speaks of it, an article once."""
    seen: dict[object, Hit] = {}
    for hit in hits[:3]:
        seen.setdefault(hit.passage.article_id, hit)
    return list(seen.values())


def _handover(
    question: Question,
    reason: Reason,
    cause: str,
    hits: Sequence[Hit] = (),
    steps: Sequence[Step] = (),
) -> Draft:
    return Draft(
        *(Kind.HANDOVER, template.handover_notice(question.language), Tier.TEMPLATE),
        sources=_sources(hits),
        confidence=hits[0].evidence if hits else 0.0,
        reason=reason,
        cause=cause,
        steps=steps,
    )
