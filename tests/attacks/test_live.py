"""SF: live connections that come from elsewhere, come twice, or talk too much."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import asyncpg
import grpc
import pytest
from cassava.tickets.v1 import event_pb2, event_pb2_grpc
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.attacks.test_framing import answered
from tests.contract.tenants import at_the_edge
from tests.tickets.builders import PLATFORM_KEY, a_key, a_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.attacks.conftest import Acme

TOKENS = "/api/v1/tenants/acme/live_tokens"
CROWDED = "crowded"
# Of four kilobytes each: more than the kernel keeps for who does not read, twice.
_MANY = 3000


async def live_token(acme: Acme) -> str:
    answer = await acme.http.post(TOKENS, json={})
    token: str = answer.json()["token"]
    return token


def socket_url(acme: Acme, query: str = "") -> str:
    return f"ws://{acme.front.edge}/api/v1/tenants/acme/live{query}"


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1",
     "https://app.example.evil.com", "file://"],
)  # fmt: skip
async def test_a_foreign_page_is_refused_before_the_upgrade(acme: Acme, origin: str) -> None:
    url = socket_url(acme, f"?token={await live_token(acme)}")

    with pytest.raises(InvalidStatus) as refused:
        async with connect(url, origin=origin):  # type: ignore[arg-type]  # any text is the point
            pass

    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("", "Origin: https://" + "a" * 9_000),
        ("", "Sec-WebSocket-Protocol: " + "a" * 9_000),
        ("", "X-Anything: " + "a" * 12_000),
        ("?token=" + "a" * 9_000, "X-Anything: a"),
        ("", "Origin: https://a\x7f"),
    ],
)
@pytest.mark.parametrize("door", ["edge", "gateway"])
async def test_a_handshake_that_cannot_be_read_is_refused_at_once(
    acme: Acme, door: str, path: str, header: str
) -> None:
    """It used to hang until the idle timer, and five of them would have put the gateway aside."""
    said = (
        f"GET /api/v1/tenants/acme/live{path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
        f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n{header}\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )

    statuses = await answered(getattr(acme.front, door), said.encode())

    assert len(statuses) == 1
    assert statuses[0] in {400, 403, 431}


@pytest.mark.parametrize("headers", [{}, {"cookie": "session=1; key=csk_a_b"}])
async def test_a_cookie_is_no_key(acme: Acme, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(socket_url(acme), additional_headers=headers):
            pass

    assert refused.value.response.status_code == 401


async def test_a_live_token_opens_one_connection(acme: Acme) -> None:
    url = socket_url(acme, f"?token={await live_token(acme)}")
    async with connect(url) as opened:
        await opened.recv()

        with pytest.raises(InvalidStatus) as refused:
            async with connect(url):
                pass

    assert refused.value.response.status_code == 401


async def test_a_live_token_ends_with_its_key(acme: Acme) -> None:
    keys = "/api/v1/tenants/acme/keys"
    made = (await acme.http.post(keys, json={"role": "CALLER_VIEWER", "name": "brief"})).json()
    holder = {"authorization": f"Bearer {made['secret']}"}
    token = (await acme.http.post(TOKENS, json={}, headers=holder)).json()["token"]
    await acme.http.post(f"{keys}/{made['key']['id']}:revoke", json={})

    with pytest.raises(InvalidStatus) as refused:
        async with connect(socket_url(acme, f"?token={token}")):
            pass

    assert refused.value.response.status_code == 401


async def test_the_platforms_live_token_lasts(acme: Acme) -> None:
    """Its key is in no tenant's record: looked up there, its streams ended after ten seconds."""
    platform = {"authorization": f"Bearer {PLATFORM_KEY}"}
    token = (await acme.http.post(TOKENS, json={}, headers=platform)).json()["token"]

    async with connect(socket_url(acme, f"?token={token}")) as opened:
        assert json.loads(await opened.recv())["type"] == "heartbeat"


@pytest.mark.parametrize("path", ["/api/v1/tenants/acme/events", "/api/v1/tenants/acme/events/"])
async def test_a_stream_has_no_head_that_would_leave_the_next_caller_waiting(
    acme: Acme, path: str
) -> None:
    """Envoy takes a HEAD for answered and sends the next request the same way."""
    heads = [(await acme.http.head(path)).status_code for _ in range(6)]

    async with asyncio.timeout(10):
        for _ in range(12):
            async with acme.http.stream("GET", path) as following:
                assert following.status_code == 200

    assert heads == [405] * 6


async def closed(acme: Acme, say: Any) -> int:
    """The code with which a socket ends after somebody said that into it."""
    bearer = {"authorization": f"Bearer {acme.key}"}
    async with connect(socket_url(acme), additional_headers=bearer, max_size=None) as opened:
        await opened.recv()
        try:
            await say(opened)
            async with asyncio.timeout(15):
                while True:
                    await opened.recv()
        except ConnectionClosed as over:
            return over.rcvd.code if over.rcvd else 1006


async def test_a_large_frame_ends_its_socket(acme: Acme) -> None:
    async def large(opened: Any) -> None:
        await opened.send("x" * 5_000_000)

    assert await closed(acme, large) in {1009, 1006}


async def test_many_fragments_end_their_socket(acme: Acme) -> None:
    async def fragments(opened: Any) -> None:
        await opened.send(["x" * 100] * 10_000)

    assert await closed(acme, fragments) in {1009, 1006, 1008}


async def test_who_talks_all_the_time_is_cut_off(acme: Acme) -> None:
    async def flood(opened: Any) -> None:
        for _ in range(200):
            await opened.send("hello")

    assert await closed(acme, flood) == 1008


async def test_sf_05_who_never_reads_is_sent_away_and_others_hear_everything(
    acme: Acme, crowded: str
) -> None:
    """Once all buffers between are full, what waits for it is dropped: it is told to come back."""
    bearer = {"authorization": f"Bearer {crowded}"}
    url = f"ws://{acme.front.edge}/api/v1/tenants/{CROWDED}/live"
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect((acme.front.edge.host, acme.front.edge.port))
    async with (
        connect(url, additional_headers=bearer) as hears,
        connect(url, additional_headers=bearer, sock=narrow, max_queue=1) as deaf,
    ):
        await _much_happens(acme.front.database_url)
        async with asyncio.timeout(60):
            heard = [json.loads(await hears.recv())["sequence"] for _ in range(_MANY + 1)]
            left = [each async for each in _until_closed(deaf)]

    assert heard == [str(n) for n in range(int(heard[0]), int(heard[0]) + _MANY + 1)]
    assert len(left) < _MANY
    assert deaf.close_code == 4008


async def _until_closed(opened: Any) -> AsyncIterator[Any]:
    with suppress(ConnectionClosed):
        while True:
            yield await opened.recv()


@pytest.fixture(scope="module")
async def crowded(acme: Acme) -> str:
    """The key of a tenant in which much will happen."""
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        await a_tenant(platform.api, CROWDED)
        return await a_key(platform.api, CROWDED)


async def _much_happens(database_url: str) -> None:
    """As rows: so many events would take a minute by calls."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(
            """
            INSERT INTO tickets.events (tenant_id, kind, payload)
            SELECT $1, 'channel.paused', jsonb_build_object('channel_id', repeat('x', 4000))
              FROM generate_series(1, $2::int)
            """,
            *(CROWDED, _MANY),
        )
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "query", ["after=-1", "after=9223372036854775808", "after=999999999", "after=x",
              "after=1&epoch=somebody", "after=%00&epoch=%00", "after=" + "1" * 5000],
)  # fmt: skip
async def test_a_strange_position_is_answered_with_a_fresh_start(acme: Acme, query: str) -> None:
    bearer = {"authorization": f"Bearer {acme.key}"}
    async with connect(socket_url(acme, f"?{query}"), additional_headers=bearer) as opened:
        said = [await opened.recv() for _ in range(2)]

    assert '"resync_required"' in str(said[1])


async def test_a_watch_with_a_strange_position_says_so_too(acme: Acme) -> None:
    async with grpc.aio.insecure_channel(str(acme.front.edge)) as channel:
        call = event_pb2_grpc.EventServiceStub(channel).Watch(
            event_pb2.WatchRequest(after=2**62, epoch="somebody"),
            metadata=[("authorization", f"Bearer {acme.key}")],
        )
        first = await anext(aiter(call))
        call.cancel()

    assert first.type == "resync_required"
