"""What `cassava doctor` says of channels whose providers were asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cli.api import Api
from cli.check import FAILED, OK, WARNING
from cli.tenancy import check_tenants
from tests.providers import meta

NOW = datetime.now(UTC).isoformat()
LONG_AGO = "2020-01-01T00:00:00+00:00"


def delivery(state: str, **more: Any) -> tuple[int, Any]:
    nothing = {"reason": "", "url": "", "waiting": 0, "last_error": "", "last_error_time": None}
    return 200, nothing | {"state": state} | more


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (delivery("set", url="https://a.example/api"), OK, "delivers to https://a.example/api"),
        (delivery("set"), OK, "the address of its app"),
        (delivery("set", last_error="gone", last_error_time=LONG_AGO), OK, "delivers"),
        (delivery("set", last_error="502", last_error_time=NOW), WARNING, "failed: 502"),
        (delivery("elsewhere", url="https://old.example"), FAILED, "https://old.example"),
        (delivery("not_set"), FAILED, "nowhere"),
        (delivery("unknown", reason="telegram_401"), WARNING, "telegram_401"),
        ((403, {"code": 7, "message": "no right"}), WARNING, "no right"),
    ],
)
async def test_a_channels_delivery_has_a_line_of_its_own(
    answer: tuple[int, Any], state: str, says: str
) -> None:
    channel = {"id": "c1", "kind": "CHANNEL_KIND_TELEGRAM", "state": "STATE_ACTIVE", "name": "@a"}
    async with meta.serving() as edge:
        edge.answers = [
            (200, {"tenants": [{"id": "acme"}]}),
            (200, {"articles": []}),
            (200, {"channels": [channel]}),
            (401, {}),
            answer,
        ]
        async with Api(edge.url) as api:
            checks = {check.name: check for check in await check_tenants(api)}

    found = checks["acme telegram @a delivery"]
    assert (found.state, says in found.cause) == (state, True)
    if state == FAILED:
        assert found.remedy.startswith("cassava channel connect telegram --tenant acme")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({}, WARNING),
        ({"sandbox": True}, OK),
        ({"reply_url": "https://shop.example/replies"}, OK),
    ],
    ids=["nowhere", "recorded", "posted"],
)
async def test_a_channel_whose_replies_can_never_leave_is_warned_of(
    said: dict[str, Any], state: str
) -> None:
    channel = {"id": "c1", "kind": "CHANNEL_KIND_CUSTOM", "state": "STATE_ACTIVE", "name": "shop"}
    async with meta.serving() as edge:
        edge.answers = [
            (200, {"tenants": [{"id": "acme"}]}),
            (200, {"articles": []}),
            (200, {"channels": [channel | said]}),
            (401, {}),
        ]
        async with Api(edge.url) as api:
            checks = {check.name: check for check in await check_tenants(api)}

    found = checks["acme custom shop"]
    assert (found.state, "reply_url" in found.cause) == (state, state == WARNING)
    assert ("PATCH /api/v1/tenants/acme/channels/c1" in found.remedy) == (state == WARNING)
