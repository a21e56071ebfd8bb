"""Asks a tenant's shadow what the live chain was asked, out of everybody's way."""

from __future__ import annotations

import asyncio
import contextvars
import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from mesh import logs, telemetry
from services.responder import prompt
from services.responder.attempt import Attempt
from services.responder.providers.provider import ProviderFailed, Reason
from services.responder.shadow.shadow import FAILED, Pair, Shadow, Side, shown_question, side_of
from services.responder.shadow.store import ShadowStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mesh.postgres import Pool
    from services.responder.draft import Draft, Question
    from services.responder.knowledge.search import Hit
    from services.responder.providers.provider import Tier
    from services.responder.rung import Rung

log = logs.get(__name__)
# More at once are left out: live replies need the processor and the provider's limits.
_AT_ONCE = 4
# How long we believe what we read: a shadow that was started or stopped is known after this.
_KNOWN_SECONDS = 10.0

_replies = telemetry.counter(
    "cassava_shadow_replies",
    "Questions that a shadow was to answer, by what came of it.",
    {"outcome": ("recorded", "failed", "left_out")},
)


class Beside:
    def __init__(
        self,
        pool: Pool,
        rung_for: Callable[[Tier, str], Rung],
        *,
        known_seconds: float = _KNOWN_SECONDS,
    ) -> None:
        self._known_seconds = known_seconds
        self._pool = pool
        self._rung_for = rung_for
        self._running: set[asyncio.Task[None]] = set()
        self._known: dict[str, tuple[float, Shadow | None]] = {}

    def asked(self, question: Question, hits: Sequence[Hit], live: Draft) -> None:
        """Returns at once. A conversation holds what is kept; a capped chain has no time to try."""
        if not question.conversation_id or question.best_tier:
            return
        if len(self._running) >= _AT_ONCE:
            _replies.labels("left_out").inc()
            return
        # A context of its own: the caller's deadline is not the shadow's.
        task = asyncio.create_task(
            self._answer(question, hits, live), context=contextvars.Context()
        )
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settled(self) -> None:
        """When all that run have come to their end."""
        await asyncio.gather(*self._running)

    async def _answer(self, question: Question, hits: Sequence[Hit], live: Draft) -> None:
        """Nothing that happens here is a customer's trouble."""
        try:
            shadow = await self._shadow_of(question.tenant_id)
            if shadow is None or random.random() >= shadow.share:  # noqa: S311 - a sample
                return
            side = await self._side(shadow, question, hits)
            took = live.steps[-1].milliseconds if live.steps else 0
            pair = Pair(
                *(uuid4(), UUID(question.conversation_id), shown_question(question)),
                live=side_of(live, took, prompt.VERSION),
                shadow=side,
            )
            async with self._pool.transaction(question.tenant_id) as connection:
                await ShadowStore(connection, question.tenant_id).keep(shadow, pair)
            _replies.labels("failed" if side.kind == FAILED else "recorded").inc()
        except Exception as error:
            log.warning("shadow_reply_lost", error=type(error).__name__)

    async def _shadow_of(self, tenant_id: str) -> Shadow | None:
        read_at, shadow = self._known.get(tenant_id, (0.0, None))
        if time.monotonic() - read_at >= self._known_seconds or not read_at:
            async with self._pool.transaction(tenant_id, readonly=True) as connection:
                shadow = await ShadowStore(connection, tenant_id).running()
            self._known[tenant_id] = time.monotonic(), shadow
        return shadow

    async def _side(self, shadow: Shadow, question: Question, hits: Sequence[Hit]) -> Side:
        rung = self._rung_for(shadow.tier, shadow.model)
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            until = started + rung.terms.share_seconds
            asked = replace(question, rules=shadow.rules)
            draft = await Attempt(rung, asked, hits, until).answer()
        except ProviderFailed as failed:
            reason = failed.reason
        except Exception:
            log.exception("shadow_crashed", tier=shadow.tier)
            reason = Reason.SERVER_ERROR
        else:
            took = round((loop.time() - started) * 1000)
            return side_of(draft, took, prompt.version(shadow.rules or prompt.RULES))
        return Side(FAILED, shadow.tier, rung.model, reason=reason)
