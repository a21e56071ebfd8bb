"""Said in passing and kept nowhere: who types, what is being written. Lost without Valkey."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mesh.valkey import Valkey

TYPING, DRAFT = "typing", "draft"
_LOOK_SECONDS = 1.0
_MOST_KEPT = 64
# A draft holds a customer's business: what nobody heard by then is gone.
_KEPT_SECONDS = 30


async def say(valkey: Valkey, tenant_id: str, kind: str, **said: str) -> bool:
    """To every process that listens to this tenant; False when none can have heard it."""
    fields = {"type": kind, **said}
    return await valkey.append(_of(tenant_id), "*", fields, _MOST_KEPT, seconds=_KEPT_SECONDS)


async def overheard(valkey: Valkey, tenant_id: str) -> AsyncIterator[dict[str, str]]:
    """What is said from now on, without end."""
    after = await valkey.top(_of(tenant_id)) or "0-0"
    while True:
        started = time.monotonic()
        entries = await valkey.read(_of(tenant_id), after, int(_LOOK_SECONDS * 1000))
        for entry_id, fields in entries:
            after = entry_id
            yield {name: value.decode() for name, value in fields.items()}
        if valkey.is_away:
            await asyncio.sleep(max(0.0, _LOOK_SECONDS - (time.monotonic() - started)))


def _of(tenant_id: str) -> str:
    return f"asides:{tenant_id}"
