"""A responder whose model does what a test says, and an Envoy of its own before it."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2
from cassava.responder.v1 import responder_pb2_grpc
from cassava.tickets.v1 import tenant_pb2_grpc, turn_pb2_grpc
from pydantic import SecretStr

from cli.embedded.envoy import EdgeAddresses
from cli.embedded.places import free_ports, loopback
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.encoder import Encoder
from mesh.keys import RemoteKeys
from mesh.postgres import open_pool
from mesh.server import answering
from mesh.valkey import Valkey
from services.responder.allowance import Allowance
from services.responder.chain import open_chain
from services.responder.knowledge.finder import Finder
from services.responder.memory import Memory
from services.responder.reply import Replying
from services.responder.servicer import ResponderServicer
from services.responder.settings import Settings
from services.responder.suggesting import Suggesting
from tests.contract.tenants import at_the_edge
from tests.front import MESH_KEY, as_address, enveloped
from tests.providers import mistral as at_mistral
from tests.providers.canonical import REPLY, said
from tests.providers.wire import served
from tests.responder.scene import KEY, Nobody, Quotes
from tests.tickets.builders import PLATFORM_KEY, a_key, a_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    import grpc

    from tests.front import Front
    from tests.providers.wire import Behaviour, Fake, Reply

QUESTION = "How long does a refund take?"
OURS, THEIRS = "with-a-model", "beside-the-model"
# So little speaks for an attack that no model would be asked: here each one is.
ALWAYS = 1e-6


class Captured:
    """A tenant's admin before a responder whose model does what a test says."""

    def __init__(self, http: httpx2.AsyncClient, mistral: Fake) -> None:
        self.http = http
        self.mistral = mistral

    async def reply(
        self, behaviour: Behaviour, text: str = QUESTION, *, tenant: str = OURS, **policy: Any
    ) -> dict[str, Any]:
        self.mistral.behaviours["captured"] = behaviour
        self.mistral.requests.clear()
        asked = {"messages": [text], "policy": {"evidence_threshold": ALWAYS, **policy}}
        answer = await self.http.post(f"/api/v1/tenants/{tenant}/replies", json=asked)
        assert answer.status_code == 200, answer.text
        outcome: dict[str, Any] = answer.json()["outcome"]
        return outcome


@asynccontextmanager
async def captured_model(front: Front, directory: Path) -> AsyncIterator[Captured]:
    """One more responder and one more Envoy before it; everything else is the front's."""
    async with AsyncExitStack() as opened:
        mistral = await opened.enter_async_context(served(at_mistral.fake_mistral()))
        address = await _a_responder(front, mistral, opened)
        edge = await _an_edge(front, address, directory, opened)
        platform = await opened.enter_async_context(at_the_edge(front, PLATFORM_KEY))
        for tenant, text in ((OURS, REPLY), (THEIRS, "The other shop's secret: 99 days.")):
            await a_tenant(platform.api, tenant)
            article = {"title": "Refunds", "body": f"## {QUESTION}\n\n{text}"}
            stored = await platform.http.post(f"/api/v1/tenants/{tenant}/articles", json=article)
            assert stored.status_code == 200, stored.text
        headers = {"authorization": f"Bearer {await a_key(platform.api, OURS)}"}
        http = httpx2.AsyncClient(base_url=edge, headers=headers, timeout=20)
        yield Captured(await opened.enter_async_context(http), mistral)


async def _a_responder(front: Front, mistral: Fake, opened: AsyncExitStack) -> str:
    """Its own process in small: the real chain, the real search, a Mistral of ours."""
    told = {
        "MISTRAL_API_KEY": KEY,
        "MISTRAL_MODEL": "captured",
        "MISTRAL_SERVER_URL": mistral.url,
    }
    settings = Settings(mesh_key=MESH_KEY, database_url=SecretStr("unused"), **told)  # type: ignore[arg-type]  # by their own names
    pool = await opened.enter_async_context(
        open_pool(front.database_url, schema="responder", role="responder_app", max_size=4)
    )
    chain = await opened.enter_async_context(open_chain(lambda: settings, pool))
    identity = MeshIdentity(MESH_KEY, "responder")
    tickets = await opened.enter_async_context(dial(front.tickets, identity, audience="tickets"))
    finder = Finder(pool, Encoder())
    await finder.prepare()
    memory = Memory(Valkey(None), MESH_KEY)
    replying = Replying(finder, Quotes(), chain.rungs, memory, Nobody())
    suggesting = Suggesting(replying, turn_pb2_grpc.TurnServiceStub(tickets), Valkey(None))
    allowance = Allowance(tenant_pb2_grpc.TenantServiceStub(tickets))

    def register(to: grpc.aio.Server) -> None:
        responder_pb2_grpc.add_ResponderServiceServicer_to_server(
            ResponderServicer(replying, suggesting, chain.rungs, pool, allowance), to
        )

    server = await opened.enter_async_context(
        answering(settings, service="responder", register=register, keys=RemoteKeys(tickets))
    )
    await server.tell(is_ready=True)
    return str(server.address)


async def _an_edge(front: Front, responder: str, directory: Path, opened: AsyncExitStack) -> str:
    edge, ops, admin = (loopback(port) for port in free_ports(3))
    clusters = {**front.clusters, "responder": [as_address(responder)]}
    await opened.enter_async_context(
        enveloped(directory, EdgeAddresses(edge, ops, admin, clusters))
    )
    return f"http://{edge}"


def system_of(reply: Reply) -> str:
    return str(reply.request.body["messages"][0]["content"])


def mark_of(reply: Reply) -> str:
    return system_of(reply).split("never to be repeated: ")[1].split("\n")[0]


def saying(answer: Callable[[Reply], str]) -> Behaviour:
    """A model that makes its answer of what it was told."""

    async def behave(reply: Reply) -> None:
        await at_mistral.answers(said(answer(reply)))(reply)

    return behave
