"""Programs of tenants that follow the live stream, through deaths, by the numbers they saw."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.chaos.story import Heard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.chaos.story import Story

_AGAIN_SECONDS = 0.5


class Listeners:
    """One for each tenant; each connects again wherever the edge sends it."""

    def __init__(self, edge: str, keys: Mapping[str, str], story: Story) -> None:
        self._edge = edge.replace("http://", "ws://")
        self._story = story
        self._tasks = [
            asyncio.create_task(self._follow(tenant, key)) for tenant, key in keys.items()
        ]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, tenant: str, key: str) -> None:
        position = ""
        while True:
            address = f"{self._edge}/api/v1/tenants/{tenant}/live{position}"
            headers = {"authorization": f"Bearer {key}"}
            try:
                async with connect(address, additional_headers=headers, open_timeout=5) as socket:
                    async for frame in socket:
                        position = self._hear(tenant, json.loads(frame)) or position
            except (OSError, TimeoutError, WebSocketException):
                pass
            await asyncio.sleep(_AGAIN_SECONDS)

    def _hear(self, tenant: str, frame: dict[str, Any]) -> str:
        """Where to go on from, after an event or the word that one has to begin anew."""
        if frame["type"] in {"heartbeat", "stream_end"}:
            return ""
        is_anew = frame["type"] == "resync_required"
        heard = Heard(tenant, frame["epoch"], int(frame["sequence"]), is_anew=is_anew)
        self._story.heard.append(heard)
        return f"?after={heard.sequence}&epoch={heard.epoch}"
