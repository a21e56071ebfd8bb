"""A few bytes that would be tens of megabytes: gRPC's own compression ends at the edge."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import grpc
import httpx2
import pytest

if TYPE_CHECKING:
    from tests.attacks.conftest import Acme

LIST = "/cassava.tickets.v1.TicketService/ListTickets"
_MANY = 40 * 2**20
# As zlib knows them: with gzip's head, and with its own.
WAYS = {"gzip": 31, "deflate": 15}


def bomb(way: str) -> bytes:
    """A page token of zeroes, never whole in our own memory."""
    length, size = bytearray(), _MANY
    while size > 0x7F:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    packing, zeroes = zlib.compressobj(wbits=WAYS[way]), b"0" * 2**20
    packed = packing.compress(b"\x12" + bytes([*length, size]))
    packed += b"".join(packing.compress(zeroes) for _ in range(_MANY // 2**20)) + packing.flush()
    return b"\x01" + len(packed).to_bytes(4, "big") + packed


@pytest.mark.parametrize("way", WAYS)
async def test_a_compressed_grpc_message_is_not_inflated(acme: Acme, way: str) -> None:
    """Without a key. Where a service resets such a call, a few put a healthy replica aside."""
    headers = {"content-type": "application/grpc-web+proto", "grpc-encoding": way}
    said = bomb(way)
    async with httpx2.AsyncClient(base_url=acme.front.url, timeout=20) as anybody:
        answers = [await anybody.post(LIST, content=said, headers=headers) for _ in range(8)]

    assert {each.status_code for each in answers} == {404}
    assert (await acme.http.get("/api/v1/tickets")).status_code == 200


@pytest.mark.parametrize("way", [grpc.Compression.Gzip, grpc.Compression.Deflate])
async def test_a_caller_that_compresses_is_told_so(acme: Acme, way: grpc.Compression) -> None:
    metadata = [("authorization", f"Bearer {acme.key}")]
    said = b"\x12\x64" + b"0" * 100
    async with grpc.aio.insecure_channel(str(acme.front.edge)) as channel:
        method: Any = channel.unary_unary(LIST)
        call = method(said, metadata=metadata, compression=way)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call

    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
