"""The real PostgreSQL, the real encoder and the demo knowledge base; a cluster a run."""

from __future__ import annotations

import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1.tenant_pb2_grpc import TenantServiceStub
from cassava.tickets.v1.turn_pb2_grpc import TurnServiceStub
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
from mesh.valkey import Valkey
from services.responder.allowance import Allowance
from services.responder.chain import open_chain
from services.responder.knowledge.finder import Finder
from services.responder.knowledge.servicer import KnowledgeServicer
from services.responder.memory import Memory
from services.responder.providers.knowledge import Quoting
from services.responder.reply import Replying
from services.responder.servicer import ResponderServicer
from services.responder.settings import Settings
from services.responder.shadow.beside import Beside
from services.responder.shadow.servicer import ShadowServicer
from services.responder.suggesting import Suggesting
from tests.providers.mistral import fake_mistral
from tests.providers.wire import Fake, served
from tests.responder.api import Api, NoKeys
from tests.responder.scene import HITS, KEY, Knows

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import grpc

    from mesh.postgres import Pool
    from services.responder.evidence import Finds

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


@dataclass
class Served:
    """The running service, called as another service of the mesh, and who answers beside."""

    api: Api
    beside: Beside
    mistral: Fake


@pytest.fixture(scope="session")
async def api(pool: Pool, encoder: Encoder, finder: Finder) -> AsyncIterator[Api]:
    """Without any provider."""
    settings = Settings(mesh_key=MESH_KEY, database_url=SecretStr("unused"))
    async with serving(settings, pool, encoder, finder, finder) as served_api:
        yield served_api.api


@pytest.fixture
async def with_mistral(pool: Pool, encoder: Encoder, finder: Finder) -> AsyncIterator[Served]:
    """With a Mistral that is well; what is asked is found in a passage about refunds."""
    async with with_a_mistral(pool, encoder, finder, Knows(HITS)) as all_of_it:
        yield all_of_it


@pytest.fixture
async def searching(pool: Pool, encoder: Encoder, finder: Finder) -> AsyncIterator[Served]:
    """The same, but what is asked is searched for."""
    async with with_a_mistral(pool, encoder, finder, finder) as all_of_it:
        yield all_of_it


@asynccontextmanager
async def with_a_mistral(
    pool: Pool, encoder: Encoder, finder: Finder, finds: Finds
) -> AsyncIterator[Served]:
    async with served(fake_mistral()) as mistral:
        said = {"MISTRAL_API_KEY": KEY, "MISTRAL_MODEL": "well", "MISTRAL_SERVER_URL": mistral.url}
        settings = Settings(mesh_key=MESH_KEY, database_url=SecretStr("unused"), **said)  # type: ignore[arg-type]  # by their own names
        async with serving(settings, pool, encoder, finder, finds) as all_of_it:
            all_of_it.mistral = mistral
            yield all_of_it


@asynccontextmanager
async def serving(
    settings: Settings, pool: Pool, encoder: Encoder, finder: Finder, finds: Finds
) -> AsyncIterator[Served]:
    signing = Pages(MESH_KEY)
    async with open_chain(lambda: settings, pool) as chain:
        beside = Beside(pool, chain.rung_for, known_seconds=0)
        memory = Memory(Valkey(None), MESH_KEY)
        replying = Replying(finds, Quoting(encoder), chain.rungs, memory, beside)
        tickets = dial("dns:///nowhere", MeshIdentity(MESH_KEY, "responder"), audience="tickets")
        allowance = Allowance(TenantServiceStub(tickets))
        suggesting = Suggesting(replying, TurnServiceStub(tickets), Valkey(None))

        def register(to: grpc.aio.Server) -> None:
            Api.serve(
                to,
                ResponderServicer(replying, suggesting, chain.rungs, pool, allowance),
                KnowledgeServicer(pool, encoder, finder, signing),
                ShadowServicer(pool, chain.rung_for, signing),
            )

        async with answering(
            settings, service="responder", register=register, keys=NoKeys()
        ) as server:
            await server.tell(is_ready=True)
            identity = MeshIdentity(MESH_KEY, "gateway")
            async with dial(server.address, identity, audience="responder") as channel:
                yield Served(Api(channel), beside, Fake({}))
        await beside.settled()
