"""The traps that other bots fell into, by their number in docs/channels/known-traps.md."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from cassava.tickets.v1 import channel_pb2

from services.gateway.channels.channel import Account, Alias, Echo, Edit, Message
from services.gateway.channels.telegram import Telegram
from services.gateway.channels.telegram_update import arrivals_of
from tests.gateway.bodies import a_part, telegram_message, update
from tests.gateway.conftest import free_edge
from tests.gateway.record import Record
from tests.providers import meta
from tests.providers import telegram as provider_says

PATH = "/api/v1/webhooks/telegram"
TOKEN = {"x-telegram-bot-api-secret-token": "tg-secret"}
BOT = Account("demo", "t", "telegram", secrets={"bot_token": ["1:abc"]})


def read(update_id: int = 1, **kind: Any) -> Any:
    (arrival,) = arrivals_of(json.dumps(update(update_id, **kind)).encode())
    return arrival


async def post(edge: httpx2.AsyncClient, body: Any) -> int:
    return (await edge.post(PATH, json=body, headers=TOKEN)).status_code


def said(record: Record) -> list[str]:
    return [item.arrival.text.decode() for item in record.items.values()]


def test_trap_10_our_own_words_in_a_business_chat_are_never_a_customers() -> None:
    owner = telegram_message(business_connection_id="b", text="Hi")
    owner["from"] = {"id": 99, "first_name": "Owner"}
    ours = telegram_message(business_connection_id="b", text="Hi", sender_business_bot={"id": 1})
    echoes = [read(business_message=owner), read(business_message=ours)]

    assert [type(echo) for echo in echoes] == [Echo, Echo]
    assert [echo.is_bots for echo in echoes] == [False, True]
    assert [echo.contact.name for echo in echoes] == ["Amina", "Amina"]


async def test_trap_12_a_poisoned_update_is_acknowledged_and_blocks_no_chat(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    for body in (b'{"update_id":1,"message":5}', b"\xff", b"[]"):
        assert (await edge.post(PATH, content=body, headers=TOKEN)).status_code == 200
    assert await post(edge, update(2, message=telegram_message(text="Next"))) == 200

    assert "Next" in said(record)


async def test_trap_12_a_redelivered_update_is_one_message(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    body = update(5, message=telegram_message(text="Once"))

    assert {await post(edge, body) for _ in range(3)} == {200}
    assert said(record) == ["Once"]


async def test_trap_12_a_message_is_answered_before_anything_slow_is_done(record: Record) -> None:
    """A button wants a call to Telegram, which says nothing: the 200 does not wait for it."""
    async with meta.serving() as provider, httpx2.AsyncClient() as client:
        provider.hangs_up = True
        record.accounts.append(_live(record))
        async with free_edge(record, {"telegram": Telegram(client, provider.url)}) as edge:
            query = {"id": "q", "from": {"id": 7}, "data": "yes"}

            assert await post(edge, update(callback_query=query)) == 200


async def test_trap_13_an_update_id_may_fall(edge: httpx2.AsyncClient, record: Record) -> None:
    for update_id, message_id in ((900, 1), (3, 2)):
        body = update(update_id, message=telegram_message(message_id, text=f"{message_id}"))
        assert await post(edge, body) == 200

    assert said(record) == ["1", "2"]


def test_trap_16_a_supergroup_is_the_group_it_was() -> None:
    old = read(message=telegram_message(migrate_to_chat_id=-100))
    new = read(message=telegram_message(migrate_from_chat_id=-5))

    assert [alias.value for alias in old.contact.aliases] == ["7", "-100"]
    assert old.contact.address == "-100"
    assert [alias.value for alias in new.contact.aliases] == ["-5", "7"]


async def test_trap_16_the_answer_to_a_send_tells_the_groups_new_name() -> None:
    async with meta.serving() as provider, httpx2.AsyncClient() as client:
        moved = provider_says.failed(400, "group upgraded", migrate_to_chat_id=-100)
        provider.answers = [moved, provider_says.sent(1)]

        sent = await Telegram(client, provider.url).send(BOT, a_part(address="-5"))

    assert [payload["chat_id"] for _, _, payload in provider.received] == ["-5", "-100"]
    assert sent.aliases == (Alias("telegram_chat", "-100"),)


def test_trap_17_an_anonymous_admin_is_a_person() -> None:
    message = telegram_message(text="x", sender_chat={"id": -9, "title": "Shop"})
    message["from"] = {"id": 1087968824, "is_bot": True, "first_name": "Group"}

    arrival = read(message=message)

    assert isinstance(arrival, Message)
    assert arrival.contact.name == "Shop"


@pytest.mark.parametrize("content", [{"story": {}}, {"never_heard_of": {}}, {"gift": {}}])
def test_trap_18_a_message_without_known_content_is_unsupported(content: dict[str, Any]) -> None:
    assert read(message=telegram_message(**content)).kind == "unsupported"


def test_trap_18_an_unknown_update_is_kept_by_its_name() -> None:
    assert read(something_new={"a": 1}).kind == "update:something_new"


@pytest.mark.parametrize("message", [None, {"message_id": 1, "date": 0, "chat": {"id": 7}}])
def test_trap_19_a_button_without_its_message_finds_its_chat(message: Any) -> None:
    query = {"id": "q", "from": {"id": 7}, "data": "yes"} | (
        {"message": message} if message else {}
    )

    assert read(callback_query=query).contact.address == "7"


async def test_trap_19_a_button_without_its_message_is_answered(record: Record) -> None:
    async with meta.serving() as provider, httpx2.AsyncClient() as client:
        provider.answers = [provider_says.done()]
        record.accounts.append(_live(record))
        async with free_edge(record, {"telegram": Telegram(client, provider.url)}) as edge:
            await post(edge, update(callback_query={"id": "q", "from": {"id": 7}, "data": "yes"}))
            await asyncio.wait_for(provider.asked.wait(), 5)  # beside the 200, not before it

    path, _, payload = provider.received[0]
    assert (path, payload) == ("/bot1:abc/answerCallbackQuery", {"callback_query_id": "q"})


def test_deleted_business_messages_are_all_withdrawn_whatever_stands_between() -> None:
    ids: list[Any] = [4, None, {}, 5]
    told = {"business_connection_id": "b", "chat": {"id": 7}, "message_ids": ids}
    arrivals = arrivals_of(json.dumps(update(deleted_business_messages=told)).encode())

    assert [arrival.edits for arrival in arrivals if isinstance(arrival, Edit)] == [
        "tg:m:7:4:b",
        "tg:m:7:5:b",
    ]


def _live(record: Record) -> channel_pb2.Account:
    """The record's bot, no sandbox any more."""
    found = next(a for a in record.accounts if any(s.value == "tg-secret" for s in a.secrets))
    record.accounts.remove(found)
    found.sandbox = False
    found.secrets.add(kind=channel_pb2.SECRET_KIND_BOT_TOKEN, value="1:abc")
    return found
