"""What no list names: requests that say one thing to Envoy and another to what is behind it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.attacks.test_framing import answered
from tests.attacks.test_live import live_token, socket_url
from tests.contract.tenants import at_the_edge
from tests.tickets.builders import PLATFORM_KEY, a_key, a_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.attacks.conftest import Acme

KEYS, ARTICLES = "/api/v1/tenants/acme/keys", "/api/v1/tenants/acme/articles"
VERIFY = "/cassava.tickets.v1.AccessService/VerifyKey"


@pytest.fixture(scope="module")
async def other(acme: Acme) -> AsyncIterator[httpx2.AsyncClient]:
    """The admin of a tenant beside acme."""
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        await a_tenant(platform.api, "unlisted")
        key = await a_key(platform.api, "unlisted")
    async with at_the_edge(acme.front, key) as admin:
        yield admin.http


@pytest.mark.parametrize("header", ["x-http-method-override", "x-http-method", "x-method-override"])
async def test_no_header_makes_another_method_of_a_request(acme: Acme, header: str) -> None:
    said = {"title": "Stays", "body": "Words."}
    article = (await acme.http.post(ARTICLES, json=said)).json()["article"]["id"]

    for path in (f"{ARTICLES}/{article}", f"{ARTICLES}/{article}?_method=DELETE"):
        await acme.http.get(path, headers={header: "DELETE"})

    assert (await acme.http.get(f"{ARTICLES}/{article}")).status_code == 200


@pytest.mark.parametrize(
    "header", ["x-original-url", "x-rewrite-url", "x-envoy-original-path", "x-forwarded-prefix"]
)
async def test_no_header_leads_to_another_path(acme: Acme, header: str) -> None:
    answer = await acme.http.get("/health/live", headers={header: KEYS})

    assert "keys" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        *(f"/{VERIFY}", VERIFY.replace("/Ver", "//Ver"), VERIFY.replace("/Ver", "/./Ver")),
        *(VERIFY.replace("Service/", "Service%2f"), VERIFY.replace("Verify", "%56erify")),
        *(f"{VERIFY}/", f"{VERIFY}?x=1", f"{VERIFY};x", f"/x/..{VERIFY}", VERIFY.upper()),
        *(f"/api/v1/..%2f..{VERIFY}", VERIFY.replace("cassava", "CASSAVA")),
    ],
)
@pytest.mark.parametrize("kind", ["application/grpc-web+proto", "application/grpc-web-text"])
async def test_no_spelling_opens_what_only_the_mesh_may_call(
    acme: Acme, path: str, kind: str
) -> None:
    url = httpx2.URL(acme.front.url).copy_with(raw_path=path.encode())
    body = b"\0\0\0\0\0" if kind.endswith("proto") else b"AAAAAAA="
    headers = {"content-type": kind, "authorization": f"Bearer {PLATFORM_KEY}"}

    answer = await acme.http.post(url, content=body, headers=headers)

    assert answer.status_code < 500
    assert answer.headers.get("grpc-status", "12") not in {"0", "13"}


@pytest.mark.parametrize("query", ["tenant_id=acme", "tenantId=acme", "tenant%5fid=acme"])
@pytest.mark.parametrize("body", [{}, {"tenantId": "acme"}, {"tenant_id": "acme"}])
async def test_a_tenant_named_twice_is_nobody_elses(
    acme: Acme, other: httpx2.AsyncClient, query: str, body: dict[str, str]
) -> None:
    """In the path our own, and beside it somebody else's, however it is spelt."""
    del acme
    wanted = {"role": "CALLER_ADMIN", "name": "stolen", **body}

    made = await other.post(f"/api/v1/tenants/unlisted/keys?{query}", json=wanted)

    assert made.status_code in {400, 403} or made.json()["key"]["tenant_id"] == "unlisted"


@pytest.mark.parametrize(
    "body",
    [
        '{"message":"a","\\u006dessage":"b","customer_id":"kim"}',
        '{"message":"a","customer_id":"kim","tenant_id":"acme","tenant_id":"unlisted"}',
        '{"message":"a","customer_id":"kim","tenant_id":"\uff41cme"}',
        '{"message":"a","customer_id":"kim","tenant_id":"\u0430cme"}',
        '{"message":["a"],"customer_id":{"kim":1}}',
        '{"message":"a","customer_id":"kim","request_id":"{0190a000-0000-4000-8000-000000000001"}',
        '\ufeff{"message":"a","customer_id":"kim","tenant_id":"x"}',
    ],
)
async def test_a_body_that_names_something_twice_or_nearly_is_refused(
    acme: Acme, body: str
) -> None:
    answer = await acme.http.post("/api/v1/test/test", content=body.encode())

    assert answer.status_code in {400, 403}


@pytest.mark.parametrize(
    "tenant",
    ["ACME", "%41cme", "%EF%BD%81cme", "acme%00", "acme%2f", "acme.", "%D0%B0cme", "acme "],
)
async def test_a_name_that_looks_like_a_tenants_is_another(acme: Acme, tenant: str) -> None:
    for path in (f"/api/v1/tenants/{tenant}/keys", f"/api/v1/tenants/{tenant}/events"):
        url = httpx2.URL(acme.front.url).copy_with(raw_path=path.replace(" ", "%20").encode())
        answer = await acme.http.get(url)
        assert answer.status_code in {307, 400, 403, 404}


@pytest.mark.parametrize("path", ["/api/v1/tickets", KEYS, "/health/live", "/docs", VERIFY, "/"])
@pytest.mark.parametrize("protocol", ["websocket", "h2c", "connect-udp", "websocket, h2c"])
async def test_only_live_routes_are_upgraded(acme: Acme, path: str, protocol: str) -> None:
    settings = "HTTP2-Settings: AAMAAABkAAQAAP__\r\n" if "h2c" in protocol else ""
    said = (
        f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
        f"Upgrade: {protocol}\r\n{settings}Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )

    statuses = await answered(acme.front.edge, said.encode())

    assert 101 not in statuses
    assert all(status < 500 for status in statuses)


@pytest.mark.parametrize(
    "target",
    ["http://evil.example/api/v1/tickets", "http://postgres:5432/", "//evil.example/", "*"],
)
async def test_a_foreign_host_leads_nowhere_else(acme: Acme, target: str) -> None:
    head = f"GET {target} HTTP/1.1\r\nHost: postgres:5432\r\nConnection: close\r\n\r\n"

    statuses = await answered(acme.front.edge, head.encode())

    assert statuses
    assert all(status in {301, 307, 400, 401, 404} for status in statuses)


@pytest.mark.parametrize(
    "origin", ["http://[", "http://]", "http://a b", "http://[::1", "://", "http://127.0.0.1@x"]
)
async def test_an_origin_that_is_none_is_refused_before_the_upgrade(
    acme: Acme, origin: str
) -> None:
    bearer = {"authorization": f"Bearer {acme.key}"}
    with pytest.raises(InvalidStatus) as refused:
        async with connect(socket_url(acme), origin=origin, additional_headers=bearer):  # type: ignore[arg-type]  # any text is the point
            pass

    assert refused.value.response.status_code in {400, 403}


@pytest.mark.parametrize("verb", ["GET", "POST", "OPTIONS"])
async def test_an_origin_that_is_none_breaks_no_chat(acme: Acme, verb: str) -> None:
    path = "/api/v1/webchat/0190a000-0000-7000-8000-000000000001/messages"
    async with httpx2.AsyncClient(base_url=acme.front.url) as page:
        answer = await page.request(verb, path, headers={"origin": "http://["})

    assert answer.status_code < 500


async def test_of_many_who_show_one_live_token_at_once_one_is_let_in(acme: Acme) -> None:
    url = socket_url(acme, f"?token={await live_token(acme)}")

    async def opens() -> int:
        try:
            async with connect(url) as opened:
                await opened.recv()
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    assert sorted(await asyncio.gather(*(opens() for _ in range(12)))) == [101] + [401] * 11


async def test_a_live_token_is_no_key_and_a_key_no_live_token(acme: Acme) -> None:
    token = await live_token(acme)
    as_key = await acme.http.get("/api/v1/tickets", headers={"authorization": f"Bearer {token}"})
    nobody: dict[str, str] = {"authorization": ""}
    as_token = await acme.http.get(f"/api/v1/tenants/acme/events?token={acme.key}", headers=nobody)

    assert (as_key.status_code, as_token.status_code) == (401, 401)


async def test_a_position_of_another_tenants_stream_tells_nothing_of_it(
    acme: Acme, other: httpx2.AsyncClient
) -> None:
    """Numbers are each tenant's own: the head of one is no place in the other's."""
    ours = await _first_frames(acme.http, "acme", {"last-event-id": ""})
    position = f"{ours[0]['epoch']}.{int(ours[0]['sequence']) + 1000}"

    theirs = await _first_frames(other, "unlisted", {"last-event-id": position}, frames=2)

    assert theirs[1]["type"] == "resync_required"
    assert {each["tenant_id"] for each in theirs} == {"unlisted"}


async def _first_frames(
    http: httpx2.AsyncClient, tenant: str, headers: dict[str, str], frames: int = 1
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async with http.stream("GET", f"/api/v1/tenants/{tenant}/events", headers=headers) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                found.append(json.loads(line.removeprefix("data: ")))
            if len(found) == frames:
                break
    return found


@pytest.mark.parametrize(
    "kind",
    [
        *("application/json; charset=utf-16", "application/json, text/plain", "application/JSON"),
        *("text/plain; application/json", "application/vnd.api+json", "application/x-ndjson"),
        *("application/csp-report", "image/svg+xml", "application/octet-stream", "*/*", ";"),
    ],
)
@pytest.mark.parametrize("path", [ARTICLES, "/api/v1/test/test"])
async def test_a_strange_type_of_content_breaks_nothing(acme: Acme, path: str, kind: str) -> None:
    answer = await acme.http.post(path, content=b"\xff\xfe{\0}\0", headers={"content-type": kind})

    assert answer.status_code in {400, 415}


async def test_trailers_carry_no_key_and_no_header_of_the_mesh(acme: Acme) -> None:
    body = '{"role":"CALLER_VIEWER"}'
    said = (
        f"POST {KEYS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Connection: close\r\nTrailer: authorization, x-cassava-mesh-token\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
        f"{len(body):x}\r\n{body}\r\n0\r\nauthorization: Bearer {acme.key}\r\n"
        f"x-cassava-mesh-token: {acme.key}\r\n\r\n"
    )

    statuses = await answered(acme.front.edge, said.encode())

    assert statuses in ([400], [401])
