from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.contract.tenants import at_the_edge
from tests.front import Front
from tests.tickets.builders import PLATFORM_KEY, a_key, a_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True)
class Acme:
    """A tenant's own admin, who means no good."""

    front: Front
    http: httpx2.AsyncClient
    key: str


@pytest.fixture(scope="session")
async def acme(front: Front) -> AsyncIterator[Acme]:
    async with at_the_edge(front, PLATFORM_KEY) as platform:
        await a_tenant(platform.api, "acme")
        key = await a_key(platform.api, "acme")
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    async with httpx2.AsyncClient(base_url=front.url, headers=headers, timeout=20) as http:
        yield Acme(front, http, key)
