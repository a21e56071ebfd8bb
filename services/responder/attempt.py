"""One tier's attempt at one question: at most two calls, each checked before it counts."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from mesh import tracing
from services.responder import guardrails, personal, prompt
from services.responder.conduct import CONDUCT, Then
from services.responder.draft import Draft, Kind
from services.responder.handover import summary
from services.responder.providers import template
from services.responder.providers.provider import Limits, ProviderFailed, Reason, Tier, collect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from services.responder.aloud import Aloud
    from services.responder.draft import Question
    from services.responder.guardrails import Review
    from services.responder.knowledge.search import Hit
    from services.responder.prompt import Prompt, Size
    from services.responder.providers.provider import Done
    from services.responder.rung import Rung

# A share below this is not worth a call (RESPONDER 5, `no_time`).
_LEAST_SHARE_SECONDS = 0.3
# An answer that needed a second try is trusted less.
_SECOND_TRY_TRUST = 0.9
# Where OpenTelemetry's name for a vendor is not ours.
_VENDORS = {Tier.MISTRAL: "mistral_ai"}


class Attempt:
    def __init__(
        self,
        rung: Rung,
        question: Question,
        hits: Sequence[Hit],
        until: float,
        aloud: Aloud | None = None,
    ) -> None:
        self._aloud = aloud
        self._rung = rung
        self._question = question
        self._hits = hits
        self._until = until

    async def answer(self) -> Draft:
        """The checked draft, or `ProviderFailed`; of two failures the first is the cause."""
        words = self._built(self._rung.terms.size)
        try:
            return await self._once(words)
        except ProviderFailed as failed:
            first, again = failed, await self._again(failed, words)
        try:
            draft = await self._once(again)
        except ProviderFailed as failed:
            is_last = CONDUCT[failed.reason].then is Then.PERSON
            raise (failed if is_last else first) from None
        return replace(draft, confidence=draft.confidence * _SECOND_TRY_TRUST)

    async def _again(self, failed: ProviderFailed, words: Prompt) -> Prompt:
        """What to send the second time; raise the failure where that would be of no use."""
        size, conduct = self._rung.terms.size, CONDUCT[failed.reason]
        match conduct.then:
            case Then.SMALLER:
                smaller = self._built(size.smaller())
                if smaller.estimated_tokens < words.estimated_tokens:
                    return smaller
            case Then.REPAIR:
                return self._built(size, conduct.problem)
            case Then.WAIT if not failed.has_begun:
                await self._rung.rest_as_told(failed, self._left())
                return words
            case Then.SAME if not failed.has_begun and not failed.is_refused:
                await self._rung.rest_a_moment()
                return words
        raise failed

    async def _once(self, words: Prompt) -> Draft:
        if self._left() < _LEAST_SHARE_SECONDS:
            raise ProviderFailed(Reason.NO_TIME)
        kept: dict[str, str] = {}
        sent = words
        if self._rung.is_third_party:
            masked, kept = personal.mask(words.user)
            sent = replace(words, user=masked)
        review = guardrails.Review(self._question, self._hits[: words.passages], words)
        raw, done = await self._asked(sent, kept, review)
        said = guardrails.read_reply(raw, kept, review)
        if said.action == "handover":
            notice = template.handover_notice(self._question.language)
            draft = Draft(Kind.HANDOVER, notice, Tier.TEMPLATE, done.model, cause="model")
            about = summary(self._question, said.text)
            return replace(draft, usage=done.usage, summary=about, sources=self._hits[:1])
        return Draft(
            *(Kind(said.action), said.text, self._rung.tier, done.model),
            sources=[self._hits[number - 1] for number in said.cited] or self._hits[:1],
            confidence=self._hits[0].evidence,
            usage=done.usage,
        )

    async def _asked(self, words: Prompt, kept: dict[str, str], review: Review) -> tuple[str, Done]:
        """The whole raw reply, inside the provider's limits and the tenant's."""
        terms = self._rung.terms
        limits = Limits(self._until, terms.first_token_seconds, terms.stall_seconds)
        hears: Callable[[str], None] = _unheard
        if self._aloud:
            hears = self._aloud.hearing(review, kept).hears
        async with AsyncExitStack() as around:
            await around.enter_async_context(self._rung.guarded(self._question.tenant_id))
            bill = None
            if purse := self._rung.purse:
                bill = await around.enter_async_context(purse.opened(self._question, words))
            raw, done = await self._chat(words, limits, hears)
            if purse and bill:
                bill.usage = purse.priced(done.usage) if done.usage.tokens else bill.usage
                done = replace(done, usage=bill.usage)
            if not raw.strip():
                raise ProviderFailed(Reason.EMPTY)
        return raw, done

    async def _chat(
        self, words: Prompt, limits: Limits, hears: Callable[[str], None]
    ) -> tuple[str, Done]:
        """As a span: who was asked and what it took, never what was said."""
        tier, model = self._rung.tier, self._rung.model
        asked = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": _VENDORS.get(tier, tier),
            "gen_ai.request.model": model,
            "cassava.tier": tier,
        }
        with tracing.within(f"chat {model}", "client", asked) as span:
            try:
                raw, done = await collect(self._rung.provider.ask(words, limits), limits, hears)
            except ProviderFailed as failed:
                span.fail(failed.reason)
                raise
            span.note("gen_ai.response.model", done.model)
            span.note("gen_ai.usage.input_tokens", done.usage.prompt_tokens)
            span.note("gen_ai.usage.output_tokens", done.usage.completion_tokens)
        return raw, done

    def _built(self, size: Size, problem: str = "") -> Prompt:
        return prompt.build(self._question, self._hits, size, problem=problem)

    def _left(self) -> float:
        return self._until - asyncio.get_running_loop().time()


def _unheard(_: str) -> None:
    """Most replies are made for nobody to watch."""
