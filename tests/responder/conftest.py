"""The real PostgreSQL, the real encoder and the demo knowledge base; a cluster a run."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bench.answers import MIGRATIONS, demo_articles, publish
from cli.embedded.postgres import Postgres
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.encoder import Encoder
from mesh.migrate import migrate
from mesh.pages import Pages
from mesh.postgres import open_pool
from mesh.server import answering
from mesh.settings import MeshSettings
from mesh.valkey import Valkey
from services.responder.knowledge.finder import Finder
from services.responder.knowledge.servicer import KnowledgeServicer
from services.responder.memory import Memory
from services.responder.providers.knowledge import Quoting
from services.responder.reply import Replying
from services.responder.servicer import ResponderServicer
from tests.responder.api import Api, NoKeys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import grpc

    from mesh.postgres import Pool

MESH_KEY = SecretStr("a mesh key for tests")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("postgres"), fsync=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def database(postgres: Postgres) -> str:
    """Migrated, shared by all tests: each has a tenant of its own."""
    url = postgres.create_database("responder")
    await migrate(url, "responder", MIGRATIONS)
    return url


@pytest.fixture(scope="session")
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database, schema="responder", role="responder_app") as pool:
        yield pool


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture(scope="session")
async def finder(pool: Pool, encoder: Encoder) -> Finder:
    finder = Finder(pool, encoder)
    await finder.prepare()
    return finder


@pytest.fixture(scope="session")
async def demo(pool: Pool, encoder: Encoder) -> str:
    """The tenant that has the demo articles."""
    await publish(pool, encoder, "demo", demo_articles())
    return "demo"


@pytest.fixture
def tenant() -> str:
    return f"t-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
async def api(pool: Pool, encoder: Encoder, finder: Finder) -> AsyncIterator[Api]:
    """The running service, without any provider, called as another service of the mesh."""
    settings = MeshSettings(mesh_key=MESH_KEY)
    memory = Memory(Valkey(None), MESH_KEY)

    def register(to: grpc.aio.Server) -> None:
        Api.serve(
            to,
            ResponderServicer(Replying(finder, Quoting(encoder), [], memory), [], pool),
            KnowledgeServicer(pool, encoder, finder, Pages(MESH_KEY)),
        )

    async with answering(settings, service="responder", register=register, keys=NoKeys()) as server:
        await server.tell(is_ready=True)
        identity = MeshIdentity(MESH_KEY, "gateway")
        async with dial(server.address, identity, audience="responder") as channel:
            yield Api(channel)
