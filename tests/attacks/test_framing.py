"""SB: requests that two parsers would cut differently, and clients that take their time."""

from __future__ import annotations

import asyncio
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cli.embedded.places import Address
    from tests.attacks.conftest import Acme

BODY = '{"message":"hi","customer_id":"kim","channel":"no such"}'
SMUGGLED = "GET /api/v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
GET = "GET /health/live HTTP/1.1\r\nHost: x\r\n"
POST = "POST /api/v1/test/test HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED = f"{POST}Transfer-Encoding: chunked\r\n\r\n"
LENGTH = f"Content-Length: {len(BODY)}\r\n"
AMBIGUOUS = {
    "both": f"{POST}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
    "obfuscated": f"{POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
    "two codings": f"{POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"
    f"0\r\n\r\n{SMUGGLED}",
    "space": f"{POST}Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{SMUGGLED}",
    "length twice": f"{POST}{LENGTH}{LENGTH}\r\n{BODY}",
    "two lengths": f"{POST}{LENGTH}Content-Length: 3\r\n\r\n{BODY}",
    "plus": f"{POST}Content-Length: +{len(BODY)}\r\n\r\n{BODY}",
    "hex": f"{POST}Content-Length: 0x33\r\n\r\n{BODY}",
    "underscore": f"{POST}Content-Length: 5_1\r\n\r\n{BODY}",
    "list": f"{POST}Content-Length: 2, 2\r\n\r\n{BODY}",
    "nul": f"{GET}A: b\0c\r\n\r\n",
    "negative chunk": f"{CHUNKED}-1\r\n",
    "hex chunk": f"{CHUNKED}0x2\r\nab\r\n0\r\n\r\n",
    "long chunk": f"{CHUNKED}{'f' * 17}\r\nab",
    "extension": f"{CHUNKED}2;a\nb\r\nab\r\n0\r\n\r\n",
}
# Read as one request by whoever reads it, and handed on by Envoy in one form only.
LENIENT = {
    "bare LF": "GET /health/live HTTP/1.1\nHost: x\n\n",
    "bare CR": f"{GET}A: b\rc\r\n\r\n",
    "folded": f"{GET}A: b\r\n c\r\n\r\n",
}
OVERSIZED = {
    "a header": f"{GET}A: {'b' * 20_000}\r\n\r\n",
    "many headers": GET + "".join(f"A{n}: b\r\n" for n in range(200)) + "\r\n",
    "a path": f"GET /{'a' * 65_000} HTTP/1.1\r\nHost: x\r\n\r\n",
}


async def answered(at: Address, said: bytes) -> list[int]:
    """The status of every answer until the connection ends or says no more."""
    reader, writer = await asyncio.open_connection(at.host, at.port)
    writer.write(said)
    heard = b""
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(5):
            while more := await reader.read(65_536):
                heard += more
    writer.close()
    return [int(each[:3]) for each in heard.split(b"HTTP/1.1 ")[1:]]


async def all_answered(at: Address, said: Mapping[str, str]) -> dict[str, list[int]]:
    """Each on a connection of its own, all at once: Envoy lets a refused one linger a second."""
    heard = await asyncio.gather(*(answered(at, each.encode("latin-1")) for each in said.values()))
    return dict(zip(said, heard, strict=True))


@pytest.mark.parametrize("door", ["edge", "gateway"])
async def test_what_can_be_cut_in_two_ways_is_refused_and_ends_there(acme: Acme, door: str) -> None:
    heard = await all_answered(getattr(acme.front, door), AMBIGUOUS)

    assert {name: it for name, it in heard.items() if it not in ([400], [501])} == {}


async def test_what_envoy_forgives_is_one_request_behind_it(acme: Acme) -> None:
    heard = await all_answered(acme.front.edge, LENIENT)

    assert {name: it for name, it in heard.items() if it not in ([200], [400])} == {}


async def test_what_is_too_large_before_its_body_is_refused(acme: Acme) -> None:
    assert await all_answered(acme.front.edge, OVERSIZED) == {name: [431] for name in OVERSIZED}


async def test_headers_with_underscores_are_refused(acme: Acme) -> None:
    names = ("x_forwarded_for: 1.2.3.4", "x_cassava_mesh_token: x", "content_length: 3")
    said = {name: f"{GET}{name}\r\n\r\n" for name in names}

    assert await all_answered(acme.front.edge, said) == {name: [400] for name in names}


async def test_http_1_0_has_no_chunks(acme: Acme) -> None:
    said = CHUNKED.replace("HTTP/1.1", "HTTP/1.0") + "0\r\n\r\n"

    assert (await answered(acme.front.edge, said.encode()))[0] in {400, 426}


async def test_a_method_that_nobody_answers_is_refused(acme: Acme) -> None:
    for verb in ("TRACE", "CONNECT", "OPTIONS", "PUT", "PURGE"):
        response = await acme.http.request(verb, "/api/v1/tickets")
        assert response.status_code in {400, 404, 405}


UNFINISHED = {
    "nothing": b"",
    "half a head": b"GET /health/live HTTP/1.1\r\nHost: x\r\n",
    "half a body": CHUNKED.encode() + b"2\r\n{",
}


async def left_open(at: Address, said: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(at.host, at.port)
    writer.write(said)
    heard = await asyncio.wait_for(reader.read(), 25)
    writer.close()
    return heard


async def test_who_does_not_finish_is_sent_away(acme: Acme) -> None:
    """The edge's own limits: 10 s to say something, 10 s for a head, 15 s for a whole request."""
    heard = await asyncio.gather(
        *(left_open(acme.front.edge, said) for said in UNFINISHED.values())
    )

    for name, last in zip(UNFINISHED, heard, strict=True):
        assert last == b"" or b" 408 " in last, name


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_HEADERS, _RST, _SETTINGS, _PING, _GOAWAY, _CONTINUATION = 1, 3, 4, 6, 7, 9


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


# HPACK by its static table: GET, http, /, and an authority of one letter.
_GET_HEADERS = bytes([0x82, 0x86, 0x84, 0x41, 0x01]) + b"x"
_CANCEL = struct.pack(">I", 8)
FLOODS = {
    "rapid reset": b"".join(
        frame(_HEADERS, 5, n, _GET_HEADERS) + frame(_RST, 0, n, _CANCEL)
        for n in range(1, 20_001, 2)
    ),
    "continuation": frame(_HEADERS, 1, 1, _GET_HEADERS)
    + frame(_CONTINUATION, 0, 1, b"\x00\x01a" + b"\x7f\xe1\x7f" + b"b" * 16_000) * 100,
    "settings": frame(_SETTINGS, 0, 0) * 20_000,
    "ping": frame(_PING, 0, 0, b"12345678") * 20_000,
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS.keys())
async def test_a_flood_of_frames_ends_its_own_connection_and_nobody_elses(
    acme: Acme, flood: bytes
) -> None:
    reader, writer = await asyncio.open_connection(acme.front.edge.host, acme.front.edge.port)
    try:
        writer.write(PREFACE + frame(_SETTINGS, 0, 0) + flood)
        async with asyncio.timeout(20):  # we read nothing until all of it is sent, as a flood does
            await writer.drain()
            while await reader.read(65_536):
                pass
    except ConnectionError:
        pass
    finally:
        writer.close()

    response = await acme.http.get("/health/live")
    assert response.status_code == 200
