"""SlaService: what is promised, in which hours, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import sla_pb2 as pb
from cassava.tickets.v1 import sla_pb2_grpc as rpc

from mesh.access import current_caller
from mesh.ids import uuid7
from mesh.transactions import change, read
from services.tickets import masks
from services.tickets.audit.store import AuditStore
from services.tickets.bells import Bells
from services.tickets.ringing import rings
from services.tickets.sla import wire
from services.tickets.sla.policy import CalendarChangedMeanwhile, SlaPolicyNotFound
from services.tickets.sla.promises import CalendarStore, PolicyStore
from services.tickets.sla.reckoning import Reckoning
from services.tickets.sla.store import ClockStore
from services.tickets.sla.timekeeper import Timekeeper
from services.tickets.sla.working_hours import WorkingHours
from services.tickets.tenants.store import TenantStore
from services.tickets.tenants.wire import tenant_to_proto
from services.tickets.tickets.store import TicketStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mesh.postgres import Connection, Pool


class SlaServicer(rpc.SlaServiceServicer):
    def __init__(self, pool: Pool, bells: Bells, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._bells = bells
        self._now = now

    @change
    async def CreateCalendar(
        self, request: pb.CreateCalendarRequest, connection: Connection
    ) -> pb.CreateCalendarResponse:
        await TenantStore(connection).get(request.tenant_id)
        wire.check_name(request.calendar, "calendar")
        wire.calendar_from_proto(request.calendar).check(self._now())
        row = await CalendarStore(connection).open(
            request.tenant_id, uuid7(), wire.definition_of(request.calendar)
        )
        await _note(connection, request.tenant_id, "calendar.created", row["id"])
        return pb.CreateCalendarResponse(calendar=wire.calendar_to_proto(row))

    @read
    async def GetCalendar(
        self, request: pb.GetCalendarRequest, connection: Connection
    ) -> pb.GetCalendarResponse:
        row = await CalendarStore(connection).get(UUID(request.calendar_id))
        return pb.GetCalendarResponse(calendar=wire.calendar_to_proto(row))

    @read
    async def ListCalendars(
        self, request: pb.ListCalendarsRequest, connection: Connection
    ) -> pb.ListCalendarsResponse:
        rows = await CalendarStore(connection).all()
        return pb.ListCalendarsResponse(calendars=map(wire.calendar_to_proto, rows))

    @rings(Bells.alarms)
    @change
    async def UpdateCalendar(
        self, request: pb.UpdateCalendarRequest, connection: Connection
    ) -> pb.UpdateCalendarResponse:
        store = CalendarStore(connection)
        known = await store.get(UUID(request.calendar_id))
        if request.calendar.etag not in ("", str(known["version"])):
            raise CalendarChangedMeanwhile(known["id"])
        chosen = masks.paths(request.update_mask, request.calendar, wire.CALENDAR_CHANGEABLE)
        wanted = wire.calendar_to_proto(known)
        masks.apply(chosen, request.calendar, wanted)
        wire.check_name(wanted, "calendar")
        wire.calendar_from_proto(wanted).check(self._now())
        row = await store.save(known["id"], known["version"], wire.definition_of(wanted))
        tenant = tenant_to_proto(await TenantStore(connection).get(request.tenant_id))
        if tenant.policy.calendar_id == str(row["id"]):
            await WorkingHours(connection, request.tenant_id).tell(str(row["id"]))
        await _note(connection, request.tenant_id, "calendar.updated", row["id"], ",".join(chosen))
        return pb.UpdateCalendarResponse(calendar=wire.calendar_to_proto(row))

    @change
    async def CreateSlaPolicy(
        self, request: pb.CreateSlaPolicyRequest, connection: Connection
    ) -> pb.CreateSlaPolicyResponse:
        await TenantStore(connection).get(request.tenant_id)
        wire.check_policy(request.policy)
        row = await PolicyStore(connection).open(
            *(request.tenant_id, uuid7(), request.policy.position),
            wire.definition_of(request.policy),
        )
        await Reckoning(connection, request.tenant_id).check(wire.policy_from_row(row))
        await _note(connection, request.tenant_id, "sla_policy.created", row["id"])
        return pb.CreateSlaPolicyResponse(policy=wire.policy_to_proto(row))

    @read
    async def GetSlaPolicy(
        self, request: pb.GetSlaPolicyRequest, connection: Connection
    ) -> pb.GetSlaPolicyResponse:
        row = await PolicyStore(connection).get(UUID(request.policy_id))
        return pb.GetSlaPolicyResponse(policy=wire.policy_to_proto(row))

    @read
    async def ListSlaPolicies(
        self, request: pb.ListSlaPoliciesRequest, connection: Connection
    ) -> pb.ListSlaPoliciesResponse:
        rows = await PolicyStore(connection).in_order()
        return pb.ListSlaPoliciesResponse(policies=map(wire.policy_to_proto, rows))

    @rings(Bells.alarms)
    @change
    async def UpdateSlaPolicy(
        self, request: pb.UpdateSlaPolicyRequest, connection: Connection
    ) -> pb.UpdateSlaPolicyResponse:
        store = PolicyStore(connection)
        known = await store.get(UUID(request.policy_id))
        wire.policy_from_row(known).expect(request.policy.etag)
        chosen = masks.paths(request.update_mask, request.policy, wire.POLICY_CHANGEABLE)
        wanted = wire.policy_to_proto(known)
        masks.apply(chosen, request.policy, wanted)
        wire.check_policy(wanted)
        row = await store.save(
            *(known["id"], known["version"], wanted.position), wire.definition_of(wanted)
        )
        reckoning = Reckoning(connection, request.tenant_id)
        await reckoning.check(wire.policy_from_row(row))
        await reckoning.of_policy(row["id"])
        await _note(
            connection, request.tenant_id, "sla_policy.updated", row["id"], ",".join(chosen)
        )
        return pb.UpdateSlaPolicyResponse(policy=wire.policy_to_proto(row))

    @change
    async def DeleteSlaPolicy(
        self, request: pb.DeleteSlaPolicyRequest, connection: Connection
    ) -> pb.DeleteSlaPolicyResponse:
        policy_id = UUID(request.policy_id)
        if not await PolicyStore(connection).delete(policy_id):
            raise SlaPolicyNotFound(policy_id)
        await _note(connection, request.tenant_id, "sla_policy.deleted", policy_id)
        return pb.DeleteSlaPolicyResponse()

    @read
    async def ListClocks(
        self, request: pb.ListClocksRequest, connection: Connection
    ) -> pb.ListClocksResponse:
        ticket = await TicketStore(connection).get(UUID(request.ticket_id))
        store, keeper = ClockStore(connection), Timekeeper(connection, ticket.tenant_id)
        now = await store.now()
        clocks = [await keeper.current(clock) for clock in await store.of_cases(ticket.id)]
        return pb.ListClocksResponse(
            clocks=[
                wire.clock_to_proto(
                    clock, clock.used_at(now, await keeper.hours(clock.calendar_id))
                )
                for clock in clocks
            ]
        )


async def _note(
    connection: Connection, tenant_id: str, action: str, subject: UUID, detail: str = ""
) -> None:
    await AuditStore(connection).append(tenant_id, current_caller(), action, str(subject), detail)
