"""Every service in this process, behind the real Envoy: the mesh as somebody outside meets it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
from cassava.classifier.v1 import classifier_pb2_grpc, intent_pb2_grpc
from cassava.responder.v1 import knowledge_pb2_grpc, responder_pb2_grpc, shadow_pb2_grpc
from cassava.tickets.v1 import tenant_pb2_grpc, turn_pb2_grpc
from pydantic import SecretStr

from cli.embedded.envoy import Additions, EdgeAddresses, Envoy
from cli.embedded.places import Address, free_ports, loopback
from cli.embedded.program import spawn
from cli.embedded.service import answers
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.encoder import Encoder
from mesh.keys import RemoteKeys
from mesh.loops import running
from mesh.pages import Pages
from mesh.postgres import open_pool
from mesh.server import answering
from mesh.settings import MeshSettings
from mesh.valkey import Valkey
from services.analytics.composition import Analytics
from services.classifier.encoding import Encoders
from services.classifier.intents.servicer import IntentServicer
from services.classifier.language import Languages
from services.classifier.reader import Reader
from services.classifier.servicer import ClassifierServicer
from services.classifier.shelf import Shelf
from services.gateway.channels import custom, telegram, whatsapp
from services.gateway.edge import Edge
from services.gateway.settings import Settings as GatewaySettings
from services.responder.allowance import Allowance
from services.responder.chain import open_chain
from services.responder.knowledge.finder import Finder
from services.responder.knowledge.servicer import KnowledgeServicer
from services.responder.memory import Memory
from services.responder.providers.knowledge import Quoting
from services.responder.reply import Replying
from services.responder.servicer import ResponderServicer
from services.responder.settings import Settings as ResponderSettings
from services.responder.shadow.beside import Beside
from services.responder.shadow.servicer import ShadowServicer
from services.responder.suggesting import Suggesting
from services.tickets.composition import DESCRIPTORS, Tickets
from services.tickets.settings import Settings as TicketsSettings
from tests.tickets.builders import PLATFORM_KEY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    import grpc

    from mesh.access import KeyVerifier
    from mesh.postgres import Pool

MESH_KEY = SecretStr("a mesh key for tests")
MASTER_KEY = "a master key for tests"
EDGE = Path(__file__).parents[1] / "deploy/envoy/edge.yaml"
_PATIENCE_SECONDS = 60.0
# All tests come from one address; a key is still held back after ten guesses at it.
_MANY_WRONG_KEYS = 100_000


@dataclass(frozen=True, slots=True)
class Front:
    """Where one knocks: the edge, the gateway behind it, and tickets as the mesh reaches it."""

    edge: Address
    gateway: Address
    ops: Address
    tickets: str
    database_url: str
    clusters: Mapping[str, Sequence[Address]]

    @property
    def url(self) -> str:
        return f"http://{self.edge}"


class _Building:
    def __init__(self, database_url: str, valkey: Valkey, opened: AsyncExitStack) -> None:
        self._database_url = database_url
        self._valkey = valkey
        self._opened = opened
        self.addresses: dict[str, str] = {}

    async def tickets(self) -> None:
        settings = TicketsSettings(
            mesh_key=MESH_KEY,
            database_url=SecretStr(self._database_url),
            master_key=SecretStr(MASTER_KEY),
            platform_key=SecretStr(PLATFORM_KEY),
            drain_seconds=0.2,
        )
        tickets = Tickets(settings, await self._pool("tickets"), self._valkey)
        await tickets.unseal()
        await self._serve("tickets", tickets.register, tickets.keys, DESCRIPTORS.read_bytes())
        await self._loops(*tickets.loops)

    async def the_others(self) -> dict[str, grpc.aio.Channel]:
        """Classifier, responder and analytics; the edge's channels to all four."""
        encoder = Encoder()
        finder = Finder(knowledge := await self._pool("responder"), encoder)
        await finder.prepare()
        analytics = Analytics(
            await self._pool("analytics"), await self._dial("analytics", "tickets"), self._valkey
        )
        told = ResponderSettings(mesh_key=MESH_KEY, database_url=SecretStr("unused"))
        chain = await self._opened.enter_async_context(open_chain(lambda: told, knowledge))
        tickets = await self._dial("responder", "tickets")
        turns = turn_pb2_grpc.TurnServiceStub(tickets)
        allowance = Allowance(tenant_pb2_grpc.TenantServiceStub(tickets))
        models = await self._pool("classifier")
        shelf = Shelf(models)

        def responder(to: grpc.aio.Server) -> None:
            memory = Memory(self._valkey, MESH_KEY)
            beside = Beside(knowledge, chain.rung_for)
            replying = Replying(finder, Quoting(encoder), chain.rungs, memory, beside)
            suggesting = Suggesting(replying, turns, self._valkey)
            responder_pb2_grpc.add_ResponderServiceServicer_to_server(
                ResponderServicer(replying, suggesting, chain.rungs, knowledge, allowance), to
            )
            shadow_pb2_grpc.add_ShadowServiceServicer_to_server(
                ShadowServicer(knowledge, chain.rung_for, Pages(MESH_KEY)), to
            )
            knowledge_pb2_grpc.add_KnowledgeServiceServicer_to_server(
                KnowledgeServicer(knowledge, encoder, finder, Pages(MESH_KEY)), to
            )

        def classifier(to: grpc.aio.Server) -> None:
            encoders = Encoders(encoder)
            reader = Reader(shelf, encoders, Languages())
            classifier_pb2_grpc.add_ClassifierServiceServicer_to_server(
                ClassifierServicer(reader, shelf, encoders, models), to
            )
            intent_pb2_grpc.add_IntentServiceServicer_to_server(
                IntentServicer(models, encoders, Pages(MESH_KEY)), to
            )

        registers = {"responder": responder, "classifier": classifier}
        for name, register in {**registers, "analytics": analytics.register}.items():
            keys = RemoteKeys(await self._dial(name, "tickets"))
            await self._serve(name, register, keys)
        await self._loops(analytics.follower.run)
        return {name: await self._dial("gateway-edge", name) for name in self.addresses}

    async def gateway(self, dialled: dict[str, grpc.aio.Channel], at: Address) -> None:
        client = await self._opened.enter_async_context(httpx2.AsyncClient())
        adapters = {
            "whatsapp": whatsapp.WhatsApp(client),
            "telegram": telegram.Telegram(client),
            "custom": custom.Custom(client),
        }
        settings = GatewaySettings(
            mesh_key=MESH_KEY,
            listen=str(at),
            drain_seconds=1,
            wrong_keys_per_address=_MANY_WRONG_KEYS,
        )
        stop = asyncio.Event()
        serving = asyncio.create_task(Edge(settings, dialled, adapters, self._valkey).run(stop))

        async def end() -> None:
            stop.set()
            await serving

        self._opened.push_async_callback(end)

    async def _serve(
        self,
        name: str,
        register: Callable[[grpc.aio.Server], None],
        keys: KeyVerifier,
        descriptor_set: bytes | None = None,
    ) -> None:
        settings = MeshSettings(
            mesh_key=MESH_KEY, drain_seconds=0.2, wrong_keys_per_address=_MANY_WRONG_KEYS
        )
        server = await self._opened.enter_async_context(
            answering(
                settings, service=name, register=register, keys=keys, descriptor_set=descriptor_set
            )
        )
        await server.tell(is_ready=True)
        self.addresses[name] = server.address

    async def _pool(self, schema: str) -> Pool:
        opened = open_pool(self._database_url, schema=schema, role=f"{schema}_app", max_size=6)
        return await self._opened.enter_async_context(opened)

    async def _dial(self, service: str, peer: str) -> grpc.aio.Channel:
        channel = dial(self.addresses[peer], MeshIdentity(MESH_KEY, service), audience=peer)
        return await self._opened.enter_async_context(channel)

    async def _loops(self, *loops: Any) -> None:
        await self._opened.enter_async_context(
            running(loops, asyncio.Event(), patience_seconds=0.2)
        )


@asynccontextmanager
async def standing(database_url: str, redis_url: str, directory: Path) -> AsyncIterator[Front]:
    """Until the block ends. Nobody is anonymous here: every caller needs a key."""
    ports = [loopback(port) for port in free_ports(4)]
    async with AsyncExitStack() as opened:
        valkey = Valkey(redis_url)
        opened.push_async_callback(valkey.close)
        building = _Building(database_url, valkey, opened)
        await building.tickets()
        await building.gateway(await building.the_others(), ports[3])
        addresses = {name: [as_address(at)] for name, at in building.addresses.items()}
        clusters = {**addresses, "gateway": [ports[3]]}
        edge = EdgeAddresses(ports[0], ports[1], ports[2], clusters)
        await opened.enter_async_context(enveloped(directory, edge))
        tickets = building.addresses["tickets"]
        yield Front(ports[0], ports[3], ports[1], tickets, database_url, clusters)


@asynccontextmanager
async def enveloped(
    directory: Path,
    addresses: EdgeAddresses,
    additions: Additions = Additions(),  # noqa: B008  # frozen
    template: Path = EDGE,
) -> AsyncIterator[None]:
    """One more Envoy in front of the same services."""
    envoy = spawn(Envoy(directory, template, DESCRIPTORS, additions).prepare(addresses))
    try:
        await _ready(addresses.ops)
        yield
    finally:
        envoy.terminate()
        envoy.wait(10)


def as_address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return Address(host, int(port))


async def _ready(ops: Address) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not await answers(ops, "/readyz"):  # noqa: ASYNC110  # another process says it
            await asyncio.sleep(0.1)
