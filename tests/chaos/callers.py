"""Programs of a tenant that read and write through the edge, and never try twice."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANSWER_SECONDS = 12.0


class Callers:
    """Calls of every service that the edge leads to; `failed` names what got no answer or 5xx."""

    def __init__(self, edge: str, key: str, tenant: str) -> None:
        headers = {"authorization": f"Bearer {key}"}
        self._http = httpx2.AsyncClient(
            base_url=edge, headers=headers, timeout=_ANSWER_SECONDS, trust_env=False
        )
        self._tenant = tenant
        self.asked = 0
        self.failed: Counter[str] = Counter()

    async def call(self, rate: float) -> None:
        """So many a second until cancelled; those under way then are waited for."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            for asked in itertools.cycle(self._everything()):
                under_way.add(task := asyncio.create_task(self._one(*asked)))
                task.add_done_callback(under_way.discard)
                await asyncio.sleep(1 / rate)
        finally:
            await asyncio.gather(*under_way)
            await self._http.aclose()

    def _everything(self) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
        mine = f"/api/v1/tenants/{self._tenant}"
        yield "GET", f"/api/v1/conversations?tenant_id={self._tenant}&page_size=5", None
        yield "GET", f"{mine}/articles", None
        yield "GET", f"/api/v1/analytics/dashboard?tenant_id={self._tenant}", None
        yield "POST", f"{mine}/keys", {"name": secrets.token_hex(4), "role": "CALLER_VIEWER"}

    async def _one(self, method: str, path: str, body: dict[str, Any] | None) -> None:
        try:
            response = await self._http.request(method, path, json=body)
            trouble = "" if response.is_success else f"{response.status_code}"
        except httpx2.HTTPError as error:
            trouble = type(error).__name__
        self.asked += 1
        if trouble:
            self.failed[f"{method} {path.partition('?')[0].rpartition('/')[2]} {trouble}"] += 1
