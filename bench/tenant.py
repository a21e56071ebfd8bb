"""The demo tenant as a bench wants it: without debounce, through the public API like everybody."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.running import Running

_POLICY = {"policy": {"debounce_milliseconds": 0, "debounce_most_milliseconds": 0}}


async def without_debounce(running: Running) -> None:
    """PATCH the policy's two debounce fields alone."""
    body = json.dumps(_POLICY).encode()
    mask = "policy.debounce_milliseconds,policy.debounce_most_milliseconds"
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    head = (
        f"PATCH /api/v1/tenants/demo?update_mask={mask} HTTP/1.1\r\n"
        f"Host: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    if b" 200 " not in answer[:20]:
        raise RuntimeError(f"the policy was not changed: {answer[:300]!r}")
