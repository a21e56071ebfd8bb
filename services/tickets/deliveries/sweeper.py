"""Each second: settle what dead senders left, decide what is perhaps sent. Any replica may."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from mesh import telemetry
from mesh.errors import MeshError
from services.tickets.audit.store import AuditStore
from services.tickets.deliveries import undelivered
from services.tickets.deliveries.delivery import Verdict
from services.tickets.deliveries.doubt import Doubtful, DoubtStore
from services.tickets.deliveries.pace import Waits
from services.tickets.deliveries.store import DeliveryStore
from services.tickets.events.event import message_failed
from services.tickets.events.store import EventStore

if TYPE_CHECKING:
    from mesh.postgres import Connection, Pool
    from services.tickets.bells import Bells

log = structlog.get_logger()
_EVERY_SECONDS = 1.0
_decided = telemetry.counter(
    "cassava_deliveries_in_doubt",
    "What was perhaps sent, by what was decided.",
    {"verdict": tuple(Verdict)},
)


class Sweeper:
    def __init__(self, pool: Pool, bells: Bells, waits: Waits) -> None:
        self._pool = pool
        self._bells = bells
        self._waits = waits

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped."""
        while not stop.is_set():
            await self.sweep()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _EVERY_SECONDS)

    async def sweep(self) -> None:
        """One pass: leases that ended, then each doubt in a transaction of its own."""
        async with self._pool.transaction(None) as connection:
            store = DoubtStore(connection, self._waits)
            changed = await store.sweep()
            doubtful = await store.due()
        for one in doubtful:
            await self._settle(one)
        if changed or doubtful:
            self._bells.deliveries()

    async def _settle(self, one: Doubtful) -> None:
        """One that cannot be decided must not keep the others waiting behind it."""
        try:
            async with self._pool.transaction(one.tenant_id) as connection:
                if await DoubtStore(connection, self._waits).still(one.delivery_id):
                    await self._decide(connection, one)
        except Exception as error:
            if isinstance(error, MeshError):
                raise
            log.exception("delivery_not_settled", delivery_id=str(one.delivery_id))

    async def _decide(self, connection: Connection, one: Doubtful) -> None:
        """State, event and audit together: nothing is parked or sent again without a trace."""
        log.warning("delivery_in_doubt", delivery_id=str(one.delivery_id), verdict=one.verdict)
        deliveries = DeliveryStore(connection)
        delivery = await deliveries.lock(one.delivery_id)
        await deliveries.settle(delivery.id, one.verdict.state, reason="perhaps_sent")
        if one.verdict is Verdict.PARK:
            event = message_failed(delivery, "perhaps_sent", perhaps_sent=True)
            await EventStore(connection).append(one.tenant_id, event)
        elif one.verdict is Verdict.GIVE_UP:
            await undelivered.tell(connection, one.tenant_id, delivery, "perhaps_sent")
        await AuditStore(connection).append_as(
            one.tenant_id, "mesh", f"delivery.{one.verdict}", str(delivery.id)
        )
        _decided.labels(one.verdict).inc()
