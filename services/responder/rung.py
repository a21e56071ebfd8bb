"""A provider with what protects us from it: slots, a breaker, its share of the time."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from mesh.breaker import Breaker
from services.responder.providers.provider import ProviderFailed, Reason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from services.responder.providers.provider import Provider, Tier

# These say that the provider is not well; the others say something of our request or our key.
_COUNTS = frozenset(
    {Reason.CAPACITY, Reason.SERVER_ERROR, Reason.UNREACHABLE, Reason.FIRST_TOKEN_TIMEOUT}
    | {Reason.STALL, Reason.TOO_SLOW, Reason.CUT, Reason.MALFORMED, Reason.EMPTY}
)
_RATE_LIMIT_WAIT_MOST_SECONDS = 3.0
_SLOT_WAIT_SECONDS = 0.5


class Rung:
    """One tier of the chain that a vendor stands behind. Times in seconds."""

    def __init__(  # noqa: PLR0913 - all named, each a number of RESPONDER 6
        self,
        provider: Provider,
        *,
        share_seconds: float,
        first_token_seconds: float,
        stall_seconds: float,
        slots: int,
        is_third_party: bool,
    ) -> None:
        self.provider = provider
        self.share_seconds = share_seconds
        self.first_token_seconds = first_token_seconds
        self.stall_seconds = stall_seconds
        self.is_third_party = is_third_party
        self._slots = asyncio.Semaphore(slots)
        self._breaker = Breaker(failures_to_open=5, rest_seconds=15.0)

    @property
    def tier(self) -> Tier:
        return self.provider.tier

    @asynccontextmanager
    async def guarded(self) -> AsyncIterator[None]:
        """Raise at once what would fail anyway; learn from what happens inside."""
        state = self.provider.state()
        if not state.may_run:
            raise ProviderFailed(state.reason or Reason.NOT_CONFIGURED)
        if not self._breaker.allows():
            raise ProviderFailed(Reason.BREAKER_OPEN)
        try:
            async with asyncio.timeout(_SLOT_WAIT_SECONDS):
                await self._slots.acquire()
        except TimeoutError:
            raise ProviderFailed(Reason.BUSY) from None
        try:
            yield
        except ProviderFailed as failed:
            self._learn(failed)
            raise
        except asyncio.CancelledError:
            self._breaker.gave_up()
            raise
        else:
            self._breaker.succeeded()
        finally:
            self._slots.release()

    async def rest_after(self, failed: ProviderFailed, left: float) -> None:
        """A moment before the second try; or raise, where the provider asks for more than that."""
        if failed.reason is Reason.RATE_LIMITED:
            wait = failed.retry_after
            if wait is None or wait > min(_RATE_LIMIT_WAIT_MOST_SECONDS, left / 2):
                raise failed
            await asyncio.sleep(wait)
        elif failed.reason in _COUNTS:
            await asyncio.sleep(random.uniform(0.1, 0.3))  # noqa: S311 - spreads retries

    @property
    def is_open(self) -> bool:
        """The breaker keeps calls away now."""
        return self._breaker.state == "open"

    def _learn(self, failed: ProviderFailed) -> None:
        if failed.reason is Reason.RATE_LIMITED:
            self._breaker.failed(rest_seconds=min(failed.retry_after or 5.0, 60.0))
        elif failed.reason in _COUNTS:
            self._breaker.failed()
        else:
            self._breaker.gave_up()
