"""Messages of tenants that surge: kept as they were handed in, sorted when it is over.

What a batch costs is its messages' places: conversations, numbers, work and events. Half of a busy
machine goes there, and nobody who waits for an acknowledgement needs it (docs/decisions/0155).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from mesh import telemetry
from mesh.crash import crash_point
from services.tickets.inbox import wire
from services.tickets.inbox.arrival import Result, Status
from services.tickets.inbox.spool import SpoolStore
from services.tickets.surge import FULL_ITEMS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from cassava.tickets.v1.inbox_pb2 import InboundItem

    from mesh.postgres import Pool
    from services.tickets.surge import Surge

# Whoever is sorted this late is not sorted at all: from here on its provider keeps what comes.
LONGEST_SECONDS = 120.0
_spooled = telemetry.counter("cassava_inbox_spooled", "Items stored to be sorted a little later.")


class Spooling:
    """In front of the conversations. While a tenant has anything in the spool, its later items go
    there, too: nothing that was acknowledged is overtaken.
    """

    def __init__(self, pool: Pool, surge: Surge, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._surge = surge
        self._now = now
        self.has_news = asyncio.Event()

    async def take(self, items: Sequence[InboundItem]) -> dict[int, Result]:
        """Store what may wait and should: SPOOLED or RETRY by position, nothing of the others.

        Raises `InvalidInput` for an item against the contract: nobody could be told of it later.
        """
        chosen = await self._chosen(_by_tenant(items))
        if not chosen:
            return {}
        batches = {
            tenant: wire.packed(items, positions, self._now())
            for tenant, positions in chosen.items()
        }
        async with self._pool.connection() as connection:
            longest = timedelta(seconds=LONGEST_SECONDS)
            stored = await SpoolStore(connection).put(batches, longest)
        crash_point("tickets.spool.after_commit")
        _spooled.inc(sum(len(chosen[tenant]) for tenant in stored))
        self.has_news.set()
        return {
            position: Result(Status.SPOOLED if tenant in stored else Status.RETRY)
            for tenant, positions in chosen.items()
            for position in positions
        }

    async def _chosen(self, may: Mapping[str, list[int]]) -> dict[str, list[int]]:
        surging = self._surge.tenants()
        full = {t for t, positions in may.items() if t in surging and len(positions) >= FULL_ITEMS}
        behind = await self._holding(may.keys() - full)
        return {t: positions for t, positions in may.items() if t in full or t in behind}

    async def _holding(self, tenants: Collection[str]) -> set[str]:
        if not tenants:
            return set()
        async with self._pool.connection() as connection:
            return await SpoolStore(connection).holding(tenants)


def _by_tenant(items: Sequence[InboundItem]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for position, item in enumerate(items):
        if item.may_wait and item.HasField("arrival"):
            found[item.tenant_id].append(position)
    return found
