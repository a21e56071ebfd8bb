"""Where a channel's provider says that it delivers, as the edge tells it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from services.gateway.channels.telegram import Telegram
from services.gateway.channels.whatsapp import WhatsApp
from tests.gateway.conftest import free_edge
from tests.gateway.record import Record, an_account
from tests.providers import meta, telegram

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from services.gateway.channels.channel import Channel

CHANNEL = "0190a000-0000-7000-8000-0000000000b1"
ANOTHERS = "0190a000-0000-7000-8000-0000000000b2"
SANDBOX = "0190a000-0000-7000-8000-0000000000b3"
ADMIN = {"authorization": "Bearer csk_demo_CALLER_ADMIN"}
HERE = "https://support.acme.example/api/v1/webhooks"
TOKEN = {"bot_token": ["42:abc"], "access_token": ["EAAG"]}


def path(channel_id: str) -> str:
    return f"/api/v1/tenants/demo/channels/{channel_id}/webhook"


@asynccontextmanager
async def asking(
    kind: str, *answers: tuple[int, Any], **said: Any
) -> AsyncIterator[tuple[httpx2.AsyncClient, meta.Provider]]:
    """An edge with an account of that kind, and its provider with these answers."""
    account = an_account(kind, CHANNEL, secrets=TOKEN, **said)
    account.sandbox = False
    others = [an_account(kind, ANOTHERS, "other"), an_account(kind, SANDBOX)]
    record = Record(accounts=[account, *others])  # type: ignore[abstract]
    async with meta.serving() as provider, httpx2.AsyncClient() as client:
        provider.answers = list(answers)
        more: dict[str, Channel] = {
            "telegram": Telegram(client, provider.url),
            "whatsapp": WhatsApp(client, provider.url),
        }
        async with free_edge(record, more) as edge:
            yield edge, provider


@pytest.mark.parametrize(
    ("answer", "state", "waiting"),
    [
        (telegram.webhook_info(f"{HERE}/telegram/{CHANNEL}"), "set", 0),
        (telegram.webhook_info(f"{HERE}/telegram", pending_update_count=7), "set", 7),
        (telegram.webhook_info(""), "not_set", 0),
        (telegram.webhook_info("https://old.example/bot"), "elsewhere", 0),
        (telegram.webhook_info(f"{HERE}/telegram/{ANOTHERS}"), "elsewhere", 0),
    ],
)
async def test_a_bots_webhook_is_asked_of_telegram(
    answer: tuple[int, Any], state: str, waiting: int
) -> None:
    async with asking("telegram", answer) as (edge, provider):
        said = (await edge.get(path(CHANNEL), headers=ADMIN)).json()

    assert (said["state"], said["waiting"]) == (state, waiting)
    assert [asked for asked, _, _ in provider.received] == ["/bot42:abc/getWebhookInfo"]


@pytest.mark.parametrize(
    ("answer", "state", "url"),
    [
        (meta.subscribed(f"{HERE}/whatsapp"), "set", f"{HERE}/whatsapp"),
        (meta.subscribed("", f"{HERE}/whatsapp"), "set", f"{HERE}/whatsapp"),
        (meta.subscribed(""), "set", ""),
        (meta.subscribed(), "not_set", ""),
        (meta.subscribed("https://old.example/hook"), "elsewhere", "https://old.example/hook"),
    ],
)
async def test_trap_09_a_numbers_subscription_is_asked_of_meta(
    answer: tuple[int, Any], state: str, url: str
) -> None:
    async with asking("whatsapp", answer, business_account_id="555") as (edge, provider):
        said = (await edge.get(path(CHANNEL), headers=ADMIN)).json()

    ((asked, headers, _),) = provider.received
    assert (said["state"], said["url"]) == (state, url)
    assert (asked, headers["authorization"]) == ("/555/subscribed_apps", "Bearer EAAG")


@pytest.mark.parametrize(
    ("kind", "answers", "reason"),
    [
        ("telegram", [telegram.failed(401, "Unauthorized")], "telegram_401"),
        ("telegram", [(502, "bad gateway")], "telegram_502"),
        ("whatsapp", [meta.refused(400, 190)], "190"),
        ("whatsapp", [(200, {})], "http_200"),
    ],
)
async def test_what_a_provider_does_not_say_is_unknown_and_why(
    kind: str, answers: list[tuple[int, Any]], reason: str
) -> None:
    async with asking(kind, *answers, business_account_id="555") as (edge, _):
        said = await edge.get(path(CHANNEL), headers=ADMIN)

    assert (said.json()["state"], said.json()["reason"]) == ("unknown", reason)
    assert "42:abc" not in said.text


async def test_a_failed_delivery_is_told_with_its_time() -> None:
    failed = {"last_error_date": 1_760_000_000, "last_error_message": "Connection refused"}
    answer = telegram.webhook_info(f"{HERE}/telegram", **failed)
    async with asking("telegram", answer) as (edge, _):
        said = (await edge.get(path(CHANNEL), headers=ADMIN)).json()

    assert said["last_error"] == "Connection refused"
    assert said["last_error_time"] == "2025-10-09T08:53:20+00:00"


async def test_nobody_is_asked_for_a_sandbox_another_tenant_or_an_agent() -> None:
    agent = {"authorization": "Bearer csk_demo_CALLER_AGENT"}
    async with asking("telegram") as (edge, provider):
        sandbox = await edge.get(path(SANDBOX), headers=ADMIN)
        refused = [
            (await edge.get(path(ANOTHERS), headers=ADMIN)).status_code,
            (await edge.get(path("no-id"), headers=ADMIN)).status_code,
            (await edge.get(path(CHANNEL), headers=agent)).status_code,
        ]

    assert sandbox.json()["state"] == "not_asked"
    assert refused == [404, 404, 403]
    assert provider.received == []
