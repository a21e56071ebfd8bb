"""How many calls to one provider run at once: more while it is well, fewer when it is pressed.

Additive increase, multiplicative decrease, as TCP finds its share of a line; no tenant takes all.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_AT_THE_START = 4
_SHRINK = 0.7
# Of the slots, what one tenant may hold while others wait.
_SHARE = 0.25


class Slots:
    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = float(min(most, _AT_THE_START))
        self._good = 0
        self._held: Counter[str] = Counter()
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []

    @property
    def limit(self) -> int:
        return max(1, int(self._limit))

    @asynccontextmanager
    async def one_for(self, tenant_id: str, *, wait_seconds: float) -> AsyncIterator[None]:
        """Raises `TimeoutError` when none came free in time."""
        if self._waiting or self._held.total() >= self.limit:
            await self._wait(tenant_id, wait_seconds)
        else:
            self._held[tenant_id] += 1
        try:
            yield
        finally:
            self._give_back(tenant_id)

    def eased(self) -> None:
        """A good call: after as many as run at once, one more may."""
        self._good += 1
        if self._good >= self.limit:
            self._good, self._limit = 0, min(self._limit + 1, self._most)
            self._hand_out()

    def pressed(self) -> None:
        self._good, self._limit = 0, max(1.0, self._limit * _SHRINK)

    async def _wait(self, tenant_id: str, wait_seconds: float) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((tenant_id, mine))
        try:
            async with asyncio.timeout(wait_seconds):
                await mine
        except BaseException:
            if mine.done() and not mine.cancelled():  # it came in the same moment: pass it on
                self._give_back(tenant_id)
            self._waiting = [each for each in self._waiting if each[1] is not mine]
            raise

    def _give_back(self, tenant_id: str) -> None:
        self._held[tenant_id] -= 1
        if not self._held[tenant_id]:
            del self._held[tenant_id]
        self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting and self._held.total() < self.limit:
            tenant_id, waiter = self._waiting.pop(self._next())
            if not waiter.done():
                self._held[tenant_id] += 1
                waiter.set_result(None)

    def _next(self) -> int:
        """The first whose tenant is within its share; else of the tenant that holds least."""
        share = max(1, int(self.limit * _SHARE))
        held = [self._held[tenant_id] for tenant_id, _ in self._waiting]
        within = next((n for n, count in enumerate(held) if count < share), None)
        return held.index(min(held)) if within is None else within
