"""An HTTP server on a loopback port whose answers a test writes byte by byte.

A framework would tidy up what these tests are about: resets, stalls, bodies that never end.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Behaviour = Callable[["Reply"], Awaitable[None]]


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float


@dataclass
class Reply:
    """What a behaviour writes to; `attempt` counts the calls for this model from 1."""

    request: Request
    attempt: int
    writer: asyncio.StreamWriter

    async def whole(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        said = json.dumps(body).encode() if not isinstance(body, bytes) else body
        head = {
            "content-type": "application/json",
            "content-length": str(len(said)),
            "connection": "close",
        }
        self._head(status, {**head, **(headers or {})})
        self.writer.write(said)
        await self.writer.drain()

    async def begin(self, content_type: str) -> None:
        """Headers only; the length is whatever comes until the connection ends."""
        self._head(200, {"content-type": content_type, "connection": "close"})
        await self.writer.drain()

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """As if the process had died: no goodbye."""
        self.writer.transport.abort()

    async def hang(self) -> None:
        await asyncio.sleep(3600)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} Whatever", *(f"{k}: {v}" for k, v in headers.items())]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())


@dataclass
class Fake:
    """Keeps what was asked; the behaviour is chosen by the model's name."""

    behaviours: dict[str, Behaviour]
    routes: dict[str, Behaviour] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    open_connections: int = 0
    server: asyncio.Server | None = None

    def stops_listening(self) -> None:
        if self.server:
            self.server.close()

    @property
    def chats(self) -> list[Request]:
        return [request for request in self.requests if request.body.get("messages")]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_connections += 1
        try:
            request = await _read(reader)
            self.requests.append(request)
            model = str(request.body.get("model", ""))
            behaviour = self.routes.get(request.path) or self.behaviours[model]
            calls = [r for r in self.chats if r.body["model"] == model]
            await self._until_left(behaviour(Reply(request, len(calls), writer)), reader)
        except (ConnectionError, asyncio.IncompleteReadError, _Left):
            pass
        finally:
            self.open_connections -= 1
            writer.close()

    @staticmethod
    async def _until_left(answer: Awaitable[None], reader: asyncio.StreamReader) -> None:
        """Ends with the answer, or as soon as the client goes away."""
        answering = asyncio.ensure_future(answer)
        leaving = asyncio.ensure_future(reader.read(1))
        done, _ = await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if answering in done:
            leaving.cancel()
            answering.result()
            return
        answering.cancel()
        raise _Left


class _Left(Exception):
    """The client closed its side."""


@asynccontextmanager
async def served(fake: Fake) -> AsyncIterator[Fake]:
    fake.server = server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    fake.url = f"http://{host}:{port}"
    try:
        yield fake
    finally:
        server.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
    raw = await reader.readexactly(int(headers.get("content-length", 0)))
    body = json.loads(raw) if raw else {}
    return Request(method, path, headers, body, asyncio.get_running_loop().time())
