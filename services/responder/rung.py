"""A provider with what protects us from it: slots, a breaker, its share of the time."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import deque
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh import telemetry
from mesh.breaker import Breaker
from services.responder.conduct import CONDUCT
from services.responder.providers.provider import Condition, ProviderFailed, Reason, Tier
from services.responder.slots import Slots

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from services.responder.prompt import Size
    from services.responder.providers.provider import Provider, ProviderState
    from services.responder.spending.purse import Purse

_FEW = 5
_RATE_LIMIT_REST_SECONDS = 5.0
_RATE_LIMIT_REST_MOST_SECONDS = 60.0
_RATE_LIMIT_WAIT_MOST_SECONDS = 3.0

_calls = telemetry.counter(
    "cassava_llm_requests",
    "Calls to a model by what came of them.",
    {"provider": (Tier.MISTRAL, Tier.OLLAMA), "outcome": ("answered", *Reason)},
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What one tier may take (RESPONDER 6); times in seconds."""

    share_seconds: float
    first_token_seconds: float
    stall_seconds: float
    slots: int
    slot_wait_seconds: float
    size: Size
    rest_seconds: float = 15.0
    probes_to_close: int = 2


class Rung:
    """One tier of the chain that a vendor stands behind."""

    def __init__(
        self,
        provider: Provider,
        terms: Terms,
        *,
        is_third_party: bool,
        purse: Purse | None = None,
    ) -> None:
        """Without a purse nobody sends a bill: it is our own machine."""
        self.provider = provider
        self.purse = purse
        self.terms = terms
        self.is_third_party = is_third_party
        self._slots = Slots(terms.slots)
        self._warming: asyncio.Task[ProviderState] | None = None
        self._took: deque[float] = deque(maxlen=20)
        self._breaker = Breaker(
            failures_to_open=5,
            rest_seconds=terms.rest_seconds,
            probes_to_close=terms.probes_to_close,
        )

    @property
    def tier(self) -> Tier:
        return self.provider.tier

    @property
    def model(self) -> str:
        return self.provider.state().model

    @property
    def is_configured(self) -> bool:
        """A malformed key counts: somebody wanted this tier."""
        return self.provider.state().reason is not Reason.NOT_CONFIGURED

    @property
    def may_run(self) -> bool:
        return self.provider.state().may_run and not self.is_open

    @property
    def usual_seconds(self) -> float:
        """The middle of its last answers: with less than this left, asking is of no use."""
        return statistics.median(self._took) if len(self._took) >= _FEW else 0.0

    @property
    def is_open(self) -> bool:
        """The breaker keeps calls away now."""
        return self._breaker.state == "open"

    @asynccontextmanager
    async def guarded(self, tenant_id: str) -> AsyncIterator[None]:
        """Raise at once what would fail anyway; learn from what happens inside."""
        state = self.provider.state()
        if state.condition is Condition.COLD:
            self._warm_up()
        if not state.may_run:
            raise ProviderFailed(state.reason or Reason.NOT_CONFIGURED)
        async with self._a_slot(tenant_id):
            if not self._breaker.allows():
                raise ProviderFailed(Reason.BREAKER_OPEN)
            started = time.monotonic()
            try:
                yield
            except ProviderFailed as failed:
                self._learn(failed)
                raise
            except BaseException:
                self._breaker.gave_up()
                raise
            self._breaker.succeeded()
            self._slots.eased()
            self._took.append(time.monotonic() - started)
            _calls.labels(self.tier, "answered").inc()

    def _warm_up(self) -> None:
        """Out of everybody's way, and once at a time."""
        if self._warming is None or self._warming.done():
            self._warming = asyncio.create_task(self.provider.probe())

    async def rest_as_told(self, failed: ProviderFailed, left: float) -> None:
        """The stated rest; or raise, where that is longer than a customer should wait for it."""
        wait = failed.retry_after
        if wait is None or wait > min(_RATE_LIMIT_WAIT_MOST_SECONDS, left / 2):
            raise failed
        await asyncio.sleep(wait)

    @staticmethod
    async def rest_a_moment() -> None:
        await asyncio.sleep(random.uniform(0.1, 0.3))  # noqa: S311 - spreads retries

    @asynccontextmanager
    async def _a_slot(self, tenant_id: str) -> AsyncIterator[None]:
        async with AsyncExitStack() as held:
            try:
                wait_seconds = self.terms.slot_wait_seconds
                await held.enter_async_context(
                    self._slots.one_for(tenant_id, wait_seconds=wait_seconds)
                )
            except TimeoutError:
                raise ProviderFailed(Reason.BUSY) from None
            yield

    def _learn(self, failed: ProviderFailed) -> None:
        _calls.labels(self.tier, failed.reason).inc()
        conduct = CONDUCT[failed.reason]
        if conduct.is_pressed:
            self._slots.pressed()
        if failed.reason is Reason.RATE_LIMITED:
            rest = failed.retry_after or _RATE_LIMIT_REST_SECONDS
            self._breaker.failed(rest_seconds=min(rest, _RATE_LIMIT_REST_MOST_SECONDS))
        elif conduct.is_sick:
            self._breaker.failed()
        else:
            self._breaker.gave_up()
