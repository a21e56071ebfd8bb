"""Each second: settle what dead senders left. Any replica may; rows are skipped while another
has them.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from services.tickets.deliveries.store import DeliveryStore
from services.tickets.events.event import message_failed
from services.tickets.events.store import EventStore

if TYPE_CHECKING:
    from mesh.postgres import Pool
    from services.tickets.bells import Bells

log = structlog.get_logger()
_EVERY_SECONDS = 1.0


class Sweeper:
    def __init__(self, pool: Pool, bells: Bells) -> None:
        self._pool = pool
        self._bells = bells

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped."""
        while not stop.is_set():
            await self.sweep()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _EVERY_SECONDS)

    async def sweep(self) -> None:
        """One pass: leases that ended, then a word to people about what was parked."""
        async with self._pool.transaction(None) as connection:
            changed = await DeliveryStore(connection).sweep()
        for tenant_id, delivery_id, state in changed:
            log.warning(
                "delivery_unsettled", tenant_id=tenant_id, delivery_id=str(delivery_id), state=state
            )
            if state != "parked":
                continue
            async with self._pool.transaction(tenant_id) as connection:
                delivery = await DeliveryStore(connection).lock(delivery_id)
                await EventStore(connection).append(
                    tenant_id, message_failed(delivery, "perhaps_sent", perhaps_sent=True)
                )
        if changed:
            self._bells.deliveries()
