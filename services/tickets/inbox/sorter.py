"""The loop that puts spooled messages into their conversations, in the order of their arrival.

One replica at a time a tenant, by an advisory lock. Messages first, their rows afterwards: whoever
dies between the two has them sorted again, and keys that are known make nothing twice.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from cassava.tickets.v1 import inbox_pb2 as pb
from prometheus_client import Gauge

from mesh.crash import crash_point
from mesh.errors import MeshError
from services.tickets.inbox import wire
from services.tickets.inbox.arrival import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassava.tickets.v1.inbox_pb2 import InboundItem

    from mesh.postgres import Connection, Pool
    from services.tickets.bells import Bells
    from services.tickets.inbox.accepting import Accepting
    from services.tickets.inbox.spool import Spool

log = structlog.get_logger()
_LOCK = 7331
# Two of an edge's full batches: as many as a batch may hold.
_ROWS_AT_ONCE = 2
# However long a tenant surges, its people see what was written after so many seconds.
PATIENCE_SECONDS = 3.0
_LOOK_SECONDS = 0.25
_IDLE_SECONDS = 1.0
_oldest = Gauge(
    "cassava_spool_oldest_seconds", "How long the oldest spooled message has waited to be sorted."
)


class Sorter:
    def __init__(self, pool: Pool, spool: Spool, accepting: Accepting, bells: Bells) -> None:
        self._pool = pool
        self._spool = spool
        self._accepting = accepting
        self._bells = bells

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped."""
        while not stop.is_set():
            self._spool.has_news.clear()
            waits = await self.sort(stop)
            with suppress(TimeoutError):
                if waits:
                    await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)
                else:
                    await asyncio.wait_for(self._spool.has_news.wait(), _IDLE_SECONDS)

    async def sort(self, stop: asyncio.Event | None = None) -> bool:
        """One pass over all tenants that have something here; whether any of it still waits."""
        async with self._pool.connection() as connection:
            waiting = await connection.fetch(
                "SELECT tenant_id, oldest_seconds FROM spooled_tenants()"
            )
        is_left = False
        for row in waiting:
            if (
                self._bells.surge.is_full(row["tenant_id"])
                and row["oldest_seconds"] < PATIENCE_SECONDS
            ):
                is_left = True
                continue
            while (more := await self._some(row["tenant_id"])) and not (stop and stop.is_set()):
                pass
            is_left = is_left or more is None
        return is_left

    async def _some(self, tenant_id: str) -> bool | None:
        """The oldest of one tenant; False when there is none, None when it has to wait."""
        async with self._pool.transaction(tenant_id) as connection:
            if not await connection.fetchval(
                "SELECT pg_try_advisory_xact_lock($1, hashtext($2))", _LOCK, tenant_id
            ):
                return None
            rows = await connection.fetch(
                "SELECT id, items FROM inbox_spool WHERE tenant_id = $1 ORDER BY id LIMIT $2",
                *(tenant_id, _ROWS_AT_ONCE),
            )
            if not rows:
                return False
            # Turns wait until all is sorted: work on them would make everything else later.
            self._bells.surge.holds(tenant_id)
            items = [
                item for row in rows for item in pb.AcceptRequest.FromString(row["items"]).items
            ]
            if not await self._are_placed(items):
                return None
            crash_point("tickets.sort.before_removal")
            await _remove(connection, tenant_id, [row["id"] for row in rows])
        self._bells.messages({tenant_id})
        return True

    async def _are_placed(self, items: Sequence[InboundItem]) -> bool:
        """Whether all of them have become final; if not, all of them come again."""
        try:
            results = await self._accepting.accept(items)
        except MeshError:
            raise
        except Exception:
            log.exception("spooled_batch_not_sorted", items=len(items))
            return all([await self._is_placed(item) for item in items])
        return all(result.status is not Status.RETRY for result in results)

    async def _is_placed(self, item: InboundItem) -> bool:
        """One by one, so that what nobody can sort is kept apart and holds nobody up."""
        try:
            (result,) = await self._accepting.accept([item])
        except MeshError:
            raise
        except Exception:
            log.exception("spooled_item_not_sorted")
            letter = wire.letter_from_proto(0, item, "could not be sorted")
            result = (await self._accepting.keep([letter]))[0]
        return result.status is not Status.RETRY


async def _remove(connection: Connection, tenant_id: str, ids: Sequence[int]) -> None:
    await connection.execute(
        "DELETE FROM inbox_spool WHERE tenant_id = $1 AND id = ANY($2)", tenant_id, ids
    )
