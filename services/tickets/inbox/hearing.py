"""What new messages mean for open cases: a wait ends, another begins; in their transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from mesh.errors import MeshError
from mesh.postgres import savepoint
from services.tickets.inbox.arrival import Arrival, Result, Status
from services.tickets.sla.store import ClockStore
from services.tickets.sla.timekeeper import Timekeeper
from services.tickets.tickets.store import TicketStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from mesh.postgres import Connection

log = structlog.get_logger()
# PRODUCT 6.1: the provider's time counts where it is this much earlier than ours, and not older.
_LATE = timedelta(minutes=1)
_OLD = timedelta(days=7)


async def hear(
    connection: Connection,
    tenant_id: str,
    arrivals: Sequence[Arrival],
    results: Mapping[int, Result],
) -> None:
    """Most conversations have no case: one look for all of a batch. They are held already."""
    written: dict[UUID, list[Arrival]] = {}
    for arrival in arrivals:
        result = results[arrival.index]
        if result.status is Status.ACCEPTED and result.conversation_id:
            written.setdefault(result.conversation_id, []).append(arrival)
    cases = await TicketStore(connection).with_open(list(written))
    if not cases:
        return
    now, keeper = await ClockStore(connection).now(), Timekeeper(connection, tenant_id)
    for conversation_id in cases:
        at = min(_customer_time(arrival, now) for arrival in written[conversation_id])
        try:
            async with savepoint(connection):
                await keeper.heard(conversation_id, at)
        except MeshError as error:  # a clock that stands still is a lesser evil than a lost message
            log.warning("case_not_heard", conversation_id=str(conversation_id), reason=error.reason)


def _customer_time(arrival: Arrival, now: datetime) -> datetime:
    said = arrival.provider_ts
    return said if said and now - _OLD <= said <= now - _LATE else now
