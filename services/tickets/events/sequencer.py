"""The loop that numbers events per tenant, without gaps, after their commit, and says so.

One leader, by an advisory lock on a connection of its own. The mirror in Valkey starts from the
stream's top, never from the leader's own batch: so publishing twice is nothing, and two leaders
cannot make a gap.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from services.tickets.events import wire
from services.tickets.events.store import EventStore

if TYPE_CHECKING:
    from mesh.postgres import Connection, Pool
    from mesh.valkey import Valkey
    from services.tickets.bells import Bells

_LEADER_LOCK = 7330
_BATCH = 500
_IDLE_SECONDS = 0.5
_FOLLOWER_SECONDS = 1.0
_MIRROR_MOST = 5000
# A stream that is not there yet starts with this many of the last events.
_MIRROR_FIRST = 500


class Sequencer:
    def __init__(self, pool: Pool, bells: Bells, valkey: Valkey) -> None:
        self._pool = pool
        self._bells = bells
        self._valkey = valkey

    async def run(self, stop: asyncio.Event) -> None:
        """Wait for leadership, then lead until stopped or the connection ends."""
        while not stop.is_set():
            async with self._pool.connection() as connection:
                if await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LEADER_LOCK):
                    try:
                        await self._lead(connection, stop)
                    finally:
                        await connection.execute("SELECT pg_advisory_unlock($1)", _LEADER_LOCK)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _FOLLOWER_SECONDS)

    async def _lead(self, connection: Connection, stop: asyncio.Event) -> None:
        store = EventStore(connection)
        epoch = await store.settle_epoch()
        for tenant_id, head in await store.heads():
            await self._publish(epoch.hex, tenant_id, head)
        while not stop.is_set():
            self._bells.log_has_news.clear()
            numbered = await store.number(_BATCH)
            for tenant_id, _, head in numbered:
                await self._publish(epoch.hex, tenant_id, head)
            if numbered:
                self._bells.events()
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bells.log_has_news.wait(), _IDLE_SECONDS)

    async def _publish(self, epoch: str, tenant_id: str, head: int) -> None:
        """Bring the tenant's mirror up to its head; without Valkey, readers ask PostgreSQL."""
        stream = f"live:{tenant_id}:{epoch}"
        newest = await self._valkey.top(stream)
        if self._valkey.is_away:
            return
        top = int(newest.partition("-")[0]) if newest else max(0, head - _MIRROR_FIRST)
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            rows = await EventStore(connection).after(top, _MIRROR_MOST)
        for row in rows:
            event = wire.event_to_proto(row, epoch).SerializeToString()
            if not await self._valkey.append(
                stream, f"{row['tseq']}-0", {"event": event}, _MIRROR_MOST
            ):
                return
