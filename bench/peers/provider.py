"""A model's server that costs nothing: ready-made answers over kept connections.

The model's name says what it does: `whole` answers in one event, `pieces` in sixty-one, `refuses`
and `is-missing` with their status.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

from tests.providers.canonical import said, tokens
from tests.providers.mistral import chunk, ending, role

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_STREAM = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
)


def _stream(*events: bytes) -> list[bytes]:
    framed = [b"%x\r\n%s\r\n" % (len(event), event) for event in events]
    return [_STREAM, *framed, b"0\r\n\r\n"]


def _status(line: str) -> list[bytes]:
    body = b'{"object": "error", "message": "no"}'
    head = f"HTTP/1.1 {line}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return [head.encode() + b"\r\n" + body]


ANSWERS = {
    "whole": _stream(role(), chunk(said()), ending() + b"data: [DONE]\n\n"),
    "pieces": _stream(
        role(), *(chunk(piece) for piece in tokens(said())), ending() + b"data: [DONE]\n\n"
    ),
    "refuses": _status("401 Unauthorized"),
    "is-missing": _status("404 Not Found"),
}


class _Answering(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if not found or len(body) < length:
            return
        self._buffer = body[length:]
        for part in ANSWERS[json.loads(body[:length])["model"]]:
            self._transport.write(part)


def serve(says: Connection) -> None:
    """Say the address, then answer until the process is ended."""

    async def answer() -> None:
        server = await asyncio.get_running_loop().create_server(_Answering, "127.0.0.1", 0)
        says.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await server.serve_forever()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(answer())
