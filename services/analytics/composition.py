"""All of analytics on one pool: its servicer, its follower, its readiness."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cassava.analytics.v1 import analytics_pb2_grpc

from mesh import migrate
from mesh.errors import Unavailable
from services.analytics.follower import Follower
from services.analytics.peers import TicketsAuditLog, TicketsEventLog, TicketsTimeZones
from services.analytics.reports.store import Preparation
from services.analytics.servicer import AnalyticsServicer

if TYPE_CHECKING:
    import grpc

    from mesh.postgres import Pool
    from mesh.valkey import Valkey

MIGRATIONS = Path(__file__).parent / "migrations"


class Analytics:
    """What `serve` needs: a servicer to register, a loop to run, readiness."""

    def __init__(self, pool: Pool, tickets: grpc.aio.Channel, valkey: Valkey) -> None:
        self._pool = pool
        self._reports = Preparation(pool)
        self.follower = Follower(pool, TicketsEventLog(tickets), valkey)
        self._servicer = AnalyticsServicer(
            pool, TicketsTimeZones(tickets), self.follower, TicketsAuditLog(tickets)
        )

    def register(self, server: grpc.aio.Server) -> None:
        analytics_pb2_grpc.add_AnalyticsServiceServicer_to_server(self._servicer, server)

    async def check_reports(self) -> None:
        """A report that does not prepare stops the boot; without a database, readiness waits."""
        with suppress(Unavailable):
            await self._reports.insist()

    async def ready(self) -> None:
        """Raise what is missing: the database, its schema."""
        await migrate.is_current(self._pool, MIGRATIONS)
        await self._reports.insist()
