"""The real service behind a real port, beside the real tickets whose log it follows."""

from __future__ import annotations

import asyncio
import time
import uuid
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg
import pytest
from cassava.analytics.v1 import analytics_pb2 as pb
from cassava.analytics.v1 import analytics_pb2_grpc as rpc
from cassava.tickets.v1 import tenant_pb2
from cassava.type.v1 import access_pb2 as caller_pb2
from pydantic import SecretStr

from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.errors import InvalidInput, NotAllowed, NotSignedIn
from mesh.keys import RemoteKeys
from mesh.loops import running
from mesh.migrate import migrate
from mesh.postgres import open_pool
from mesh.server import answering
from mesh.valkey import Valkey
from services.analytics.composition import Analytics
from services.analytics.settings import Settings
from services.tickets import composition as tickets
from services.tickets.settings import Settings as TicketsSettings
from tests.tickets.api import Api, keyed
from tests.tickets.builders import (
    PLATFORM_KEY,
    a_begun_delivery,
    a_bot_reply,
    a_channel,
    a_key,
    a_message,
    a_tenant,
    finish,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cli.embedded.postgres import Postgres

MESH_KEY = SecretStr("a mesh key for tests")


@pytest.fixture
def database(postgres: Postgres, template: str) -> Iterator[str]:
    name = f"t{uuid.uuid4().hex}"
    yield postgres.create_database(name, template)
    postgres.drop_database(name)


@pytest.fixture
async def record(database: str) -> AsyncIterator[str]:
    """The address of tickets."""
    await migrate(database, "tickets", tickets.MIGRATIONS)
    settings = TicketsSettings(
        mesh_key=MESH_KEY,
        database_url=SecretStr(database),
        master_key=SecretStr("a master key for tests"),
        platform_key=SecretStr(PLATFORM_KEY),
        drain_seconds=0.2,
    )
    async with open_pool(database, schema="tickets", role="tickets_app") as pool:
        service = tickets.Tickets(settings, pool, Valkey(None))
        await service.unseal()
        async with (
            answering(
                settings, service="tickets", register=service.register, keys=service.keys
            ) as server,
            running(service.loops, asyncio.Event(), patience_seconds=2),
        ):
            await server.tell(is_ready=True)
            yield server.address


@pytest.fixture
async def service(database: str, record: str) -> AsyncIterator[str]:
    """The address of analytics, which follows."""
    settings = Settings(
        mesh_key=MESH_KEY,
        database_url=SecretStr(database),
        tickets_target=record,
        drain_seconds=0.2,
    )
    async with (
        open_pool(database, schema="analytics", role="analytics_app") as pool,
        dial(record, MeshIdentity(MESH_KEY, "analytics"), audience="tickets") as channel,
    ):
        analytics = Analytics(pool, channel, Valkey(None))
        await analytics.check_reports()
        await analytics.ready()
        async with (
            answering(
                settings,
                service="analytics",
                register=analytics.register,
                keys=RemoteKeys(channel),
            ) as server,
            running([analytics.follower.run], asyncio.Event(), patience_seconds=2),
        ):
            await server.tell(is_ready=True)
            yield server.address


@asynccontextmanager
async def asking(address: str, key: str) -> AsyncIterator[rpc.AnalyticsServiceStub]:
    async with keyed(address, key) as channel:
        yield rpc.AnalyticsServiceStub(channel)


@pytest.fixture
async def mesh(record: str) -> AsyncIterator[Api]:
    async with dial(record, MeshIdentity(MESH_KEY, "gateway"), audience="tickets") as channel:
        yield Api(channel)


@pytest.fixture
async def key(record: str) -> AsyncIterator[str]:
    """Of the tenant `acme`, which exists then."""
    async with keyed(record, PLATFORM_KEY) as channel:
        platform = Api(channel)
        await a_tenant(platform, time_zone="Africa/Nairobi")
        yield await a_key(platform)


async def test_what_happened_shows_within_two_seconds(
    service: str, mesh: Api, key: str, record: str
) -> None:
    async with keyed(record, key) as channel:
        await a_message(mesh, await a_channel(Api(channel)))
    await a_bot_reply(mesh)
    delivery, _ = await a_begun_delivery(mesh)
    await finish(mesh, delivery, provider_message_id="p1")
    started = time.monotonic()

    async with asking(service, key) as analytics:
        while time.monotonic() - started < 2:
            found = await analytics.GetDashboard(pb.GetDashboardRequest(days=7))
            if found.messages.sent:
                break
            await asyncio.sleep(0.05)

    assert (found.messages.received, found.messages.sent) == (1, 1)
    assert (found.conversations.total, found.conversations.open) == (1, 1)
    assert found.first_response_seconds.count == 1
    assert found.automation.involvement_rate.value == 1
    assert [row.tier for row in found.reply_tiers] == ["knowledge"]
    assert [row.intent for row in found.intents] == ["shipping"]
    assert (found.tenant_id, len(found.daily)) == ("acme", 7)
    assert getattr(found, "from").ToDatetime().hour == 21  # midnight in Nairobi


async def test_a_key_reads_its_own_tenant_only(service: str, key: str) -> None:
    async with asking(service, key) as analytics:
        with pytest.raises(NotAllowed):
            await analytics.GetDashboard(pb.GetDashboardRequest(tenant_id="other"))
        with pytest.raises(InvalidInput):
            await analytics.GetDashboard(pb.GetDashboardRequest(days=-1))
    async with asking(service, "csk_nobody_nothing") as analytics:
        with pytest.raises(NotSignedIn):
            await analytics.GetDashboard(pb.GetDashboardRequest())


async def test_an_admin_has_the_log_counted_again(
    service: str, mesh: Api, key: str, record: str, database: str
) -> None:
    async with keyed(record, key) as channel:
        await a_message(mesh, await a_channel(Api(channel)))
    async with keyed(record, PLATFORM_KEY) as channel:
        viewer = await a_key(Api(channel), role=caller_pb2.CALLER_VIEWER)
    root = await asyncpg.connect(database, server_settings={"search_path": "analytics"})

    async def live() -> list[int]:
        rows = await root.fetch("SELECT generation, sequence FROM cursors WHERE is_live")
        return [number for row in rows for number in row]

    async def until(generation: int) -> None:
        async with asyncio.timeout(20):
            while await live() != [generation, 2]:  # noqa: ASYNC110  # another process's rows
                await asyncio.sleep(0.05)

    await until(1)
    async with asking(service, viewer) as analytics:
        with pytest.raises(NotAllowed):
            await analytics.RebuildFigures(pb.RebuildFiguresRequest())
    async with asking(service, key) as analytics:
        before = await analytics.GetDashboard(pb.GetDashboardRequest(days=7))
        await analytics.RebuildFigures(pb.RebuildFiguresRequest())
        await until(2)
        after = await analytics.GetDashboard(pb.GetDashboardRequest(days=7))
    await root.close()
    async with keyed(record, key) as channel:
        asked = tenant_pb2.ListAuditLogRequest(tenant_id="acme", action="figures.rebuilt")
        (entry,) = (await Api(channel).tenants.ListAuditLog(asked)).entries

    assert entry.actor
    assert after.conversations == before.conversations
    assert after.messages == before.messages
