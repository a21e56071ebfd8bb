"""How often a tenant may call, over all replicas; without Valkey, each replica counts alone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh import telemetry
from mesh.buckets import Buckets, Rate
from mesh.errors import TooMany

if TYPE_CHECKING:
    from collections.abc import Callable

    from mesh.valkey import Valkey

# Calls taken at once are spent here: a trip to Valkey for each would cost more than most calls.
_SHARE = 50
_PURSE_SECONDS = 1.0
_NEWS_SECONDS = 1.0
_MOST_TENANTS = 10_000

_refused = telemetry.counter("cassava_quota_refused", "Calls beyond a tenant's quota.")


class QuotaSpent(TooMany):
    """`is_news`: the first of its second. The others are counted, and are no line in a log."""

    def __init__(self, seconds: float, *, is_news: bool = True) -> None:
        super().__init__("this tenant calls too often", retry_after_seconds=seconds)
        self.reason = "TOO_MANY"
        self.is_news = is_news


@dataclass(slots=True)
class _Purse:
    left: int = 0
    ends_at: float = 0.0
    empty_until: float = 0.0
    news_at: float = 0.0


class Quota:
    """`per_second` calls for good and twice as many at once; 0: as many as you like."""

    def __init__(
        self, valkey: Valkey, per_second: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._valkey = valkey
        self._clock = clock
        self._rate = Rate(per_second, 2 * per_second) if per_second else None
        self._alone = Buckets(self._rate, _MOST_TENANTS, clock=clock) if self._rate else None
        self._purses: dict[str, _Purse] = {}

    async def spend(self, tenant_id: str) -> None:
        """One call; raises `QuotaSpent`, which says when to come back."""
        if self._rate is None:
            return
        now = self._clock()
        purse = self._purses.setdefault(tenant_id, _Purse())
        if purse.left > 0 and now < purse.ends_at:
            purse.left -= 1
            return
        if now < purse.empty_until:
            raise self._spent(purse, purse.empty_until - now)
        granted, wait = await self._more(tenant_id, self._rate)
        if not granted:
            purse.empty_until = self._clock() + wait
            raise self._spent(purse, wait)
        purse.left, purse.ends_at = granted - 1, self._clock() + _PURSE_SECONDS

    async def _more(self, tenant_id: str, rate: Rate) -> tuple[int, float]:
        count = max(1, int(rate.per_second) // _SHARE)
        shared = await self._valkey.take(f"quota:{tenant_id}", rate, count)
        if shared is not None:
            return shared
        if self._alone is None:
            return count, 0.0
        return self._alone.take(tenant_id, count), self._alone.wait(tenant_id)

    def _spent(self, purse: _Purse, seconds: float) -> QuotaSpent:
        _refused.inc()
        now = self._clock()
        if is_news := now >= purse.news_at:
            purse.news_at = now + _NEWS_SECONDS
        return QuotaSpent(seconds, is_news=is_news)
