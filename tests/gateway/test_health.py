"""Whether webhooks may come: not while nothing can be stored, and not to who is about to go."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.requests import Request

from services.gateway.health import Health


class Mesh:
    """Tickets is there or not."""

    def __init__(self, *, has_tickets: bool) -> None:
        self._has_tickets = has_tickets

    async def services(self) -> Mapping[str, bool]:
        return {"tickets": self._has_tickets}


@pytest.mark.parametrize(
    ("has_tickets", "drains", "status"),
    [(True, False, 200), (False, False, 503), (True, True, 503)],
)
async def test_an_edge_is_ready_when_it_can_store_and_will_stay(
    *, has_tickets: bool, drains: bool, status: int
) -> None:
    mesh: Any = Mesh(has_tickets=has_tickets)
    draining = asyncio.Event()
    if drains:
        draining.set()

    answer = await Health(mesh, draining).ready(Request({"type": "http"}))

    assert answer.status_code == status
