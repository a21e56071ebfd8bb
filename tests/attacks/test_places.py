"""Who takes all places there are: edges so small that few do it; nobody needs a key for that."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import grpc
import httpx2
import pytest

from cli.embedded.envoy import EdgeAddresses
from cli.embedded.places import Address, free_ports, loopback
from tests.attacks.test_framing import PREFACE, frame
from tests.front import EDGE, enveloped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from tests.attacks.conftest import Acme

# What makes a small edge of the large one: 8 connections and 16 calls a service.
_FEW_PLACES = {
    "max_connections: 1024": "max_connections: 8",
    "max_requests: 2048": "max_requests: 16",
}
_LITTLE_MEMORY = {"max_heap_size_bytes: 536870912": "max_heap_size_bytes: 201326592"}
_MEGABYTE = 1_000_000
# Long before the edge gives unfinished requests up by itself, which it does after 15 s.
_SOON_SECONDS = 8.0
_HEADERS, _END_HEADERS, _END_STREAM = 1, 4, 1
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
ARTICLE = "/cassava.responder.v1.KnowledgeService/CreateArticle"


@pytest.fixture(scope="module")
async def small(acme: Acme, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Address]:
    """The address of one more Envoy before the same services."""
    async with _smaller(acme, tmp_path_factory.mktemp("envoy-small"), _FEW_PLACES) as edge:
        yield edge


@asynccontextmanager
async def _smaller(acme: Acme, directory: Path, by: Mapping[str, str]) -> AsyncIterator[Address]:
    text = EDGE.read_text("utf-8")
    for large, less in by.items():
        assert large in text
        text = text.replace(large, less)
    (template := directory / "smaller.yaml").write_text(text)
    edge, ops, admin = (loopback(port) for port in free_ports(3))
    addresses = EdgeAddresses(edge, ops, admin, acme.front.clusters)
    async with enveloped(directory, addresses, template=template):
        yield edge


@pytest.fixture
async def neighbour(acme: Acme, small: Address) -> AsyncIterator[httpx2.AsyncClient]:
    async with _knocking(acme, small) as http:
        yield http


def _knocking(acme: Acme, at: Address) -> httpx2.AsyncClient:
    headers = {"authorization": f"Bearer {acme.key}"}
    return httpx2.AsyncClient(base_url=f"http://{at}", headers=headers, timeout=20)


async def begun(at: Address, path: str, flags: int, calls: int) -> asyncio.StreamWriter:
    """As many calls on one connection, their heads and no more."""
    _, writer = await asyncio.open_connection(at.host, at.port)
    head = _packed(
        *((":method", "POST"), (":scheme", "http"), (":authority", "x"), (":path", path)),
        *(("content-type", "application/grpc"), ("te", "trailers")),
    )
    heads = [frame(_HEADERS, _END_HEADERS | flags, 1 + 2 * n, head) for n in range(calls)]
    writer.write(PREFACE + frame(4, 0, 0) + b"".join(heads))
    await writer.drain()
    return writer


def _packed(*pairs: tuple[str, str]) -> bytes:
    """HPACK without its tables."""
    lines = (b"\0" + _text(name) + _text(value) for name, value in pairs)
    return b"".join(lines)


def _text(said: str) -> bytes:
    return bytes([len(said)]) + said.encode()


@pytest.mark.parametrize(
    ("path", "flags"),
    [
        ("/cassava.tickets.v1.TenantService/GetTenant", _END_STREAM),
        ("/cassava.tickets.v1.EventService/Watch", _END_STREAM),
        ("/grpc.health.v1.Health/Check", _END_STREAM),
        ("/grpc.health.v1.Health/Watch", 0),
        (REFLECTION, 0),
        ("/cassava.tickets.v1.TenantService/GetTenant", 0),
    ],
)
async def test_calls_without_a_message_take_no_place_of_another(
    small: Address, neighbour: httpx2.AsyncClient, path: str, flags: int
) -> None:
    """A service waits for what never comes until the deadline, and asks for a key after it."""
    held = await begun(small, path, flags, 90)

    answers = [(await neighbour.get("/api/v1/tickets")).status_code for _ in range(5)]

    held.close()
    assert answers == [200] * 5


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0",
        b"\0\0\0\0\x09ab",
        b"\0\0\0\0\0" * 2,
        b"\1\0\0\0\0",
        b"\0\xff\xff\xff\xff",
        b"abc",
    ],
)
@pytest.mark.parametrize("kind", ["application/grpc-web+proto", "application/grpc"])
async def test_what_is_not_one_whole_message_is_refused_at_once(
    neighbour: httpx2.AsyncClient, said: bytes, kind: str
) -> None:
    answer = await neighbour.post(
        "/cassava.tickets.v1.TenantService/GetTenant",
        content=said,
        headers={"content-type": kind},
        timeout=5,
    )

    assert answer.headers.get("grpc-status", "12") == "12"
    assert answer.status_code in {200, 404}


async def test_however_many_listen_there_is_a_place_for_a_webhook(
    acme: Acme, small: Address, neighbour: httpx2.AsyncClient
) -> None:
    """Each holds a connection of Envoy's to the gateway for hours."""
    keys = [await a_key_of(acme, f"listener {n}") for n in range(2)]
    opened = [await _listening(small, key) for key in keys * 8]

    health = await neighbour.get("/health/live")
    webhook = await neighbour.post("/api/v1/webhooks/telegram", json={"update_id": 1})

    for each in opened:
        each.close()
    assert (health.status_code, webhook.status_code) == (200, 401)


async def a_key_of(acme: Acme, name: str) -> str:
    made = await acme.http.post(
        "/api/v1/tenants/acme/keys", json={"role": "CALLER_VIEWER", "name": name}
    )
    secret: str = made.json()["secret"]
    return secret


async def _listening(at: Address, key: str) -> asyncio.StreamWriter:
    reader, writer = await asyncio.open_connection(at.host, at.port)
    path = "/api/v1/tenants/acme/events"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
    assert b" 200 " in await asyncio.wait_for(reader.readline(), 20)
    return writer


@pytest.mark.parametrize(
    "length", [f"Content-Length: {_MEGABYTE + 1}", "Transfer-Encoding: chunked"]
)
@pytest.mark.parametrize("path", ["/api/v1/tenants/acme/articles", "/api/v1/webhooks/whatsapp"])
async def test_large_bodies_that_never_end_do_not_fill_the_edge(
    small: Address, neighbour: httpx2.AsyncClient, path: str, length: str
) -> None:
    held = await asyncio.gather(*(_unfinished(small, path, length) for _ in range(200)))

    answers = [(await neighbour.get("/api/v1/tickets")).status_code for _ in range(5)]

    for _, writer in held:
        writer.close()
    refused = sum(status in {429, 503} for status, _ in held)
    assert answers == [200] * 5
    assert refused > len(held) / 2


async def _unfinished(at: Address, path: str, length: str) -> tuple[int, asyncio.StreamWriter]:
    """What is answered within a second; 0: nothing, the body is waited for."""
    reader, writer = await asyncio.open_connection(at.host, at.port)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
    is_chunked = "chunked" in length
    writer.write(head.encode() + (b"f4240\r\n" if is_chunked else b"") + b" " * _MEGABYTE)
    try:
        async with asyncio.timeout(1):
            line = await reader.readline()
    except (TimeoutError, ConnectionError):
        return 0, writer
    return int(line.split()[1]) if line else 0, writer


async def test_large_messages_that_never_end_are_dropped_and_others_are_answered(
    acme: Acme, tmp_path: Path
) -> None:
    """By HTTP/2 nobody says how much will come: 300 MB of it, to an edge that has 192. It looks at
    its memory four times a second; what comes in between may cost a neighbour a 503, not more.
    """
    over, calls = asyncio.Event(), list[Any]()

    async def unfinished() -> AsyncIterator[bytes]:
        yield b" " * _MEGABYTE
        await over.wait()

    async with (
        _smaller(acme, tmp_path, _LITTLE_MEMORY) as edge,
        _knocking(acme, edge) as http,
        AsyncExitStack() as opened,
    ):
        for _ in range(4):
            own = grpc.aio.insecure_channel(
                str(edge), options=[("grpc.use_local_subchannel_pool", 1)]
            )
            channel: Any = await opened.enter_async_context(own)
            for _ in range(75):
                calls.append(channel.stream_unary(ARTICLE)(unfinished()))
                await http.get("/api/v1/tickets")
        async with asyncio.timeout(_SOON_SECONDS):
            while (await http.get("/api/v1/tickets")).status_code != httpx2.codes.OK:
                pass
        dropped = sum(call.done() for call in calls)
        for call in calls:
            call.cancel()
        over.set()
        await asyncio.gather(*calls, return_exceptions=True)

    assert dropped > len(calls) / 4
