"""What a customer's provider and a tenant's program do at the edge, and what they see there."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2

from cli import webhooks
from cli.api import Api
from cli.demo_tenant import tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

DEMO = f"/api/v1/tenants/{tenant.TENANT_ID}"
_LONGEST_SECONDS = 60.0
_LOOK_SECONDS = 0.1
T = TypeVar("T")


class Scene:
    """The demo tenant at one edge, seen by its admin (embedded mode asks for no key)."""

    def __init__(self, api: Api, http: httpx2.AsyncClient, mesh: dict[str, Any]) -> None:
        self.api = api
        self.http = http
        self.mesh = mesh

    async def post(self, hook: webhooks.Webhook) -> httpx2.Response:
        return await self.http.post(hook.path, content=hook.body, headers=hook.headers)

    async def conversation_of(self, alias: str) -> dict[str, Any]:
        """The one conversation with this customer; waits until it is there."""
        return (await eventually(lambda: self._conversations(alias)))[0]

    async def messages(self, conversation_id: str, author: str) -> list[dict[str, Any]]:
        """Of one author, oldest first."""
        path = f"/api/v1/conversations/{conversation_id}/messages"
        return [each async for each in self.api.every(path, "messages") if each["author"] == author]

    async def sent(self, conversation_id: str, author: str) -> list[dict[str, Any]]:
        """All of one author's messages, once there is one and all of them have left."""

        async def look() -> list[dict[str, Any]]:
            found = await self.messages(conversation_id, author)
            is_sent = all(each["state"] == "MESSAGE_STATE_SENT" for each in found)
            return found if is_sent else []

        return await eventually(look)

    async def tickets(self, conversation_id: str) -> list[dict[str, Any]]:
        asked = {"conversation_id": conversation_id}
        return [each async for each in self.api.every("/api/v1/tickets", "tickets", asked)]

    async def dashboard(self) -> dict[str, Any]:
        asked: dict[str, str | int] = {"tenant_id": tenant.TENANT_ID, "days": 7}
        return await self.api.call("GET", "/api/v1/analytics/dashboard", query=asked)

    @asynccontextmanager
    async def events(self) -> AsyncIterator[list[dict[str, Any]]]:
        """The SSE events from now on, as they come; each with the `id:` line it came with."""
        seen: list[dict[str, Any]] = []
        async with self.http.stream("GET", f"{DEMO}/events", timeout=None) as response:
            assert response.status_code == httpx2.codes.OK
            lines = response.aiter_lines()
            first = await anext(lines)  # a heartbeat: the stream is open
            assert '"heartbeat"' in first
            reading = asyncio.create_task(_collect(lines, seen))
            yield seen
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _conversations(self, alias: str) -> list[dict[str, Any]]:
        asked = {"customer_alias": alias}
        return [
            item async for item in self.api.every("/api/v1/conversations", "conversations", asked)
        ]


@asynccontextmanager
async def at(mesh: dict[str, Any]) -> AsyncIterator[Scene]:
    edge = mesh["edge"]
    async with Api(edge) as api, httpx2.AsyncClient(base_url=edge, timeout=30.0) as http:
        yield Scene(api, http, mesh)


async def eventually(look: Callable[[], Awaitable[T]], seconds: float = _LONGEST_SECONDS) -> T:
    """The first answer that is not empty."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        if found := await look():
            return found
        await asyncio.sleep(_LOOK_SECONDS)
    raise AssertionError(f"not within {seconds} s")


def fresh() -> int:
    """A number no customer had before."""
    return 10_000_000 + secrets.randbelow(89_999_999)


def whatsapp(text: str) -> tuple[str, webhooks.Webhook]:
    """A new customer's signed message, and the phone number that finds them."""
    number = fresh()
    phone = f"2547{number}"
    return phone, webhooks.whatsapp(phone, "Amina", text, f"wamid.journey.{number}")


def unreadable() -> webhooks.Webhook:
    """Signed by the provider, and no JSON."""
    raw = b"{" + str(fresh()).encode()
    signature = hmac.new(tenant.APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    hook = whatsapp("Hello")[1]
    signed = {**hook.headers, "x-hub-signature-256": f"sha256={signature}"}
    return replace(hook, body=raw, headers=signed)


async def _collect(lines: AsyncIterator[str], seen: list[dict[str, Any]]) -> None:
    position = ""
    async for line in lines:
        name, _, value = line.partition(": ")
        if name == "id":
            position = value
        elif name == "data":
            seen.append({**json.loads(value), "position": position})
            position = ""
