"""The port the edge never routes to: metrics, and whether this process lives and is ready."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

from mesh import logs
from mesh.errors import MeshError, TooMany

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    class Changed(Protocol):
        async def __call__(self, *, is_ready: bool) -> None: ...


log = logs.get(__name__)

_CHECK_EVERY_SECONDS = 1.0
_CHECK_SECONDS = 2.0
_REQUEST_SECONDS = 5.0
_MOST_HEADERS = 100


class Readiness:
    """Whether calls make sense now, and what is missing if not."""

    def __init__(self, check: Callable[[], Awaitable[None]] | None = None) -> None:
        self._check = check
        self._is_draining = False
        self.missing: str | None = "starting"

    @property
    def is_ready(self) -> bool:
        return self.missing is None

    async def look(self) -> None:
        """Ask once; whatever the check raises is what is missing.

        Busy is not ill: who left for that would hand its calls to others, who are busy too.
        """
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                if self._check is not None:
                    await self._check()
            missing = None
        except TimeoutError:
            missing = "the check took too long"
        except TooMany:
            return
        except MeshError as error:
            missing = str(error)
        except Exception:
            log.exception("readiness_check_crashed")
            missing = "internal error"
        if not self._is_draining:
            self._note(missing)

    def drain(self) -> None:
        """From now on not ready, whatever the check says."""
        self._is_draining = True
        self._note("draining")

    async def watch(self, stop: asyncio.Event, changed: Changed) -> None:
        """Look every second; tell when the answer is another."""
        told: bool | None = None
        while not stop.is_set():
            await self.look()
            if self.is_ready != told:
                told = self.is_ready
                await changed(is_ready=told)
            await asyncio.sleep(_CHECK_EVERY_SECONDS)

    def _note(self, missing: str | None) -> None:
        if missing != self.missing:
            log.info("readiness_changed", missing=missing)
        self.missing = missing


@asynccontextmanager
async def listening(address: str, readiness: Readiness) -> AsyncIterator[str]:
    """Serve `/metrics`, `/health/live` and `/health/ready`; gives the bound address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_REQUEST_SECONDS):
                path, accept = await _request(reader)
                writer.write(_respond(path, accept, readiness))
                await writer.drain()
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            pass  # whoever asked went away or does not speak HTTP; nothing depends on it
        finally:
            writer.close()

    host, _, port = address.rpartition(":")
    server = await asyncio.start_server(answer, host.strip("[]"), int(port))
    bound = server.sockets[0].getsockname()
    try:
        yield f"{bound[0]}:{bound[1]}"
    finally:
        server.close()


async def _request(reader: asyncio.StreamReader) -> tuple[str, str]:
    method, target, _ = (await reader.readline()).decode("latin-1").split(" ", 2)
    if method not in ("GET", "HEAD"):
        raise ValueError(method)
    accept = ""
    for _ in range(_MOST_HEADERS):
        name, _, value = (await reader.readline()).decode("latin-1").partition(":")
        if not name.strip():
            break
        if name.lower() == "accept":
            accept = value.strip()
    return target.partition("?")[0], accept


def _respond(path: str, accept: str, readiness: Readiness) -> bytes:
    match path:
        case "/metrics":
            encode, content_type = choose_encoder(accept)
            return _http("200 OK", content_type, encode(REGISTRY))
        case "/health/live":
            return _http("200 OK", "application/json", b'{"status":"ok"}')
        case "/health/ready" if readiness.is_ready:
            return _http("200 OK", "application/json", b'{"status":"ok"}')
        case "/health/ready":
            said = json.dumps({"status": "down", "missing": readiness.missing}).encode()
            return _http("503 Service Unavailable", "application/json", said)
        case _:
            return _http("404 Not Found", "application/json", b"{}")


def _http(status: str, content_type: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
