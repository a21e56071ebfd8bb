"""While an answer is made the customer sees it; nothing about that may delay or fail the answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from cassava.tickets.v1 import channel_pb2, turn_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2

from services.gateway.accounts import AccountDirectory
from services.gateway.channels.channel import Channel
from services.gateway.channels.telegram import Telegram
from services.gateway.channels.whatsapp import WhatsApp
from services.gateway.presence import Presence
from tests.gateway.conftest import TELEGRAM_ID
from tests.gateway.record import an_account
from tests.providers import meta, telegram


class Book:
    """Knows one account, whatever it is asked."""

    def __init__(self, account: channel_pb2.Account) -> None:
        self._account = account

    async def find_account(
        self, request: channel_pb2.FindAccountRequest
    ) -> list[channel_pb2.Account]:
        return [self._account]


@pytest.fixture
async def provider() -> AsyncIterator[meta.Provider]:
    async with meta.serving() as provider:
        yield provider


def a_turn(kind: str, **said: Any) -> turn_pb2.ClaimedTurn:
    return turn_pb2.ClaimedTurn(
        channel=kind_pb2.ChannelKind.Value(f"CHANNEL_KIND_{kind}"),
        channel_id=TELEGRAM_ID,
        reply_address="7",
        latest_provider_message_id="wamid.1",
        **said,
    )


def a_presence(provider: meta.Provider, client: httpx2.AsyncClient, **account: Any) -> Presence:
    secrets = {"access_token": ["token"], "bot_token": ["1:abc"]}
    told = an_account("whatsapp", TELEGRAM_ID, external_id="100", secrets=secrets)
    told.sandbox = account.get("sandbox", False)
    bot = Telegram(client, provider.url)
    bot.presence_seconds = 0.01
    channels: dict[str, Channel] = {
        "whatsapp": WhatsApp(client, provider.url),
        "telegram": bot,
    }
    return Presence(AccountDirectory(Book(told)), channels)


@asynccontextmanager
async def showing(provider: meta.Provider, turn: turn_pb2.ClaimedTurn) -> AsyncIterator[None]:
    async with httpx2.AsyncClient() as client, a_presence(provider, client).shown(turn):
        yield


async def until_received(provider: meta.Provider, count: int) -> None:
    async with asyncio.timeout(10):
        while len(provider.received) < count:  # noqa: ASYNC110 - it comes from a socket
            await asyncio.sleep(0.01)


async def test_whatsapp_shows_read_and_writing(provider: meta.Provider) -> None:
    provider.answers = [(200, {"success": True})]
    async with showing(provider, a_turn("WHATSAPP")):
        await until_received(provider, 1)

    assert provider.received[0][2] == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.1",
        "typing_indicator": {"type": "text"},
    }


async def test_telegrams_action_is_repeated_until_the_answer_is_there(
    provider: meta.Provider,
) -> None:
    provider.answers = [telegram.done()] * 100
    async with showing(provider, a_turn("TELEGRAM", thread="topic:3")):
        await until_received(provider, 3)

    assert provider.received[0][2] == {"chat_id": "7", "message_thread_id": 3, "action": "typing"}


async def test_a_provider_that_fails_costs_nothing(provider: meta.Provider) -> None:
    provider.hangs_up = True
    async with showing(provider, a_turn("TELEGRAM")):
        await until_received(provider, 1)


async def test_a_sandbox_shows_nothing(provider: meta.Provider) -> None:
    async with httpx2.AsyncClient() as client:
        presence = a_presence(provider, client, sandbox=True)
        await presence._show(a_turn("WHATSAPP"))  # ends by itself

    assert provider.received == []
