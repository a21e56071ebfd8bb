"""`cassava channel connect`: the provider is told, then asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from cli.api import Api
from cli.connect import ConnectTrouble, TelegramConnector, WhatsAppConnector, checked_url
from tests.providers import meta

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

URL = "https://support.acme.example"
HOOK = f"{URL}/api/v1/webhooks/telegram/c1"
BOT = {"ok": True, "result": {"id": 42, "username": "acme_bot"}}
DONE = {"ok": True, "result": True}
NONE_YET: dict[str, Any] = {"channels": []}
MADE = {"channel": {"id": "c1"}}


@pytest.fixture
async def edge() -> AsyncIterator[meta.Provider]:
    async with meta.serving() as served:
        yield served


@pytest.fixture
async def provider() -> AsyncIterator[meta.Provider]:
    async with meta.serving() as served:
        yield served


def telegram_says(info: dict[str, Any]) -> list[tuple[int, Any]]:
    return [(200, BOT), (200, DONE), (200, {"ok": True, "result": info})]


async def connect(edge: meta.Provider, provider: meta.Provider) -> Any:
    async with Api(edge.url) as api, httpx2.AsyncClient() as client:
        connector = TelegramConnector(client, "42:abc", provider.url)
        return await connector.connect(api, "acme", URL)


async def test_telegram_is_told_the_full_list_and_the_channels_secret(
    edge: meta.Provider, provider: meta.Provider
) -> None:
    edge.answers = [(200, NONE_YET), (200, MADE)]
    provider.answers = telegram_says({"url": HOOK, "pending_update_count": 3})

    connected = await connect(edge, provider)

    path, _, told = provider.received[1]
    made = edge.received[1][2]
    assert (connected.webhook, connected.waiting, connected.name) == (HOOK, 3, "@acme_bot")
    assert (path, told["url"]) == ("/bot42:abc/setWebhook", HOOK)
    assert {"message_reaction", "business_message", "my_chat_member"} <= set(
        told["allowed_updates"]
    )
    assert {"kind": "SECRET_KIND_SECRET_TOKEN", "value": told["secret_token"]} in made["secrets"]
    assert made["external_id"] == "42"


async def test_a_bot_that_is_there_gets_a_new_secret(
    edge: meta.Provider, provider: meta.Provider
) -> None:
    there = {"id": "c1", "kind": "CHANNEL_KIND_TELEGRAM", "external_id": "42"}
    edge.answers = [(200, {"channels": [there]}), (200, {})]
    provider.answers = telegram_says({"url": HOOK})

    await connect(edge, provider)

    assert edge.received[1][0].startswith("/api/v1/tenants/acme/channels/c1?update_mask=")


async def test_another_address_at_telegram_is_a_failure(
    edge: meta.Provider, provider: meta.Provider
) -> None:
    edge.answers = [(200, NONE_YET), (200, MADE)]
    provider.answers = telegram_says({"url": "https://elsewhere.example"})

    with pytest.raises(ConnectTrouble, match="another address"):
        await connect(edge, provider)


async def test_a_refusal_tells_telegrams_words_and_never_the_token(
    edge: meta.Provider, provider: meta.Provider
) -> None:
    provider.answers = [(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})]

    with pytest.raises(ConnectTrouble, match="Unauthorized") as refused:
        await connect(edge, provider)

    assert "42:abc" not in str(refused.value)


async def test_whatsapp_is_subscribed_before_its_callback_is_set(
    edge: meta.Provider, provider: meta.Provider
) -> None:
    hook = f"{URL}/api/v1/webhooks/whatsapp"
    edge.answers = [(200, NONE_YET), (200, MADE)]
    provider.answers = [
        (200, {"verified_name": "Acme"}),
        (200, {"success": True}),
        (200, {"success": True}),
        (200, {"data": [{"override_callback_uri": hook}]}),
    ]

    async with Api(edge.url) as api, httpx2.AsyncClient() as client:
        connector = WhatsAppConnector(client, "token", provider.url)
        connected = await connector.connect(api, "acme", URL, "100", "200", "app-secret")

    subscribed, overridden = provider.received[1], provider.received[2]
    made = edge.received[1][2]
    assert (connected.name, connected.webhook) == ("Acme", hook)
    assert (subscribed[0], subscribed[2]) == ("/200/subscribed_apps", {})
    assert overridden[2]["override_callback_uri"] == hook
    assert {
        "kind": "SECRET_KIND_VERIFY_TOKEN",
        "value": overridden[2]["verify_token"],
    } in made["secrets"]


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("telegram", "http://support.acme.example"),
        ("telegram", "https://support.acme.example:8000"),
        ("whatsapp", "support.acme.example"),
    ],
)
def test_an_address_that_no_provider_takes_is_refused_first(kind: str, url: str) -> None:
    with pytest.raises(ConnectTrouble):
        checked_url(kind, url)
