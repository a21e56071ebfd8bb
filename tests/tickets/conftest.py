"""The real tickets service on the real PostgreSQL: a cluster a run, a database a test."""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
from pydantic import SecretStr

from cli.embedded.postgres import Postgres
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.loops import running
from mesh.migrate import migrate
from mesh.postgres import open_pool
from mesh.server import answering
from mesh.valkey import Valkey
from services.tickets.composition import MIGRATIONS, Tickets
from services.tickets.events.servicer import Rhythm
from services.tickets.root import Root
from services.tickets.settings import Settings
from tests.tickets.api import Api, keyed
from tests.tickets.builders import PLATFORM_KEY, a_channel, a_key, a_tenant
from tests.tickets.replica import Replica

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cassava.tickets.v1.channel_pb2 import Channel

    from mesh.postgres import Pool

MESH_KEY = SecretStr("a mesh key for tests")


class Clock:
    """Time that stands until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Not below pytest's own directory: another run closes that one to the server's user.
    with tempfile.TemporaryDirectory(prefix="cassava-") as directory:
        server = Postgres(Path(directory) / "postgres", fsync=False)
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
async def template(postgres: Postgres) -> str:
    """A migrated database that each test gets a copy of."""
    url = postgres.create_database("tickets_template")
    await migrate(url, "tickets", MIGRATIONS)
    return "tickets_template"


@pytest.fixture
def database(postgres: Postgres, template: str) -> Iterator[str]:
    name = f"t{uuid.uuid4().hex}"
    yield postgres.create_database(name, template)
    postgres.drop_database(name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    # Fifty calls at once are what some tests are about; on a busy machine they take turns longer.
    async with open_pool(
        database, schema="tickets", role="tickets_app", max_size=16, wait_seconds=10.0
    ) as pool:
        yield pool


@pytest.fixture
async def root(database: str) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection, to look at rows as no service may."""
    connection = await asyncpg.connect(database, server_settings={"search_path": "tickets"})
    yield connection
    await connection.close()


@pytest.fixture
def stop() -> asyncio.Event:
    """Set, the service drains."""
    return asyncio.Event()


@pytest.fixture
async def service(
    database: str, pool: Pool, clock: Clock, stop: asyncio.Event
) -> AsyncIterator[str]:
    """The address of a running service, all its loops included."""
    settings = Settings(
        mesh_key=MESH_KEY,
        database_url=SecretStr(database),
        master_key=SecretStr("a master key for tests"),
        platform_key=SecretStr(PLATFORM_KEY),
        drain_seconds=0.2,
    )
    quick = Rhythm(heartbeat_seconds=0.5, right_seconds=0.5)
    tickets = Tickets(settings, pool, Valkey(None), clock, quick)
    await tickets.unseal()
    async with (
        answering(
            settings, service="tickets", register=tickets.register, keys=tickets.keys
        ) as server,
        running(tickets.loops, stop, patience_seconds=2),
    ):
        await server.tell(is_ready=True)
        yield server.address
        stop.set()
        tickets.bells.log()  # else the sequencer sleeps its half second out


class Door:
    """Opens the service for whoever comes with a key; closed with the test."""

    def __init__(self, address: str, stack: AsyncExitStack) -> None:
        self._address = address
        self._stack = stack

    async def with_key(self, key: str) -> Api:
        return Api(await self._stack.enter_async_context(keyed(self._address, key)))


@pytest.fixture
async def door(service: str) -> AsyncIterator[Door]:
    async with AsyncExitStack() as stack:
        yield Door(service, stack)


@pytest.fixture
async def mesh(service: str) -> AsyncIterator[Api]:
    """Another service of the mesh."""
    async with dial(service, MeshIdentity(MESH_KEY, "gateway"), audience="tickets") as channel:
        yield Api(channel)


@pytest.fixture
async def platform(door: Door) -> Api:
    return await door.with_key(PLATFORM_KEY)


@pytest.fixture
async def admin(platform: Api, door: Door) -> Api:
    """Of the tenant `acme`, which exists then."""
    await a_tenant(platform)
    return await door.with_key(await a_key(platform))


@pytest.fixture
async def channel(admin: Api) -> Channel:
    """A custom channel of `acme`."""
    return await a_channel(admin)


@pytest.fixture
async def replica(channel: Channel, stop: asyncio.Event, pool: Pool, clock: Clock) -> Replica:
    """Beside the service, whose own loops have ended: a test sorts when it wants to."""
    assert channel.id
    stop.set()
    root = Root("a master key for tests")
    await root.unseal(pool)
    return Replica(pool, clock, root)
