"""Telegram's updates, its secret token and its sends."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.gateway.channels.channel import (
    Account,
    BadSignature,
    Contact,
    Echo,
    Edit,
    Message,
    Note,
    NotSent,
    PerhapsSent,
    Refused,
    Unreadable,
)
from services.gateway.channels.telegram import SECRET_TOKEN, Telegram, callbacks_in, meant_for
from services.gateway.channels.telegram_update import arrivals_of
from tests.gateway.bodies import a_part, telegram_message, update
from tests.providers import meta, telegram

FIXTURES = Path(__file__).parents[4] / "shared" / "fixtures" / "telegram"
FILES = sorted(FIXTURES.glob("*.json"))
SECRETS = {"secret_token": ["s3cret"], "bot_token": ["1:abc"]}
ACCOUNT = Account("demo", "a", "telegram", secrets=SECRETS)
MESSAGE = a_part()


def read_all(**kind: Any) -> Any:
    return arrivals_of(json.dumps(update(**kind)).encode())


def read(**kind: Any) -> Any:
    (arrival,) = read_all(**kind)
    return arrival


@pytest.fixture
async def provider() -> AsyncIterator[meta.Provider]:
    async with meta.serving() as provider:
        yield provider


@pytest.fixture
async def channel(provider: meta.Provider) -> AsyncIterator[Telegram]:
    async with httpx2.AsyncClient() as client:
        yield Telegram(client, provider.url)


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ({"text": "Habari"}, "text", "Habari"),
        ({"caption": "Look", "photo": [{"file_id": "a"}, {"file_id": "b"}]}, "media", "Look"),
        ({"voice": {"file_id": "a"}}, "media", ""),
        ({"location": {"latitude": 1, "longitude": 2}}, "location", "1, 2"),
        ({"contact": {"first_name": "Joe", "phone_number": "1"}}, "contacts", "Joe 1"),
        ({"dice": {"emoji": "🎲", "value": 4}}, "text", "🎲 4"),
        ({"web_app_data": {"data": "x"}}, "form", "x"),
        ({"story": {}}, "unsupported", ""),
        ({"hologram": {}}, "unsupported", ""),
    ],
)
def test_a_message_of_each_kind_becomes_a_customers_message(
    said: dict[str, Any], kind: str, text: str
) -> None:
    arrival = read(message=telegram_message(**said))

    assert isinstance(arrival, Message)
    assert (arrival.kind, arrival.text, arrival.key) == (kind, text, "tg:m:7:5")


def test_a_field_of_another_type_costs_itself_alone() -> None:
    person = {"id": 7, "is_bot": "no", "first_name": 5, "language_code": "sw"}
    chat = {"id": 7, "type": 5, "username": "amina"}
    arrival = read(message=telegram_message(text="Hi", chat=chat, date={}) | {"from": person})

    assert (arrival.text, arrival.contact.address, arrival.contact.locale) == ("Hi", "7", "sw")
    assert [alias.value for alias in arrival.contact.aliases] == ["7", "amina"]


def test_a_post_of_the_groups_channel_is_nobodys_question() -> None:
    post = telegram_message(text="News", is_automatic_forward=True, sender_chat={"id": -1})

    assert read(message=post).kind == "channel_post"


def test_the_largest_photo_is_taken() -> None:
    sizes = [{"file_id": "s", "file_size": 1}, {"file_id": "l", "file_size": 9}]
    assert read(message=telegram_message(photo=sizes)).attachments[0].provider_id == "l"


def test_a_commands_payload_is_kept_apart() -> None:
    arrival = read(message=telegram_message(text="/start ref_42"))

    assert (arrival.text, arrival.payload) == ("/start ref_42", "ref_42")


def test_an_edit_has_a_key_for_each_version() -> None:
    first = read(edited_message=telegram_message(text="a", edit_date=1))
    second = read(edited_message=telegram_message(text="b", edit_date=1))

    assert isinstance(first, Edit)
    assert first.edits == "tg:m:7:5"
    assert first.key != second.key


@pytest.mark.parametrize("message", [None, {"message_id": 1, "date": 0, "chat": {"id": 7}}])
def test_a_pressed_button_is_a_choice_that_wants_an_answer(message: Any) -> None:
    query = {"id": "q1", "from": {"id": 7, "is_bot": False}, "data": "yes"}
    arrival = read(callback_query=query | ({"message": message} if message else {}))

    assert (arrival.kind, arrival.payload, arrival.contact.address) == ("choice", "yes", "7")
    assert callbacks_in([arrival]) == ["q1"]


def test_a_blocked_bot_is_a_note() -> None:
    told = {"chat": {"id": 7, "type": "private"}, "new_chat_member": {"status": "kicked"}}
    arrival = read(my_chat_member=told)

    assert isinstance(arrival, Note)
    assert (arrival.kind, arrival.text) == ("membership", "kicked")


def test_the_owners_own_business_message_is_an_echo() -> None:
    said = telegram_message(business_connection_id="b", text="Hi")
    said["from"]["id"] = 99
    arrival = read(business_message=said)

    assert isinstance(arrival, Echo)
    assert arrival.key == "tg:m:7:5:b"
    assert arrival.contact.thread == "business:b"


def test_a_group_that_moves_takes_its_old_name_along() -> None:
    arrival = read(message=telegram_message(migrate_to_chat_id=-100))

    assert isinstance(arrival, Note)
    assert arrival.contact
    assert [alias.value for alias in arrival.contact.aliases] == ["7", "-100"]


def test_an_unknown_update_is_kept_and_is_no_dead_letter() -> None:
    assert isinstance(read(something_new=17), Note)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"update_id":1,"message":5}'])
def test_what_is_no_update_is_a_dead_letter(body: bytes) -> None:
    assert [type(arrival) for arrival in arrivals_of(body)] == [Unreadable]


@pytest.mark.skipif(not FILES, reason="channel fixtures not found at ../shared/fixtures")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_real_updates_are_read(file: Path) -> None:
    arrivals = arrivals_of(file.read_bytes())

    assert arrivals
    assert not any(isinstance(arrival, Unreadable) for arrival in arrivals)


@pytest.mark.parametrize("given", ["", "wrong", "s3cret ", "s3crét"])
def test_any_other_token_is_bad(given: str, channel: Telegram) -> None:
    channel.verify(ACCOUNT, {SECRET_TOKEN: "s3cret"}, b"")
    with pytest.raises(BadSignature):
        channel.verify(ACCOUNT, {SECRET_TOKEN: given}, b"")


async def test_a_send_is_plain_text_in_its_thread(
    channel: Telegram, provider: meta.Provider
) -> None:
    provider.answers = [telegram.sent(11)]

    sent = await channel.send(ACCOUNT, a_part(text="*", thread="topic:3"))

    path, _, payload = provider.received[0]
    assert (sent.value, path) == ("11", "/bot1:abc/sendMessage")
    assert payload == {"chat_id": "7", "text": "*", "message_thread_id": 3}


async def test_trap_15_marks_are_entities_and_given_up_when_they_are_refused(
    channel: Telegram, provider: meta.Provider
) -> None:
    refused = telegram.failed(400, "Bad Request: can't parse entities")
    provider.answers = [refused, telegram.sent(1)]

    await channel.send(ACCOUNT, a_part(text="**Hi** *there"))

    first, second = (payload for _, _, payload in provider.received)
    assert first["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert (first["text"], "parse_mode" in first) == ("Hi *there", False)
    assert second == {"chat_id": "7", "text": "Hi *there"}


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (telegram.failed(429, "slow", retry_after=14), NotSent),
        (telegram.failed(401, "token"), NotSent),
        (telegram.failed(403, "blocked"), Refused),
        (telegram.failed(400, "too long"), Refused),
        (telegram.failed(502, "bad gateway"), PerhapsSent),
        ((200, {"ok": True}), PerhapsSent),
    ],
)
async def test_what_may_come_of_a_send(
    channel: Telegram, provider: meta.Provider, answer: Any, outcome: type[Exception]
) -> None:
    provider.answers = [answer]

    with pytest.raises(outcome) as raised:
        await channel.send(ACCOUNT, MESSAGE)

    assert "1:abc" not in str(raised.value)
    if isinstance(raised.value, NotSent) and answer[0] == 429:
        assert raised.value.retry_after == 14


async def test_a_chat_rests_alone_and_the_bot_when_a_second_chat_is_refused_meanwhile(
    provider: meta.Provider,
) -> None:
    now = 100.0
    async with httpx2.AsyncClient() as client:
        channel = Telegram(client, provider.url, lambda: now)

        async def refused(chat: str) -> tuple[float | None, bool]:
            provider.answers = [telegram.failed(429, "slow", retry_after=14)]
            with pytest.raises(NotSent) as raised:
                await channel.send(ACCOUNT, replace(MESSAGE, address=chat))
            return raised.value.retry_after, raised.value.only_this_contact

        alone = [await refused("7"), await refused("7")]
        second = await refused("8")
        now += 14
        later = await refused("9")

    assert alone == [(14, True), (14, True)]
    assert (second, later) == ((14, False), (14, True))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/help@cassava_bot", Message),
        ("/help@Cassava_Bot now", Message),
        ("/help", Message),
        ("/help@other_bot", Note),
        ("/help@other_bot now", Note),
        ("mail kim@other_bot", Message),
    ],
)
def test_a_command_of_another_bot_is_only_kept(text: str, kind: type) -> None:
    account = Account("demo", "a", "telegram", name="@cassava_bot")
    said = Message(key="k", contact=Contact((), "-1"), text=text, raw=b"{}")

    assert isinstance(meant_for(account, said), kind)
    assert meant_for(Account("demo", "a", "telegram", name="Shop"), said) is said
