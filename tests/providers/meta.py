"""An HTTP server that answers sends as the WhatsApp Cloud API does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Provider:
    """What it was sent, and what it will answer next: `(status, body)` or a way to misbehave."""

    url: str = ""
    received: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)
    hangs_up: bool = False
    asked: asyncio.Event = field(default_factory=asyncio.Event)


def accepted(message_id: str) -> tuple[int, Any]:
    """Meta's answer to a send that it took."""
    return 200, {"messaging_product": "whatsapp", "messages": [{"id": message_id}]}


def refused(status: int, code: int) -> tuple[int, Any]:
    """Meta's answer to a send that it did not take."""
    return status, {"error": {"message": "no", "type": "OAuthException", "code": code}}


def subscribed(*overrides: str) -> tuple[int, Any]:
    """The apps that a business account delivers to, each with its own address or none."""
    app = {"id": "67084", "name": "Cassava", "link": "https://www.facebook.com/games/?app_id=67084"}
    own = [{"override_callback_uri": each} if each else {} for each in overrides]
    return 200, {"data": [{"whatsapp_business_api_data": app, **each} for each in own]}


@asynccontextmanager
async def serving() -> AsyncIterator[Provider]:
    """One request a connection, on a free port."""
    provider = Provider()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path, headers, body = await _request(reader)
        provider.received.append((path, headers, json.loads(body or b"{}")))
        provider.asked.set()
        if not provider.hangs_up:
            status, said = provider.answers.pop(0)
            content = json.dumps(said).encode()
            head = f"HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {len(content)}\r\n"
            writer.write(f"{head}content-type: application/json\r\n\r\n".encode() + content)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    provider.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield provider


async def _request(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for line in head[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return head[0].split(" ")[1], headers, body
