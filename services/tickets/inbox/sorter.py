"""The loop that puts spooled messages into their conversations, in the order of their arrival.

One replica at a time a tenant, by an advisory lock. Messages first, their rows afterwards: whoever
dies between the two has them sorted again, and keys that are known make nothing twice.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from prometheus_client import Gauge

from mesh.crash import crash_point
from mesh.errors import InvalidInput, MeshError
from services.tickets.inbox import wire
from services.tickets.inbox.arrival import Status
from services.tickets.inbox.spool import SpoolStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cassava.tickets.v1.inbox_pb2 import InboundItem

    from mesh.postgres import Pool
    from services.tickets.bells import Bells
    from services.tickets.inbox.accepting import Accepting
    from services.tickets.inbox.arrival import Result
    from services.tickets.inbox.spooling import Spooling

log = structlog.get_logger()
_LOCK = 7331
# As many as a batch may hold.
_ITEMS_AT_ONCE = 64
# However long a tenant surges, its people see what was written after so many seconds.
PATIENCE_SECONDS = 3.0
# What could not be sorted for so long is looked at one by one: its batch may be what is wrong.
DOUBT_SECONDS = 30.0
# Until the next look: there is more, something waits, nothing is there.
AT_ONCE, SOON, LATER = 0.0, 0.25, 1.0
_oldest = Gauge(
    "cassava_spool_oldest_seconds", "How long the oldest spooled message has waited to be sorted."
)


class Sorter:
    def __init__(
        self,
        pool: Pool,
        spooling: Spooling,
        accepting: Accepting,
        bells: Bells,
        tell: Callable[[float], None] = _oldest.set,
    ) -> None:
        self._pool = pool
        self._tell = tell
        self._spooling = spooling
        self._accepting = accepting
        self._bells = bells

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped."""
        while not stop.is_set():
            self._spooling.has_news.clear()
            pause = await self.sort()
            with suppress(TimeoutError):
                if pause == SOON:
                    await asyncio.wait_for(stop.wait(), SOON)
                elif pause == LATER:
                    await asyncio.wait_for(self._spooling.has_news.wait(), LATER)

    async def sort(self) -> float:
        """Some of every tenant that has something here; how long the next look may wait."""
        async with self._pool.connection() as connection:
            ages = await SpoolStore(connection).ages()
        self._tell(max(ages.values(), default=0.0))
        pause = LATER
        for tenant_id, age in ages.items():
            if self._bells.surge.is_full(tenant_id) and age < PATIENCE_SECONDS:
                pause = min(pause, SOON)
            else:
                pause = min(pause, await self._some_of(tenant_id, age))
        return pause

    async def _some_of(self, tenant_id: str, age: float) -> float:
        """What goes wrong with one tenant's is no other's matter."""
        try:
            async with self._pool.connection() as connection:
                key = (_LOCK, tenant_id)
                if not await connection.fetchval(
                    "SELECT pg_try_advisory_lock($1, hashtext($2))", *key
                ):
                    return SOON
                try:
                    return await self._some(tenant_id, is_doubtful=age > DOUBT_SECONDS)
                finally:
                    await connection.execute("SELECT pg_advisory_unlock($1, hashtext($2))", *key)
        except Exception:
            log.exception("tenant_not_sorted", tenant_id=tenant_id)
            return SOON

    async def _some(self, tenant_id: str, *, is_doubtful: bool) -> float:
        # Turns wait until all is sorted: work on them would make everything else later.
        self._bells.surge.holds(tenant_id)
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            rows = await SpoolStore(connection).oldest(tenant_id)
        if not rows:
            return LATER
        items: list[InboundItem] = []
        ids: list[int] = []
        for row in rows:
            batch = wire.unpacked(row["items"])
            if ids and len(items) + len(batch) > _ITEMS_AT_ONCE:
                break
            items += batch
            ids.append(row["id"])
        if not await self._are_placed(items, rows[0]["spooled_at"], is_doubtful=is_doubtful):
            return SOON
        crash_point("tickets.sort.before_removal")
        async with self._pool.transaction(tenant_id) as connection:
            await SpoolStore(connection).remove(tenant_id, ids)
        self._bells.messages({tenant_id})
        return AT_ONCE

    async def _are_placed(
        self, items: Sequence[InboundItem], came: datetime, *, is_doubtful: bool
    ) -> bool:
        """Whether all of them have become final; if not, all of them come again."""
        results = await self._tried(items, came)
        if _are_final(results) or (results and not is_doubtful):
            return _are_final(results)
        for item in items:  # so that what nobody can sort is kept apart and holds nobody up
            if not _are_final(await self._tried([item], came) or await self._kept(item)):
                return False
        return True

    async def _tried(self, items: Sequence[InboundItem], came: datetime) -> list[Result]:
        """What became of them; nothing where one of them is at fault."""
        try:
            return await self._accepting.accept(items, came)
        except Exception as error:
            if isinstance(error, MeshError) and not isinstance(error, InvalidInput):
                raise
            log.exception("spooled_items_not_sorted", items=len(items))
            return []

    async def _kept(self, item: InboundItem) -> list[Result]:
        letter = wire.letter_from_proto(0, item, "could not be sorted")
        return list((await self._accepting.keep([letter])).values())


def _are_final(results: Sequence[Result]) -> bool:
    return bool(results) and all(result.status is not Status.RETRY for result in results)
