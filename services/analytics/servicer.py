"""The analytics API: figures of a period, from facts and counts of our own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import grpc
from cassava.analytics.v1 import analytics_pb2 as pb
from cassava.analytics.v1 import analytics_pb2_grpc as rpc

from mesh import times
from mesh.postgres import Pool
from services.analytics import wire
from services.analytics.peers import TimeZones
from services.analytics.period import Period
from services.analytics.reports.store import ReportStore
from services.analytics.store import CursorStore

# Facts begin with generation 1: this one is empty, as a tenant is before its first event.
_NO_FACTS = 0


class AnalyticsServicer(rpc.AnalyticsServiceServicer):
    def __init__(
        self, pool: Pool, zones: TimeZones, now: Callable[[], datetime] = times.now
    ) -> None:
        self._pool = pool
        self._zones = zones
        self._now = now

    async def GetDashboard(
        self,
        request: pb.GetDashboardRequest,
        context: grpc.aio.ServicerContext[
            pb.GetDashboardRequest, Awaitable[pb.GetDashboardResponse]
        ],
    ) -> pb.GetDashboardResponse:
        # Not @read: the time zone comes from a peer, and no call is made inside a transaction.
        zone = await self._zones.zone_of(request.tenant_id)
        now = self._now()
        period = Period.until(now, request.days, zone)
        async with self._pool.transaction(request.tenant_id, readonly=True) as connection:
            cursor = await CursorStore(connection, request.tenant_id).live()
            generation = cursor.generation if cursor else _NO_FACTS
            reports = ReportStore(connection, request.tenant_id, generation)
            headline = await reports.headline(period, now)
            previous = await reports.headline(period.previous(), now)
            mix = await reports.mix(period)
            daily = await reports.daily(period)
        as_of = cursor.occurred_at if cursor and cursor.occurred_at else now
        answer = wire.dashboard_to_proto(
            *(request.tenant_id, period, as_of),
            headline=wire.headline_to_proto(**headline),
            previous=wire.headline_to_proto(**previous),
        )
        wire.add_mix(answer, mix)
        wire.add_days(answer, period, daily)
        return answer
