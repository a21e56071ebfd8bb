"""Behind one more Envoy: tickets that know only the new master key, and a service that tells how
long it was given.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import grpc
import httpx2
import pytest
from cassava.classifier.v1 import intent_pb2, intent_pb2_grpc
from cassava.tickets.v1 import channel_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health_aio
from pydantic import SecretStr

from cli.embedded.envoy import EdgeAddresses
from cli.embedded.places import free_ports, loopback
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.postgres import open_pool
from mesh.server import answering
from mesh.valkey import Valkey
from services.tickets.composition import Tickets
from services.tickets.settings import Settings
from tests.contract.tenants import at_the_edge
from tests.front import EDGE, MASTER_KEY, MESH_KEY, as_address, enveloped
from tests.tickets.api import Api
from tests.tickets.builders import PLATFORM_KEY, a_channel, a_secret

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.attacks.conftest import Acme
    from tests.front import Front

_SEALED = "whsec_" + "bGFk" * 8
_NEW = "a new master key, longer"
_FEW_SECONDS, _FOR_EVER_SECONDS = 10.0, 3600.0
# DEADLINE_EXCEEDED from a service; UNAVAILABLE from Envoy, who waits longer than a service does.
_OVER = {"4", "14"}
_LIST = "/cassava.classifier.v1.IntentService/ListIntents"


class TakesItsTime(intent_pb2_grpc.IntentServiceServicer):
    """Says how many seconds it was given for a list; to whom gives it many, it says nothing."""

    async def ListIntents(
        self, request: intent_pb2.ListIntentsRequest, context: Any
    ) -> intent_pb2.ListIntentsResponse:
        del request
        if context.time_remaining() > _FEW_SECONDS:
            await asyncio.sleep(_FOR_EVER_SECONDS)
        return intent_pb2.ListIntentsResponse(next_page_token=str(context.time_remaining()))


@pytest.fixture(scope="module")
async def beside(acme: Acme, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of that Envoy; the front's own services know the old master key and go on."""
    front, directory = acme.front, tmp_path_factory.mktemp("envoy-turned")
    edge, ops, admin = (loopback(port) for port in free_ports(3))
    async with AsyncExitStack() as opened:
        tickets = await opened.enter_async_context(_tickets(front, _NEW, MASTER_KEY))
        opened.push_async_callback(_turned_back, front)
        alone = await opened.enter_async_context(_tickets(front, _NEW))
        telling = await opened.enter_async_context(_telling())
        clusters = {
            **front.clusters,
            "tickets": [as_address(tickets), as_address(alone)],
            "classifier": [as_address(telling)],
        }
        (hurried := directory / "hurried.yaml").write_text(_hurried(EDGE.read_text("utf-8")))
        addresses = EdgeAddresses(edge, ops, admin, clusters)
        await opened.enter_async_context(enveloped(directory, addresses, template=hurried))
        yield str(edge)


def _hurried(edge: str) -> str:
    """Where it would wait for ten seconds, it waits for one."""
    return edge.replace("timeout: 10s", "timeout: 1s").replace("header_max: 10s", "header_max: 1s")


@asynccontextmanager
async def _tickets(front: Front, master_key: str, previous: str = "") -> AsyncIterator[str]:
    """One more replica, started with this key and perhaps the one before."""
    settings = Settings(
        mesh_key=MESH_KEY,
        database_url=SecretStr("unused"),
        master_key=SecretStr(master_key),
        master_key_previous=SecretStr(previous) if previous else None,
        platform_key=SecretStr(PLATFORM_KEY),
        drain_seconds=0.2,
    )
    url = front.database_url
    async with open_pool(url, schema="tickets", role="tickets_app", max_size=2) as pool:
        tickets = Tickets(settings, pool, Valkey(None))
        await tickets.unseal()
        async with answering(
            settings, service="tickets", register=tickets.register, keys=tickets.keys
        ) as server:
            await server.tell(is_ready=True)
            yield server.address


async def _turned_back(front: Front) -> None:
    """Others start replicas of the front with its own key."""
    async with _tickets(front, MASTER_KEY, _NEW):
        pass


@asynccontextmanager
async def _telling() -> AsyncIterator[str]:
    server = grpc.aio.server()
    health = health_aio.HealthServicer()
    await health.set("readiness", health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    intent_pb2_grpc.add_IntentServiceServicer_to_server(TakesItsTime(), server)  # type: ignore[abstract]  # one method is asked for
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield f"127.0.0.1:{port}"
    await server.stop(0)


async def test_se_05_a_key_and_a_channels_secret_are_good_after_the_master_key_was_turned_over(
    acme: Acme, beside: str
) -> None:
    """Made under the old key, used under the new one; and the other way round."""
    async with at_the_edge(acme.front, acme.key) as before:
        secrets = [a_secret(channel_pb2.SECRET_KIND_SIGNING_SECRET, _SEALED)]
        own = await a_channel(before.api, secrets=secrets)
    headers = {"authorization": f"Bearer {acme.key}"}
    async with httpx2.AsyncClient(base_url=f"http://{beside}", headers=headers) as after:
        read = [await after.get("/api/v1/tenants/acme/channels") for _ in range(4)]
        new = await after.post("/api/v1/tenants/acme/keys", json={"role": "CALLER_VIEWER"})

    assert {each.status_code for each in read} == {200}
    assert await _secret_of(acme.front, own.id) == _SEALED
    its_own = {"authorization": f"Bearer {new.json()['secret']}"}
    assert (await acme.http.get("/api/v1/tickets", headers=its_own)).status_code == 200


async def _secret_of(front: Front, channel_id: str) -> str:
    """As the gateway asks for it, of a replica that has only the new key."""
    identity = MeshIdentity(MESH_KEY, "gateway-edge")
    async with (
        _tickets(front, _NEW) as address,
        dial(address, identity, audience="tickets") as channel,
    ):
        found = await Api(channel).channels.FindAccount(
            channel_pb2.FindAccountRequest(channel_id=channel_id)
        )
    return str(found.accounts[0].secrets[0].value)


@pytest.mark.parametrize(
    ("said", "most"),
    [(None, 9.5), ("3S", 3.0), ("1000m", 1.0), ("0m", None), ("24H", 1.0), ("99999999S", 1.0)],
)
async def test_sg_05_however_long_a_caller_would_wait_the_edge_says_how_long(
    beside: str, said: str | None, most: float | None
) -> None:
    """Who asks for a day is given the edge's most, a second here; who has none left is refused."""
    headers = {"content-type": "application/grpc-web+proto"} | (
        {"grpc-timeout": said} if said else {}
    )
    async with httpx2.AsyncClient(base_url=f"http://{beside}", timeout=20) as http:
        answer = await http.post(_LIST, content=b"\0\0\0\0\0", headers=headers)

    if most is None:
        assert answer.status_code == 408 or answer.headers["grpc-status"] in _OVER
        return
    length = int.from_bytes(answer.content[1:5], "big")
    told = intent_pb2.ListIntentsResponse.FromString(answer.content[5 : 5 + length])
    assert 0 < float(told.next_page_token) <= most
