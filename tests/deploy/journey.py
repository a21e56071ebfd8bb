"""Runs in a container of the command line's image: a customer writes on WhatsApp and is answered.

Prints what came of it as JSON. Everything that it uses is in that image.
"""

import asyncio
import json
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path

import httpx2

from cli import webhooks
from cli.api import Api
from cli.demo_tenant import tenant

EDGE = "http://127.0.0.1:8000"
KEY = Path("/keys/tickets/platform.key").read_text().strip()
QUESTION = "How long does it take until a refund is on my card?"


def one_article() -> Path:
    """Enough to answer from: these tests are about containers."""
    folder = Path(tempfile.mkdtemp())
    shutil.copy(tenant.ARTICLES / "refunds.md", folder)
    return folder


async def main() -> None:
    tenant.ARTICLES = one_article()
    async with (
        Api(EDGE, KEY, patience_seconds=30) as api,
        httpx2.AsyncClient(base_url=EDGE, timeout=30) as http,
    ):
        await tenant.make(api, {})
        phone = f"2547{10_000_000 + secrets.randbelow(89_999_999)}"
        hook = webhooks.whatsapp(phone, "Amina", QUESTION, f"wamid.{phone}")
        stored = await http.post(hook.path, content=hook.body, headers=hook.headers)
        reply = await _reply(api, phone)
        health = (await http.get("/health")).json()
        json.dump({"stored": stored.status_code, "reply": reply, "health": health}, sys.stdout)


async def _reply(api: Api, phone: str) -> dict[str, object]:
    deadline = time.monotonic() + 60
    query: dict[str, str | int] = {"customer_alias": phone, "tenant_id": tenant.TENANT_ID}
    while time.monotonic() < deadline:
        async for conversation in api.every("/api/v1/conversations", "conversations", query):
            path = f"/api/v1/conversations/{conversation['id']}/messages"
            asked: dict[str, str | int] = {"tenant_id": tenant.TENANT_ID}
            async for message in api.every(path, "messages", asked):
                if message["author"] == "AUTHOR_BOT" and message["state"] == "MESSAGE_STATE_SENT":
                    return message
        await asyncio.sleep(0.2)
    raise SystemExit("no reply within a minute")


asyncio.run(main())
