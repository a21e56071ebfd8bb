"""Messages of tenants that surge: kept as they were handed in, sorted when it is over.

What a batch costs is its messages' places: conversations, numbers, work and events. Half of a busy
machine goes there, and nobody who waits for an acknowledgement needs it (docs/decisions/0155).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING

from cassava.tickets.v1 import inbox_pb2 as pb

from mesh import telemetry
from mesh.crash import crash_point
from services.tickets.inbox import wire
from services.tickets.inbox.arrival import Result, Status
from services.tickets.surge import FULL_ITEMS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mesh.postgres import Pool
    from services.tickets.surge import Surge

SPOOLED = Result(Status.SPOOLED)
_spooled = telemetry.counter("cassava_inbox_spooled", "Items stored to be sorted a little later.")


class Spool:
    """In front of the conversations. While a tenant has anything here, its later items go here,
    too: nothing that was acknowledged is overtaken.
    """

    def __init__(self, pool: Pool, surge: Surge) -> None:
        self._pool = pool
        self._surge = surge
        self.has_news = asyncio.Event()

    async def take(self, items: Sequence[pb.InboundItem]) -> set[int]:
        """Store what may wait and should; the positions of what was stored, durably.

        Raises `InvalidInput` for an item against the contract: nobody could be told of it later.
        """
        may = _by_tenant(items)
        if not may:
            return set()
        chosen = await self._chosen(may)
        batches = {tenant: _packed(items, positions) for tenant, positions in chosen.items()}
        if batches:
            async with self._pool.connection() as connection:
                await connection.execute(
                    "SELECT spool($1, $2)", list(batches), list(batches.values())
                )
            crash_point("tickets.spool.after_commit")
            _spooled.inc(sum(map(len, chosen.values())))
            self.has_news.set()
        return {position for positions in chosen.values() for position in positions}

    async def _chosen(self, may: Mapping[str, list[int]]) -> dict[str, list[int]]:
        surging = self._surge.tenants()
        full = {t for t, positions in may.items() if t in surging and len(positions) >= FULL_ITEMS}
        holding = await self._holding(may.keys() - full)
        return {t: positions for t, positions in may.items() if t in full or t in holding}

    async def _holding(self, tenants: Collection[str]) -> set[str]:
        """Asked of the database: another replica may hold what this one must not overtake."""
        if not tenants:
            return set()
        async with self._pool.connection() as connection:
            rows = await connection.fetch("SELECT spooled_among($1)", list(tenants))
        return {row[0] for row in rows}


def _by_tenant(items: Sequence[pb.InboundItem]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for position, item in enumerate(items):
        if item.may_wait and item.HasField("arrival"):
            found[item.tenant_id].append(position)
    return found


def _packed(items: Sequence[pb.InboundItem], positions: Sequence[int]) -> bytes:
    for position in positions:
        wire.insist_on_names(position, items[position])
    return pb.AcceptRequest(items=[items[n] for n in positions]).SerializeToString()
