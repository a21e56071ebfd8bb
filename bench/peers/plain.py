"""The peer: a webhook service the way it is usually written. One request, one insert, one commit.

It verifies the signature and stores the message once, by its id: less than we do, and no more
than it must.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI, HTTPException, Request

_SECRET = b"demo-app-secret"
_TABLE = """
CREATE TABLE IF NOT EXISTS plain_messages (
  id text PRIMARY KEY, sender text NOT NULL, body text NOT NULL, created_at timestamptz NOT NULL
  DEFAULT now())
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(
        os.environ["PLAIN_DATABASE_URL"], min_size=10, max_size=20
    ) as pool:
        await pool.execute(_TABLE)
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/api/v1/webhooks/whatsapp")
async def webhook(request: Request) -> dict[str, bool]:
    body = await request.body()
    expected = "sha256=" + hmac.new(_SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("x-hub-signature-256", "")):
        raise HTTPException(401)
    for entry in json.loads(body)["entry"]:
        for change in entry["changes"]:
            for message in change["value"].get("messages", ()):
                await request.app.state.pool.execute(
                    "INSERT INTO plain_messages (id, sender, body) VALUES ($1, $2, $3)"
                    " ON CONFLICT DO NOTHING",
                    *(message["id"], message["from"], message["text"]["body"]),
                )
    return {"ok": True}


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(os.environ["PLAIN_PORT"]),
        log_level="warning",
        access_log=False,
    )
