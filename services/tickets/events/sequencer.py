"""The loop that numbers events per tenant, without gaps, after their commit, and says so.

One leader, by an advisory lock on a connection of its own. Valkey is told only how far a log goes
(docs/decisions/0055): readers take what it says from PostgreSQL, so nothing there can be missing.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from mesh import tracing
from mesh.crash import crash_point
from services.tickets.events.store import EventStore

if TYPE_CHECKING:
    from mesh.postgres import Connection, Pool
    from mesh.valkey import Valkey
    from services.tickets.bells import Bells

_LEADER_LOCK = 7330
_BATCH = 500
_IDLE_SECONDS = 0.5
_FOLLOWER_SECONDS = 1.0
_MARKS_MOST = 16
# Between two rounds of a busy log: numbering a few at a time costs more than it hastens.
_ROUND_SECONDS = 0.05


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
        for tenant_id, head in (await store.epoch_and_heads())[1]:
            await self._publish(epoch.hex, tenant_id, head)
        while not stop.is_set():
            self._bells.log_has_news.clear()
            numbered = await store.number(_BATCH)
            if numbered:
                crash_point("sequencer.after_commit")
            for tenant_id, _, head in numbered:
                await self._publish(epoch.hex, tenant_id, head)
            if numbered:
                self._bells.events()
                await asyncio.sleep(_ROUND_SECONDS)
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bells.log_has_news.wait(), _IDLE_SECONDS)

    async def _publish(self, epoch: str, tenant_id: str, head: int) -> None:
        """Say how far the tenant's log goes; what it says is read from PostgreSQL, without gaps.

        Entry ids are numbers of the log, so saying it twice is nothing: the server refuses it.
        """
        stream, entry = f"live:{tenant_id}:{epoch}", {"head": str(head)}
        with tracing.span("send live", "producer", parent=await self._trace_of(tenant_id, head)):
            if here := tracing.trace_parent.get():
                entry[tracing.TRACE_PARENT] = here
            await self._valkey.append(stream, f"{head}-0", entry, _MARKS_MOST)

    async def _trace_of(self, tenant_id: str, head: int) -> str | None:
        """Nobody's where nothing is recorded: then it is not worth a query."""
        if not tracing.is_on():
            return None
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            return await EventStore(connection).traceparent_of(head)
