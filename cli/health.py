"""What the edge says of the mesh's health."""

import asyncio
import time
from typing import Any

from cli.api import Api, Refused, Unreachable
from cli.embedded.trouble import EmbeddedTrouble

EXPECTED = ("tickets", "classifier", "responder", "analytics")
_GOOD = frozenset({"ok", "serving"})
_POLL_SECONDS = 0.1


async def read(api: Api) -> dict[str, Any]:
    """The body of /health, also when it is `down`; raise `Unreachable`."""
    try:
        return await api.call("GET", "/health")
    except Refused as refused:
        return {"status": "down", "services": {}, "cause": str(refused)}


def missing(health: dict[str, Any]) -> list[str]:
    """Services that do not serve, `edge` when the mesh as a whole is down."""
    services = health.get("services", {})
    away = [name for name in EXPECTED if not is_serving(services.get(name, {}))]
    return away or ([] if health.get("status") in {"ok", "degraded"} else ["edge"])


def is_serving(service: dict[str, Any]) -> bool:
    return str(service.get("status", "")).lower() in _GOOD


async def wait(api: Api, timeout_seconds: float) -> dict[str, Any]:
    """Returns the first health in which nothing is missing; raise `EmbeddedTrouble` in words."""
    deadline = time.monotonic() + timeout_seconds
    away = ["edge"]
    while time.monotonic() < deadline:
        try:
            health = await read(api)
        except Unreachable:
            health = {}
        if not (away := missing(health)):
            return health
        await asyncio.sleep(_POLL_SECONDS)
    raise EmbeddedTrouble(
        f"not serving after {timeout_seconds:.0f} s: {', '.join(away)}"
        f" (`cassava logs {away[0].replace('edge', 'gateway')}` tells why)"
    )
