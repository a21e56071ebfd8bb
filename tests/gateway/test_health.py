"""Readiness decides whether webhooks come in at all, so nobody else's trouble may decide it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request

from mesh.errors import OutOfTime
from services.gateway.health import Health

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassava.responder.v1 import responder_pb2


class FrozenAnalytics:
    """A mesh in which tickets answers or not, and whoever asks all of it waits in vain."""

    def __init__(self, *, has_tickets: bool = True) -> None:
        self._has_tickets = has_tickets

    async def services(self) -> Mapping[str, bool]:
        raise OutOfTime("analytics did not answer")

    async def serves(self, name: str) -> bool:
        return name == "tickets" and self._has_tickets

    async def providers(self) -> responder_pb2.GetProviderStatesResponse:
        raise OutOfTime("not asked in time")


@pytest.mark.parametrize(
    ("has_tickets", "drains", "status"),
    [(True, False, 200), (False, False, 503), (True, True, 503)],
)
async def test_webhooks_come_to_an_edge_that_can_store_them_and_will_stay(
    *, has_tickets: bool, drains: bool, status: int
) -> None:
    draining = asyncio.Event()
    if drains:
        draining.set()

    health = Health(FrozenAnalytics(has_tickets=has_tickets), draining)

    assert (await health.ready(Request({"type": "http"}))).status_code == status
