"""The traps that other integrations fell into, by their number in docs/channels/known-traps.md.

A trap of a deeper room has its test there, under the same name: `test_trap_04_…`.
"""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.gateway.channels.channel import Arrival, Echo, Edit, Message, Note, Unreadable
from services.gateway.channels.telegram_update import arrivals_of
from services.gateway.channels.whatsapp import WhatsApp
from tests.gateway.bodies import (
    PERSON,
    change,
    message,
    meta_signature,
    one_message,
    status,
    telegram_message,
    update,
    whatsapp,
    wire,
)
from tests.gateway.record import Record

WHATSAPP = "/api/v1/webhooks/whatsapp"
TELEGRAM = "/api/v1/webhooks/telegram"
TOKEN = {"x-telegram-bot-api-secret-token": "tg-secret"}


ROWS = re.compile(r"^\| ([0-9]+) \|", re.MULTILINE)
NAMES = re.compile(r"^(?:async )?def test_trap_([0-9]{2})_", re.MULTILINE)


def test_each_trap_has_a_test_of_its_number() -> None:
    root = Path(__file__).parents[2]
    listed = ROWS.findall((root / "docs" / "channels" / "known-traps.md").read_text())
    tested = [NAMES.findall(file.read_text()) for file in (root / "tests").rglob("test_*.py")]

    assert [int(number) for number in listed] == list(range(1, 25))
    assert {int(number) for found in tested for number in found} == set(range(1, 25))


def parse(*changes: Any) -> list[Arrival]:
    return WhatsApp(httpx2.AsyncClient()).parse({}, wire(whatsapp(*changes)))


def telegram(update_id: int = 1, **kind: Any) -> Any:
    (arrival,) = arrivals_of(json.dumps(update(update_id, **kind)).encode())
    return arrival


async def post(edge: httpx2.AsyncClient, raw: bytes) -> int:
    headers = {"x-hub-signature-256": meta_signature("app-secret", raw)}
    return (await edge.post(WHATSAPP, content=raw, headers=headers)).status_code


def test_trap_01_one_bad_item_costs_no_sibling() -> None:
    arrivals = parse(
        change(
            messages=[message("a"), {"id": None}, message("b")], statuses=[status(state="failed")]
        ),
        change(field="user_preferences", user_preferences=[{"wa_id": PERSON, "value": "stop"}]),
        change(messages=[message("c")]),
    )

    kinds = [type(arrival).__name__ for arrival in arrivals]
    assert kinds == ["Message", "Unreadable", "Message", "Receipt", "Note", "Message"]


async def test_trap_02_a_signature_holds_for_the_received_bytes(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    raw = wire(one_message(text={"body": "é @ / 😀"}))
    assert b"\\u00e9" in raw

    assert await post(edge, raw) == 200
    assert [item.arrival.text.decode() for item in record.items.values()] == ["é @ / 😀"]


async def test_trap_03_a_body_sent_many_times_at_once_is_one_message(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    raw = wire(whatsapp(change(messages=[message("wamid.1"), message("wamid.1")])))

    assert set(await asyncio.gather(*(post(edge, raw) for _ in range(20)))) == {200}
    assert len(record.items) == 1


@pytest.mark.parametrize(
    ("person", "said", "stable"),
    [
        ({"user_id": "UG.1"}, {"from": None, "from_user_id": "UG.1"}, "UG.1"),
        ({"wa_id": PERSON, "user_id": "UG.1"}, {}, "UG.1"),
        ({}, {"from": "UG.1"}, "UG.1"),
        ({}, {}, PERSON),
    ],
)
def test_trap_05_a_person_has_many_names_and_any_of_them_is_enough(
    person: dict[str, str], said: dict[str, Any], stable: str
) -> None:
    (arrival,) = parse(change(contacts=[person], messages=[message(**said)]))

    assert isinstance(arrival, Message)
    assert arrival.contact.aliases[0].value == stable


def test_trap_05_without_any_name_it_is_a_dead_letter() -> None:
    said = {name: value for name, value in message().items() if name != "from"}
    (arrival,) = parse(change(messages=[said]))

    assert isinstance(arrival, Unreadable)


async def test_trap_09_the_handshake_needs_no_signature(edge: httpx2.AsyncClient) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "42"}

    assert (await edge.get(WHATSAPP, params=query)).text == "42"


def test_trap_10_our_own_words_are_never_a_customers() -> None:
    echo = {"to": PERSON, "id": "e", "type": "text", "text": {"body": "Hi"}}
    owner = telegram_message(business_connection_id="b", text="Hi")
    owner["from"] = {"id": 99}
    ours = telegram_message(business_connection_id="b", text="Hi", sender_business_bot={"id": 1})

    assert isinstance(parse(change(field="smb_message_echoes", message_echoes=[echo]))[0], Echo)
    assert isinstance(telegram(business_message=owner), Echo)
    assert isinstance(telegram(business_message=ours), Echo)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"type": "interactive"}, "unsupported"),
        ({"type": "reaction", "reaction": {"message_id": "w"}}, "reaction"),
        ({"timestamp": 1_764_000_000, "text": {"body": "x"}}, "text"),
        (
            {
                "type": "interactive",
                "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{no"}},
            },
            "form",
        ),
    ],
)
def test_trap_11_odd_shapes_are_read(said: dict[str, Any], kind: str) -> None:
    (arrival,) = parse(change(messages=[message(**said)]))

    assert getattr(arrival, "kind", "") == kind


async def test_trap_12_a_poisoned_update_is_acknowledged_and_blocks_no_chat(
    edge: httpx2.AsyncClient,
) -> None:
    for body in (b'{"update_id":1,"message":5}', b"\xff", b"[]"):
        assert (await edge.post(TELEGRAM, content=body, headers=TOKEN)).status_code == 200


def test_trap_13_an_update_id_may_fall() -> None:
    high = telegram(900, message=telegram_message(1, text="a"))
    low = telegram(3, message=telegram_message(2, text="b"))

    assert (high.key, low.key) == ("tg:m:7:1", "tg:m:7:2")


def test_trap_16_a_supergroup_is_the_group_it_was() -> None:
    old = telegram(message=telegram_message(migrate_to_chat_id=-100))
    new = telegram(message=telegram_message(migrate_from_chat_id=-5))

    assert [alias.value for alias in old.contact.aliases] == ["7", "-100"]
    assert old.contact.address == "-100"
    assert [alias.value for alias in new.contact.aliases] == ["-5", "7"]


def test_trap_17_an_anonymous_admin_is_a_person() -> None:
    said = telegram_message(text="x", sender_chat={"id": -9, "title": "Shop"})
    said["from"] = {"id": 1087968824, "is_bot": True, "first_name": "Group"}

    arrival = telegram(message=said)

    assert isinstance(arrival, Message)
    assert arrival.contact.name == "Shop"


@pytest.mark.parametrize("said", [{"story": {}}, {"never_heard_of": {}}, {"gift": {}}])
def test_trap_18_a_message_without_known_content_is_unsupported(said: dict[str, Any]) -> None:
    assert telegram(message=telegram_message(**said)).kind == "unsupported"


def test_trap_18_an_unknown_update_is_kept_by_its_name() -> None:
    assert telegram(something_new={"a": 1}).kind == "update:something_new"


@pytest.mark.parametrize("message", [None, {"message_id": 1, "date": 0, "chat": {"id": 7}}])
def test_trap_19_a_button_without_its_message_finds_its_chat(message: Any) -> None:
    query = {"id": "q", "from": {"id": 7}, "data": "yes"} | (
        {"message": message} if message else {}
    )

    assert telegram(callback_query=query).contact.address == "7"


def test_trap_21_a_first_message_that_whatsapp_cannot_show_is_a_persons() -> None:
    (arrival,) = parse(change(messages=[message(type="unsupported", errors=[{"code": 131051}])]))

    assert isinstance(arrival, Message)


@pytest.mark.parametrize(
    "piece", [b"\\u0000", b"\\ud83d", b"\\ude00\\ud83d", b"[" * 5000, b"\xff\xfe"]
)
async def test_trap_22_no_bytes_make_us_fail(edge: httpx2.AsyncClient, piece: bytes) -> None:
    raw = wire(one_message(text={"body": "cut"})).replace(b"cut", piece)

    assert await post(edge, raw) == 200


@pytest.mark.parametrize("piece", [b"\\ud83d", b"\xff"])
async def test_trap_22_a_broken_character_in_a_large_post_costs_itself_alone(
    edge: httpx2.AsyncClient, record: Record, piece: bytes
) -> None:
    said = [message(f"wamid.{n}", text={"body": "x" * 300}) for n in range(300)]
    said[7] = message("wamid.7", text={"body": "cut HERE"})
    raw = wire(whatsapp(change(messages=said))).replace(b"HERE", piece)

    assert await post(edge, raw) == 200

    assert len(record.items) == 300
    texts = [item.arrival.text.decode() for item in record.items.values()]
    assert texts.count("cut \ufffd") == 1
    assert texts.count("x" * 300) == 299


async def test_trap_23_an_unknown_account_looks_like_a_bad_signature(
    edge: httpx2.AsyncClient,
) -> None:
    stranger = wire(whatsapp(change(messages=[message()], number="999"), business="998"))

    unknown = await edge.post(
        WHATSAPP,
        content=stranger,
        headers={"x-hub-signature-256": meta_signature("app-secret", stranger)},
    )
    known = wire(one_message())
    wrong = await edge.post(
        WHATSAPP, content=known, headers={"x-hub-signature-256": meta_signature("no", known)}
    )

    assert (unknown.status_code, unknown.content) == (wrong.status_code, wrong.content)
    assert unknown.status_code == 401


def test_trap_24_a_body_without_field_or_metadata_is_read_by_its_lists() -> None:
    (arrival,) = parse(change(field=None, number=None, messages=[message()]))

    assert isinstance(arrival, Message)


def test_deleted_business_messages_are_all_withdrawn() -> None:
    told = {"business_connection_id": "b", "chat": {"id": 7}, "message_ids": [4, 5]}
    arrivals = arrivals_of(json.dumps(update(deleted_business_messages=told)).encode())

    assert [arrival.edits for arrival in arrivals if isinstance(arrival, Edit)] == [
        "tg:m:7:4:b",
        "tg:m:7:5:b",
    ]


def test_an_edit_or_withdrawal_that_names_nothing_is_only_kept() -> None:
    (arrival,) = parse(change(messages=[message(type="revoke", revoke={})]))

    assert isinstance(arrival, Note)
