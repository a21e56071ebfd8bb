"""The analytics API: figures of a period, from facts and counts of our own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple

import grpc
from cassava.analytics.v1 import analytics_pb2 as pb
from cassava.analytics.v1 import analytics_pb2_grpc as rpc

from mesh import times
from mesh.errors import InvalidInput
from mesh.postgres import Pool
from services.analytics import export, wire
from services.analytics.cursors import CursorStore
from services.analytics.follower import Follower
from services.analytics.peers import AuditLog, TimeZones
from services.analytics.period import Period
from services.analytics.reports.store import ReportStore

# Facts begin with generation 1: this one is empty, as a tenant is before its first event.
_NO_FACTS = 0
_MOST_DAYS_BY_HOUR = 31


class AnalyticsServicer(rpc.AnalyticsServiceServicer):
    def __init__(
        self,
        pool: Pool,
        zones: TimeZones,
        follower: Follower,
        audit: AuditLog,
        now: Callable[[], datetime] = times.now,
    ) -> None:
        self._pool = pool
        self._zones = zones
        self._follower = follower
        self._audit = audit
        self._now = now

    async def GetDashboard(
        self,
        request: pb.GetDashboardRequest,
        context: grpc.aio.ServicerContext[
            pb.GetDashboardRequest, Awaitable[pb.GetDashboardResponse]
        ],
    ) -> pb.GetDashboardResponse:
        now = self._now()
        async with self._asked(request.tenant_id, request.days, now) as asked:
            found = await asked.reports.dashboard(asked.period, now)
        answer = wire.dashboard_to_proto(
            *(request.tenant_id, asked.period, asked.as_of),
            headline=wire.headline_to_proto(found.headline),
            previous=wire.headline_to_proto(found.previous),
        )
        wire.add_mix(answer, found.mix)
        wire.add_days(answer, asked.period, found.daily)
        wire.add_outcomes(answer, found.headline["outcomes"])
        return answer

    async def GetTimeseries(
        self,
        request: pb.GetTimeseriesRequest,
        context: grpc.aio.ServicerContext[
            pb.GetTimeseriesRequest, Awaitable[pb.GetTimeseriesResponse]
        ],
    ) -> pb.GetTimeseriesResponse:
        by_hour = request.step == pb.STEP_HOUR
        if by_hour and request.days > _MOST_DAYS_BY_HOUR:
            raise InvalidInput(
                f"at most {_MOST_DAYS_BY_HOUR} days by the hour; ask by day", field="days"
            )
        async with self._asked(request.tenant_id, request.days, self._now()) as asked:
            rows = await asked.reports.series(asked.period, "hour" if by_hour else "day")
        starts = asked.period.hours() if by_hour else asked.period.midnights()
        return wire.series_to_proto(request.tenant_id, asked.period, asked.as_of, starts, rows)

    async def GetAgentReport(
        self,
        request: pb.GetAgentReportRequest,
        context: grpc.aio.ServicerContext[
            pb.GetAgentReportRequest, Awaitable[pb.GetAgentReportResponse]
        ],
    ) -> pb.GetAgentReportResponse:
        async with self._asked(request.tenant_id, request.days, self._now()) as asked:
            rows = await asked.reports.agents(asked.period)
        return wire.agents_to_proto(request.tenant_id, asked.period, asked.as_of, rows)

    async def ExportConversations(
        self,
        request: pb.ExportConversationsRequest,
        context: grpc.aio.ServicerContext[
            pb.ExportConversationsRequest, AsyncIterator[pb.ExportConversationsResponse]
        ],
    ) -> AsyncIterator[pb.ExportConversationsResponse]:
        zone = await self._zones.zone_of(request.tenant_id)
        now = self._now()
        period = Period.until(now, request.days, zone)
        async for piece in export.pieces(self._pool, request.tenant_id, period, now):
            yield wire.piece_to_proto(piece)

    async def RebuildFigures(
        self,
        request: pb.RebuildFiguresRequest,
        context: grpc.aio.ServicerContext[
            pb.RebuildFiguresRequest, Awaitable[pb.RebuildFiguresResponse]
        ],
    ) -> pb.RebuildFiguresResponse:
        """Noted when it has begun: a repeat changes nothing, and notes what could not be noted."""
        await self._follower.rebuild(request.tenant_id, what_is_kept=request.what_is_kept)
        detail = "what_is_kept" if request.what_is_kept else ""
        await self._audit.note(request.tenant_id, "figures.rebuilt", detail)
        return pb.RebuildFiguresResponse()

    @asynccontextmanager
    async def _asked(self, tenant_id: str, days: int, now: datetime) -> AsyncIterator[_Asked]:
        """The facts that are live, as of one moment: a rank that sums tell is looked up in facts.

        Not @read: the time zone comes from a peer, and no call is made inside a transaction.
        """
        period = Period.until(now, days, await self._zones.zone_of(tenant_id))
        async with self._pool.transaction(
            tenant_id, readonly=True, of_one_moment=True
        ) as connection:
            cursor = await CursorStore(connection, tenant_id).live()
            generation = cursor.generation if cursor else _NO_FACTS
            reports = ReportStore(connection, tenant_id, generation)
            as_of = cursor.occurred_at if cursor and cursor.occurred_at else now
            yield _Asked(period, as_of, reports)


class _Asked(NamedTuple):
    """A period, as of when, and what answers about it."""

    period: Period
    as_of: datetime
    reports: ReportStore
