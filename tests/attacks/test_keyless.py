"""Where nobody needs a key: a page in a browser of this machine is not its user."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import grpc
import httpx2
import pytest
from cassava.tickets.v1 import tenant_pb2, tenant_pb2_grpc

from cli.demo_tenant import tenant as demo
from tests.attacks.test_framing import all_answered
from tests.front import as_address

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEYS = "/api/v1/tenants/demo/keys"
_FOREIGN_ORIGINS = ("https://evil.example", "null", "http://localhost.evil.example", "file://", "")


@pytest.fixture
async def edge(mesh: dict[str, Any]) -> AsyncIterator[httpx2.AsyncClient]:
    """Started without `--secure`: who comes without a key is the demo tenant's admin."""
    async with httpx2.AsyncClient(base_url=mesh["edge"], timeout=20) as http:
        yield http


FOREIGN_HOSTS = (
    *("evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example"),
    *("evil-localhost", "0.0.0.1", "[::ffff:127.0.0.1]", "127.0.0.1@evil.example", "[::]"),
    *("2130706433", "localhost:8000:x", "localhost evil.example", "10.0.0.1", ""),
)


@pytest.mark.parametrize("path", [KEYS, "/health", "/openapi.json"])
async def test_a_name_that_is_not_this_machines_leads_to_nothing(
    edge: httpx2.AsyncClient, mesh: dict[str, Any], path: str
) -> None:
    """A page gives its own name our address, and is of one origin with us."""
    heads = {
        f"{how} {host}": f"GET {at}{path} HTTP/1.1\r\nHost: {named}\r\nConnection: close\r\n\r\n"
        for host in FOREIGN_HOSTS
        for how, at, named in (("header", "", host), ("target", f"http://{host}", "localhost"))
    }

    heard = await all_answered(as_address(mesh["edge"].removeprefix("http://")), heads)

    assert {name: it for name, it in heard.items() if it not in ([421], [400])} == {}
    assert (await edge.get(path)).status_code == 200


async def test_grpc_by_a_foreign_name_is_refused_too(mesh: dict[str, Any]) -> None:
    target = mesh["edge"].removeprefix("http://")
    asked = tenant_pb2.GetTenantRequest(tenant_id="demo")
    foreign = [("grpc.default_authority", "evil.example")]
    async with (
        grpc.aio.insecure_channel(target) as ours,
        grpc.aio.insecure_channel(target, options=foreign) as theirs,
    ):
        assert (await tenant_pb2_grpc.TenantServiceStub(ours).GetTenant(asked)).tenant.id == "demo"
        with pytest.raises(grpc.aio.AioRpcError):
            await tenant_pb2_grpc.TenantServiceStub(theirs).GetTenant(asked)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:99", "0.0.0.0:80", "app.localhost:3000"]
)
async def test_this_machines_own_names_lead_in_by_any_port(
    edge: httpx2.AsyncClient, host: str
) -> None:
    """By another port too: an editor may forward one."""
    assert (await edge.get(KEYS, headers={"host": host})).status_code == 200


@pytest.mark.parametrize("origin", _FOREIGN_ORIGINS)
async def test_a_foreign_page_changes_nothing_without_asking(
    edge: httpx2.AsyncClient, origin: str
) -> None:
    """Bytes without a type are what a page may post unasked; that it cannot read the answer is no
    comfort when a key was made.
    """
    before = len((await edge.get(KEYS, params={"page_size": 500})).json()["keys"])
    body = json.dumps({"role": "CALLER_ADMIN", "name": "stolen"}).encode()

    posted = await edge.post(KEYS, content=body, headers={"origin": origin})
    plain = await edge.post("/api/v1/test/test", content=b"{}", headers={"origin": origin})

    assert (posted.status_code, plain.status_code) == (403, 403)
    assert len((await edge.get(KEYS, params={"page_size": 500})).json()["keys"]) == before


async def test_what_has_a_proof_of_its_own_comes_by_any_name(
    edge: httpx2.AsyncClient,
) -> None:
    """A provider through a tunnel, and a shop's page with the chat in it."""
    tunnel = {"host": "abc.tunnel.example", "origin": "https://shop.example"}
    channels = (await edge.get("/api/v1/tenants/demo/channels")).json()["channels"]
    (chat,) = [each["id"] for each in channels if each["kind"] == "CHANNEL_KIND_WEBCHAT"]

    token = {"x-telegram-bot-api-secret-token": demo.TELEGRAM_SECRET}
    update = await edge.post(
        "/api/v1/webhooks/telegram", json={"update_id": 1}, headers=tunnel | token
    )
    session = await edge.post(f"/api/v1/webchat/{chat}/session", json={}, headers=tunnel)

    assert (update.status_code, session.status_code) == (200, 200)


async def test_the_refusal_names_the_remedy(edge: httpx2.AsyncClient) -> None:
    answer = await edge.get(KEYS, headers={"host": "evil.example"})

    assert "cassava up --secure" in answer.json()["message"]
    assert answer.json()["details"][0]["reason"] == "EDGE_NOT_ALLOWED"
