"""A reply that will not arrive: people hear of it, and a machine's silence becomes their case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.events.event import message_failed
from services.tickets.events.store import EventStore
from services.tickets.sla.timekeeper import Timekeeper
from services.tickets.tickets.casebook import Casebook

if TYPE_CHECKING:
    from mesh.postgres import Connection
    from services.tickets.deliveries.delivery import Delivery

_CAUSE = "undelivered"
_SUBJECT = "An answer could not be delivered"


async def tell_of_another_try(
    connection: Connection, tenant_id: str, delivery: Delivery, reason: str
) -> None:
    """It was told as sent, and will be told so again: until then it counts as no answer."""
    await EventStore(connection).append(tenant_id, message_failed(delivery, reason))
    await Timekeeper(connection, tenant_id).withdrawn(delivery.message_id)


async def tell(connection: Connection, tenant_id: str, delivery: Delivery, reason: str) -> None:
    """In the transaction that gave up. A person's words need no case: they were written in one."""
    await tell_of_another_try(connection, tenant_id, delivery, reason)
    if delivery.author == "bot":
        await Casebook(connection, tenant_id).open_or_raise(
            conversation_id=delivery.conversation_id,
            idem_key=delivery.message_id,
            subject=_SUBJECT,
            category="",
            priority="normal",
            cause=_CAUSE,
            customer_time=None,
        )
