"""Sending as all channels do it: what is known when it fails, and that it is told as it is."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from services.gateway.channels import standard_webhooks
from services.gateway.channels.channel import (
    Account,
    NotSent,
    Outbound,
    PerhapsSent,
    Refused,
)
from services.gateway.channels.custom import Custom
from services.gateway.channels.sending import retry_after
from services.gateway.channels.telegram import Telegram
from services.gateway.channels.whatsapp import WhatsApp
from tests.gateway.bodies import a_part
from tests.providers import meta

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from services.gateway.channels.channel import Channel

NOW = 1_764_000_000.0
KEY = "whsec_" + "bmV3" * 8
HALF_AN_EMOJI = a_part(text="\ud83d")
NO_THREAD = a_part(thread="topic:none")


@pytest.fixture
async def provider() -> AsyncIterator[meta.Provider]:
    async with meta.serving() as provider:
        yield provider


def channel_of(kind: str, client: httpx2.AsyncClient, url: str) -> Channel:
    channels: dict[str, Channel] = {
        "whatsapp": WhatsApp(client, url),
        "telegram": Telegram(client, url),
        "custom": Custom(client, lambda: NOW),
    }
    return channels[kind]


def account_of(kind: str, url: str, **secrets: str) -> Account:
    known = {"access_token": "t", "bot_token": "1:a", "signing_secret": KEY} | secrets
    held = {name: [value] for name, value in known.items() if value}
    return Account("demo", "a", kind, external_id="100", reply_url=url, secrets=held)


async def send(
    provider: meta.Provider, kind: str, message: Outbound | None = None, **secrets: str
) -> Any:
    async with httpx2.AsyncClient() as client:
        channel = channel_of(kind, client, provider.url)
        return await channel.send(account_of(kind, provider.url, **secrets), message or a_part())


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("whatsapp", HALF_AN_EMOJI),
        ("telegram", HALF_AN_EMOJI),
        ("telegram", NO_THREAD),
        ("custom", HALF_AN_EMOJI),
    ],
)
async def test_what_no_request_can_be_made_of_failed_for_certain(
    provider: meta.Provider, kind: str, message: Outbound
) -> None:
    with pytest.raises(Refused, match="request_not_made"):
        await send(provider, kind, message)

    assert provider.received == []


@pytest.mark.parametrize(
    ("kind", "secrets"),
    [
        ("whatsapp", {"access_token": "tök"}),
        ("whatsapp", {"access_token": "two\r\nlines"}),
        ("telegram", {"bot_token": "1:a\x00"}),
        ("custom", {"signing_secret": ""}),
    ],
)
async def test_a_secret_that_cannot_be_used_pauses_the_account_and_sends_nothing(
    provider: meta.Provider, kind: str, secrets: dict[str, str]
) -> None:
    with pytest.raises(NotSent) as refused:
        await send(provider, kind, None, **secrets)

    assert refused.value.pauses_account
    assert provider.received == []


async def test_a_reply_to_a_custom_channel_is_signed_under_its_deliverys_id(
    provider: meta.Provider,
) -> None:
    provider.answers = [(200, {})]

    sent = await send(provider, "custom", a_part("c1.d.2"))

    _, headers, said = provider.received[0]
    assert (sent.value, headers["webhook-id"]) == ("d", "d")
    assert said == {
        "type": "message.sent",
        "data": {"customer_id": "7", "text": "Hello", "id": "d"},
    }
    standard_webhooks.verify(
        [KEY], headers, httpx2.Request("POST", "/", json=said).content, now=NOW
    )


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((301, Refused), (400, Refused), (404, Refused), (410, Refused)),
        *((429, NotSent), (502, NotSent), (503, NotSent), (504, NotSent)),
        (500, PerhapsSent),
    ],
)
async def test_a_custom_receivers_answer_says_whether_it_took_it(
    provider: meta.Provider, status: int, outcome: type[Exception]
) -> None:
    provider.answers = [(status, {})]

    with pytest.raises(outcome):
        await send(provider, "custom")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (formatdate(NOW + 90, usegmt=True), 90.0),
        (formatdate(NOW - 90, usegmt=True), 0.0),
        ("tomorrow", None),
        ("-5", None),
        ("1e9", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": said}, lambda: NOW) == seconds
