"""A language model chooses among the intents that the classifier held possible."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mesh import deadline
from services.responder import personal, prompt
from services.responder.providers.provider import (
    Limits,
    ProviderFailed,
    Reason,
    Tier,
    Usage,
    collect,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.responder.draft import Budget
    from services.responder.prompt import Candidate, Prompt
    from services.responder.providers.provider import Done
    from services.responder.rung import Rung

_UNTIMED_SECONDS = 10.0
_KEPT_BACK_SECONDS = 0.1  # of the caller's deadline, to say that nobody chose


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a customer said, which intents it may mean, and whose budget a model spends on it."""

    tenant_id: str
    messages: Sequence[str]
    candidates: Sequence[Candidate]
    budget: Budget


@dataclass(frozen=True, slots=True)
class Choice:
    """`reason`: why nobody chose, or not the best configured model."""

    intent: str = ""
    tier: Tier | None = None
    model: str = ""
    reason: Reason | None = None
    usage: Usage = field(default_factory=Usage)


class Choosing:
    """Each configured model once, in order; an embedded label waits behind it, so no second try."""

    def __init__(self, rungs: Sequence[Rung]) -> None:
        self._rungs = rungs

    async def choose(self, doubt: Doubt) -> Choice:
        left = deadline.remaining()
        seconds = (_UNTIMED_SECONDS if left is None else left) - _KEPT_BACK_SECONDS
        end = asyncio.get_running_loop().time() + seconds
        failures: list[Reason] = []
        for rung in self._rungs:
            try:
                chosen = await self._asked(rung, doubt, end)
            except ProviderFailed as failed:
                if rung.is_configured:
                    failures.append(failed.reason)
            else:
                return replace(chosen, reason=failures[0] if failures else None)
        return Choice(reason=failures[0] if failures else Reason.NOT_CONFIGURED)

    async def _asked(self, rung: Rung, doubt: Doubt, end: float) -> Choice:
        if rung.usual_seconds > end - asyncio.get_running_loop().time():
            raise ProviderFailed(Reason.NO_TIME)
        words = prompt.choice(doubt.tenant_id, doubt.messages, doubt.candidates)
        if rung.is_third_party:
            words = _masked(words)
        raw, done = await _collected(rung, doubt, words, end)
        return Choice(_read(raw, doubt.candidates), rung.tier, done.model, usage=done.usage)


async def _collected(rung: Rung, doubt: Doubt, words: Prompt, end: float) -> tuple[str, Done]:
    limits = Limits(end, rung.terms.first_token_seconds, rung.terms.stall_seconds)
    async with AsyncExitStack() as around:
        await around.enter_async_context(rung.guarded(doubt.tenant_id))
        if rung.purse is None:
            return await collect(rung.provider.ask(words, limits), limits)
        purse = rung.purse
        bill = await around.enter_async_context(purse.opened(doubt, words))
        raw, done = await collect(rung.provider.ask(words, limits), limits)
        bill.usage = purse.priced(done.usage) if done.usage.tokens else bill.usage
        return raw, replace(done, usage=bill.usage)


def _masked(words: Prompt) -> Prompt:
    """Examples are customers' words too: corrections come from conversations."""
    return replace(words, system=personal.mask(words.system)[0], user=personal.mask(words.user)[0])


def _read(raw: str, candidates: Sequence[Candidate]) -> str:
    """One of the names we gave, whatever the schema was worth to the model."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise ProviderFailed(Reason.INVALID_OUTPUT) from None
    intent = said.get("intent") if isinstance(said, dict) else None
    if intent not in {prompt.NO_INTENT, *(each.intent for each in candidates)}:
        raise ProviderFailed(Reason.INVALID_OUTPUT)
    return str(intent)
