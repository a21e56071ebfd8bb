"""How far each tenant's log reaches: one query a wake-up for all who watch in this process."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from mesh.errors import MeshError
from services.tickets.bells import WAKE_EVENTS
from services.tickets.events.store import EventStore

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from mesh.postgres import Pool
    from mesh.valkey import Valkey

# Without Valkey nobody rings: then this is how late a watcher hears of news.
_EVERY_SECONDS = 1.0


class Heads:
    """A loop that looks, and watchers that wait for their tenant's log to grow."""

    def __init__(self, pool: Pool, valkey: Valkey) -> None:
        self._pool = pool
        self._valkey = valkey
        self._known: dict[str, int] = {}
        self._epoch = ""
        self._looked = asyncio.Condition()
        self._watchers = 0
        self._is_watched = asyncio.Event()
        self.is_stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Look at each ring, each second without one, while somebody watches; until stopped."""
        self.is_stopping = False
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                if self._watchers:
                    await _either(stopping, self._valkey.wait(WAKE_EVENTS, _EVERY_SECONDS))
                else:
                    await _either(stopping, self._is_watched.wait())
                if self._watchers and not stop.is_set():
                    await self.look()
        finally:
            self.is_stopping = stop.is_set()
            await _ended(stopping)
            await self._wake()

    async def look(self) -> None:
        """Read the heads once and wake everybody; a database that is away is looked at again."""
        with suppress(MeshError):
            async with self._pool.connection() as connection:
                self._epoch, heads = await EventStore(connection).epoch_and_heads()
            self._known = dict(heads)
        await self._wake()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While the block lasts, somebody wants to know."""
        self._watchers += 1
        self._is_watched.set()
        try:
            yield
        finally:
            self._watchers -= 1
            if not self._watchers:
                self._is_watched.clear()

    async def beyond(self, tenant_id: str, tseq: int, epoch: str, seconds: float) -> bool:
        """Wait for news of this tenant or another epoch; False when time is over or we stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._looked:
                await self._looked.wait_for(
                    lambda: self.is_stopping or self._has_news(tenant_id, tseq, epoch)
                )
        return not self.is_stopping and self._has_news(tenant_id, tseq, epoch)

    def _has_news(self, tenant_id: str, tseq: int, epoch: str) -> bool:
        return self._known.get(tenant_id, 0) > tseq or self._epoch not in ("", epoch)

    async def _wake(self) -> None:
        async with self._looked:
            self._looked.notify_all()


async def _either(stopping: asyncio.Task[Any], waiting: Coroutine[Any, Any, object]) -> None:
    """Until one of them is over; the other way is waited for no longer."""
    task = asyncio.create_task(waiting)
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    await _ended(task)


async def _ended(task: asyncio.Task[object]) -> None:
    """Cancel what waits no longer; what it raised by itself is raised here."""
    if not task.done():
        task.cancel()
    with suppress(asyncio.CancelledError):
        await task
