"""The tenant's own calendar: whether it is open, and the log's word of what it says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.sla import wire
from services.tickets.sla.promises import CalendarStore

if TYPE_CHECKING:
    from datetime import datetime

    from cassava.tickets.v1 import tenant_pb2

    from mesh.hours import Calendar
    from mesh.postgres import Connection

_INSTANT = timedelta(microseconds=1)


class WorkingHours:
    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def is_open(self, policy: tenant_pb2.Policy, now: datetime) -> bool:
        """Without a calendar it always is. A closing instant is closed."""
        calendar = await self._calendar(policy.calendar_id)
        return calendar is None or bool(calendar.between(now, now + _INSTANT))

    async def tell(self, calendar_id: str) -> None:
        """From now on figures in business hours count these; with no calendar, every hour."""
        calendar = await self._calendar(calendar_id)
        said = {"calendar_id": calendar_id, "definition": calendar.facts() if calendar else {}}
        await EventStore(self._connection).append(
            self._tenant_id, Event("calendar.updated", data=said)
        )

    async def _calendar(self, calendar_id: str) -> Calendar | None:
        if not calendar_id:
            return None
        row = await CalendarStore(self._connection).get(UUID(calendar_id))
        return wire.calendar_from_proto(wire.calendar_to_proto(row))
