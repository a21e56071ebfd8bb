"""The mesh's half: queue events for endpoints, lease what is due, judge what came of it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import endpoint_pb2 as pb

from mesh import telemetry
from services.tickets.audit.store import AuditStore
from services.tickets.endpoints import secret
from services.tickets.endpoints.attempt import wait_seconds
from services.tickets.endpoints.endpoint import PENDING_MOST
from services.tickets.endpoints.queue import EndpointQueue
from services.tickets.endpoints.store import EndpointStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.events.wire import event_to_proto

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from asyncpg import Record

    from mesh.postgres import Connection, Pool
    from services.tickets.bells import Bells
    from services.tickets.channels.sealing import Sealer
    from services.tickets.endpoints.attempt import Attempt, Pending
    from services.tickets.endpoints.endpoint import Endpoint

# In one claim: what is left is the next claim's, a second later or at once.
_ENDPOINTS_FED = 32
_EVENTS_FED = 250

_attempts = telemetry.counter(
    "cassava_endpoint_attempts",
    "Attempts to deliver an event to a tenant's endpoint.",
    {"outcome": ("delivered", "again", "exhausted", "gone")},
)


class Dispatch:
    def __init__(
        self, pool: Pool, sealer: Sealer, bells: Bells, now: Callable[[], datetime]
    ) -> None:
        self._pool = pool
        self._bells = bells
        self._sealer = sealer
        self._now = now

    async def feed(self) -> None:
        """What the log has more than the endpoints were told, each in its own transaction."""
        async with self._pool.transaction(None, readonly=True) as connection:
            lagging = await EndpointQueue(connection).lagging(_ENDPOINTS_FED)
        for tenant_id, endpoint_id in lagging:
            async with self._pool.transaction(tenant_id) as connection:
                is_on = await self._feed(connection, endpoint_id)
            if not is_on:
                self._bells.log()

    async def claim(self, slots: int) -> list[pb.ClaimedEndpointDelivery]:
        async with self._pool.transaction(None) as connection:
            claims = await EndpointQueue(connection).claim(slots)
        return [await self._claimed(claim) for claim in claims]

    async def finish(self, tenant_id: str, delivery_id: UUID, fence: int, came: Attempt) -> None:
        """The endpoint first, then the delivery: the order in which everybody locks."""
        async with self._pool.transaction(tenant_id) as connection:
            queue, store = EndpointQueue(connection), EndpointStore(connection)
            endpoint = await store.locked(await queue.endpoint_of(delivery_id))
            delivery = await queue.leased(delivery_id, fence)
            await queue.write_down(tenant_id, delivery, came)
            if came.is_delivered:
                _attempts.labels("delivered").inc()
                await queue.settle(delivery.id, "succeeded")
                await store.note(endpoint.delivered())
            elif came.is_gone:
                _attempts.labels("gone").inc()
                await queue.settle(delivery.id, "failed")
                await _end(connection, endpoint.disabled("gone"))
            else:
                await self._failed(connection, endpoint, delivery, came)
        if not came.is_delivered:
            self._bells.log()

    async def _failed(
        self, connection: Connection, endpoint: Endpoint, delivery: Pending, came: Attempt
    ) -> None:
        queue = EndpointQueue(connection)
        wait = wait_seconds(delivery.tries, came, random.random())  # noqa: S311  # jitter
        _attempts.labels("exhausted" if wait is None else "again").inc()
        if wait is None:
            await queue.settle(delivery.id, "failed")
            await _tell(connection, endpoint, "endpoint.exhausted", delivery_id=str(delivery.id))
        else:
            await queue.settle(delivery.id, "pending", wait)
        failed = endpoint.failed(self._now())
        if failed.is_enabled:
            await EndpointStore(connection).note(failed, came.pause)
        else:
            await _end(connection, failed)

    async def _feed(self, connection: Connection, endpoint_id: UUID) -> bool:
        """False where that was its end."""
        queue = EndpointQueue(connection)
        endpoint = await EndpointStore(connection).locked(endpoint_id)
        if not endpoint.is_enabled:
            return True  # somebody was faster
        room = PENDING_MOST - await queue.pending(endpoint_id)
        if room > 0:
            await queue.feed(endpoint_id, min(room, _EVENTS_FED))
        elif not (full := endpoint.filled(self._now())).is_enabled:
            await _end(connection, full)
            return False
        return True

    async def _claimed(self, claim: Record) -> pb.ClaimedEndpointDelivery:
        tenant_id = claim["tenant_id"]
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            row = await EndpointQueue(connection).claimed(claim["delivery_id"])
            sealed = await EndpointStore(connection).live_secrets(row["endpoint_id"])
            _, epoch = await EventStore(connection).head_and_epoch()
        return pb.ClaimedEndpointDelivery(
            tenant_id=tenant_id,
            delivery_id=str(claim["delivery_id"]),
            fence=claim["fence"],
            url=row["url"],
            secrets=[secret.opened(tenant_id, one, self._sealer) for one in sealed],
            event=event_to_proto(row, epoch),
        )


async def _end(connection: Connection, endpoint: Endpoint) -> None:
    """Disabled by what it answers: nothing waits for it any more, and the tenant is told."""
    await EndpointStore(connection).note(endpoint)
    await EndpointQueue(connection).cancel(endpoint.id)
    await _tell(connection, endpoint, "endpoint.disabled", reason=endpoint.disabled_reason)
    await AuditStore(connection).append_as(
        endpoint.tenant_id, "mesh", "endpoint.disabled", str(endpoint.id), endpoint.disabled_reason
    )


async def _tell(connection: Connection, endpoint: Endpoint, kind: str, **said: str) -> None:
    event = Event(kind, data={"endpoint_id": str(endpoint.id), **said})
    await EventStore(connection).append(endpoint.tenant_id, event)
