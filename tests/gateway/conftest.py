"""The real edge on a real port, in front of a tickets service kept in memory."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
import pytest
from pydantic import SecretStr

from cli.embedded.places import free_ports
from mesh.access import Caller, MeshIdentity
from mesh.client import dial
from mesh.server import answering
from mesh.settings import MeshSettings
from mesh.valkey import Valkey
from services.gateway.channels import custom, telegram, whatsapp
from services.gateway.channels.channel import Channel
from services.gateway.edge import Edge
from services.gateway.settings import Settings
from tests.gateway.bodies import BUSINESS_ID, NUMBER_ID
from tests.gateway.record import Record, an_account

KEY = SecretStr("a mesh key for tests")
CUSTOM_ID = "0190a000-0000-7000-8000-000000000003"
TELEGRAM_ID = "0190a000-0000-7000-8000-000000000002"
SIGNING_SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Nobody:
    """Every call in these tests is the mesh's own."""

    async def verify(self, key: str) -> object:
        raise AssertionError(key)

    async def denied(self, caller: Caller, method: str, named: str) -> None:
        """Nobody reads it here."""

    async def check_tenant(self, tenant_id: str) -> None:
        """Whatever is named is there."""


@pytest.fixture
def record() -> Record:
    app = {"app_secret": ["app-secret", "old-secret"], "verify_token": ["verify-me"]}
    other = {"app_secret": ["another-app"], "verify_token": ["other-verify"]}
    return Record(  # type: ignore[abstract]  # it answers what the edge asks, and no more
        accounts=[
            an_account(
                "whatsapp",
                "wa",
                external_id=NUMBER_ID,
                business_account_id=BUSINESS_ID,
                secrets=app,
            ),
            an_account("whatsapp", "wa-other", "other", external_id="300", secrets=other),
            an_account("telegram", TELEGRAM_ID, secrets={"secret_token": ["tg-secret"]}),
            an_account("custom", CUSTOM_ID, secrets={"signing_secret": [SIGNING_SECRET]}),
            an_account("test", "test"),
        ]
    )


@pytest.fixture
async def edge(record: Record) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the listening edge."""
    async with free_edge(record) as http:
        yield http


@asynccontextmanager
async def free_edge(
    record: Record, more: Mapping[str, Channel] | None = None
) -> AsyncIterator[httpx2.AsyncClient]:
    """The same with channels beside ours."""
    async with AsyncExitStack() as opened:
        served = MeshSettings(mesh_key=KEY)
        tickets = await opened.enter_async_context(
            answering(served, service="tickets", register=record.register, keys=Nobody())  # type: ignore[arg-type]
        )
        await tickets.tell(is_ready=True)
        identity = MeshIdentity(KEY, "gateway-edge")
        targets = dict.fromkeys(("classifier", "responder", "analytics"), "127.0.0.1:9")
        dialled = {
            peer: await opened.enter_async_context(dial(at, identity, audience=peer))
            for peer, at in {"tickets": tickets.address, **targets}.items()
        }
        client = await opened.enter_async_context(httpx2.AsyncClient())
        adapters: dict[str, Channel] = {
            "whatsapp": whatsapp.WhatsApp(client),
            "telegram": telegram.Telegram(client),
            "custom": custom.Custom(client),
            **(more or {}),
        }
        (port,) = free_ports(1)
        settings = Settings(
            mesh_key=KEY, listen=f"127.0.0.1:{port}", anonymous_tenant="demo", drain_seconds=1
        )
        stop = asyncio.Event()
        running = asyncio.create_task(Edge(settings, dialled, adapters, Valkey(None)).run(stop))
        base_url = f"http://127.0.0.1:{port}"
        async with httpx2.AsyncClient(base_url=base_url, timeout=30) as http:
            await _listening(port)
            yield http
        stop.set()
        await running


async def _listening(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise AssertionError("the edge does not listen")
