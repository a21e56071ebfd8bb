"""An account that somebody has to mend: no worker sends there, and people are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.deliveries.store import DeliveryStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore

if TYPE_CHECKING:
    from uuid import UUID

    from mesh.postgres import Connection


async def stop(connection: Connection, tenant_id: str, account_id: UUID, reason: str) -> None:
    """`reason` is the provider's code. Where it was stopped before, nothing is said again."""
    if await DeliveryStore(connection).pause_account(account_id, None):
        said = {"channel_id": str(account_id), "reason": reason}
        await EventStore(connection).append(tenant_id, Event("channel.paused", data=said))
