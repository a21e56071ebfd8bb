"""The calls this service makes, all to tickets: its event log, time zones, audit log."""

import time
from typing import Protocol
from zoneinfo import ZoneInfo

import grpc
from cassava.tickets.v1 import (
    access_pb2,
    access_pb2_grpc,
    event_pb2,
    event_pb2_grpc,
    tenant_pb2,
    tenant_pb2_grpc,
)

from mesh import logs
from mesh.access import current_caller
from mesh.errors import MeshError

log = logs.get(__name__)

_ZONE_SECONDS = 60.0
_UTC = ZoneInfo("UTC")


class EventLog(Protocol):
    """What happened, numbered per tenant."""

    async def heads(self) -> event_pb2.ListStreamsResponse:
        """Every tenant's last number, and the epoch that numbers belong to."""

    async def page(self, tenant_id: str, after: int, size: int) -> event_pb2.ListEventsResponse:
        """Events of the current epoch after a number, oldest first, however old."""


class TimeZones(Protocol):
    async def zone_of(self, tenant_id: str) -> ZoneInfo:
        """Where the tenant's days begin; UTC unless its policy says otherwise."""


class AuditLog(Protocol):
    async def note(self, tenant_id: str, action: str, detail: str) -> None:
        """What the caller did to the tenant's figures."""


class TicketsAuditLog:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._access = access_pb2_grpc.AccessServiceStub(channel)

    async def note(self, tenant_id: str, action: str, detail: str) -> None:
        await self._access.RecordAction(
            access_pb2.RecordActionRequest(
                tenant_id=tenant_id,
                actor=current_caller().signature,
                action=action,
                subject=tenant_id,
                detail=detail,
            )
        )


class TicketsEventLog:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._events = event_pb2_grpc.EventServiceStub(channel)

    async def heads(self) -> event_pb2.ListStreamsResponse:
        return await self._events.ListStreams(event_pb2.ListStreamsRequest())

    async def page(self, tenant_id: str, after: int, size: int) -> event_pb2.ListEventsResponse:
        return await self._events.ListEvents(
            event_pb2.ListEventsRequest(
                tenant_id=tenant_id, after=after, page_size=size, everything=True
            )
        )


class TicketsTimeZones:
    """Remembers for a minute; while tickets cannot be asked, longer."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._tenants = tenant_pb2_grpc.TenantServiceStub(channel)
        self._known: dict[str, tuple[float, ZoneInfo]] = {}

    async def zone_of(self, tenant_id: str) -> ZoneInfo:
        asked_at, zone = self._known.get(tenant_id, (float("-inf"), _UTC))
        if time.monotonic() - asked_at < _ZONE_SECONDS:
            return zone
        try:
            answer = await self._tenants.GetTenant(tenant_pb2.GetTenantRequest(tenant_id=tenant_id))
            zone = ZoneInfo(answer.tenant.policy.time_zone or "UTC")
        except MeshError as error:
            log.warning("time_zone_unknown", tenant=tenant_id, reason=error.reason)
            return zone
        except (KeyError, ValueError, OSError):
            # zoneinfo has three ways to say that there is no such zone.
            log.warning("time_zone_unreadable", tenant=tenant_id)
            zone = _UTC
        self._known[tenant_id] = (time.monotonic(), zone)
        return zone
