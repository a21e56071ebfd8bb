"""Readiness decides whether webhooks come in at all, so nobody else's trouble may decide it."""

from __future__ import annotations

from collections.abc import Mapping

from cassava.responder.v1 import responder_pb2
from starlette.requests import Request

from mesh.errors import OutOfTime
from services.gateway.health import Health


class FrozenAnalytics:
    """A mesh in which tickets answers and whoever asks all of it waits in vain."""

    async def services(self) -> Mapping[str, bool]:
        raise OutOfTime("analytics did not answer")

    async def serves(self, name: str) -> bool:
        return name == "tickets"

    async def providers(self) -> responder_pb2.GetProviderStatesResponse:
        raise OutOfTime("not asked in time")


async def test_webhooks_come_in_while_another_service_is_frozen() -> None:
    answer = await Health(FrozenAnalytics()).ready(Request({"type": "http"}))

    assert answer.status_code == 200
