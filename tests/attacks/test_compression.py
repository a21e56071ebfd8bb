"""A few bytes that would be a gigabyte: gRPC's own compression is not spoken here."""

from __future__ import annotations

import gzip
import resource
import zlib
from typing import TYPE_CHECKING, Any

import grpc
import httpx2
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.attacks.conftest import Acme

LIST = "/cassava.tickets.v1.TicketService/ListTickets"
# A page token of zeroes: a thousandth of that when it is compressed.
_MANY = 200 * 2**20
_GROWN_MOST_KIB = 60 * 1024
WAYS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress}


def bomb(way: str) -> bytes:
    length, size = bytearray(), _MANY
    while size > 0x7F:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    message = b"\x12" + bytes([*length, size]) + b"0" * _MANY
    packed = WAYS[way](message)
    return b"\x01" + len(packed).to_bytes(4, "big") + packed


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    return {way: bomb(way) for way in WAYS}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("key", ["acme's", "nobody's"])
async def test_a_compressed_grpc_message_is_not_inflated(
    acme: Acme, bombs: dict[str, bytes], way: str, key: str
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    headers = {"content-type": "application/grpc-web+proto", "grpc-encoding": way}
    if key == "acme's":
        headers["authorization"] = f"Bearer {acme.key}"
    async with httpx2.AsyncClient(base_url=acme.front.url, timeout=20) as anybody:
        answer = await anybody.post(LIST, content=bombs[way], headers=headers)

    assert answer.status_code < 500
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < _GROWN_MOST_KIB


@pytest.mark.parametrize("door", ["edge", "tickets"])
@pytest.mark.parametrize("way", [grpc.Compression.Gzip, grpc.Compression.Deflate])
async def test_a_caller_that_compresses_is_told_so(
    acme: Acme, door: str, way: grpc.Compression
) -> None:
    metadata = [("authorization", f"Bearer {acme.key}")]
    async with grpc.aio.insecure_channel(str(getattr(acme.front, door))) as channel:
        call: Any = channel.unary_unary(LIST)(b"\x12" + b"\x64" + b"0" * 100, metadata=metadata, compression=way)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call

    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
