"""The traps that other integrations fell into, by their number in docs/channels/known-traps.md.

A trap of a deeper room has its test there, under the same name: `test_trap_04_…`.
"""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from prometheus_client import REGISTRY

from services.gateway.channels.channel import Arrival, Echo, Message, Note, Unreadable
from services.gateway.channels.whatsapp import WhatsApp
from tests.gateway.bodies import (
    PERSON,
    change,
    message,
    meta_signature,
    one_message,
    status,
    whatsapp,
    wire,
)
from tests.gateway.record import Record

WHATSAPP = "/api/v1/webhooks/whatsapp"
ROOT = Path(__file__).parents[2]
ROWS = re.compile(r"^\| ([0-9]+) \|(.+)\|$", re.MULTILINE)
LISTED = re.compile(r"`(test_trap_[0-9]{2}_\w+)`")
NAMES = re.compile(r"^(?:async )?def (test_trap_[0-9]{2}_\w+)\(", re.MULTILINE)


def test_the_table_names_each_traps_tests_and_no_others() -> None:
    table = ROWS.findall((ROOT / "docs" / "channels" / "known-traps.md").read_text())
    listed = {int(number): LISTED.findall(row) for number, row in table}
    files = (ROOT / "tests").rglob("test_*.py")
    written = {name for file in files for name in NAMES.findall(file.read_text())}

    assert list(listed) == list(range(1, 25))
    assert all(listed.values())
    assert sorted(name for names in listed.values() for name in names) == sorted(written)
    assert all(int(name[10:12]) == number for number, names in listed.items() for name in names)


def refusals(why: str) -> float:
    said = {"channel": "whatsapp", "why": why}
    return REGISTRY.get_sample_value("cassava_webhooks_refused_total", said) or 0.0


def parse(*changes: Any) -> list[Arrival]:
    return WhatsApp(httpx2.AsyncClient()).parse({}, wire(whatsapp(*changes)))


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


def test_trap_11_a_form_that_is_no_json_is_kept_as_it_is() -> None:
    form = {"type": "nfm_reply", "nfm_reply": {"response_json": "{no"}}
    (arrival,) = parse(change(messages=[message(type="interactive", interactive=form)]))

    assert isinstance(arrival, Message)
    assert (arrival.text, arrival.data) == ("{no", None)


def test_trap_11_a_time_is_a_number_or_a_string() -> None:
    arrivals = parse(
        change(messages=[message("a", timestamp=1_764_000_000), message("b"), message("c")])
    )

    assert len({getattr(arrival, "sent_at", None) for arrival in arrivals}) == 1


def test_trap_10_the_phone_apps_echo_is_never_a_customers() -> None:
    echo = {"to": PERSON, "id": "e", "type": "text", "text": {"body": "Hi"}}
    (arrival,) = parse(change(field="smb_message_echoes", message_echoes=[echo]))

    assert isinstance(arrival, Echo)


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

    before = {why: refusals(why) for why in ("unknown_account", "bad_signature")}
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
    assert {why: refusals(why) - count for why, count in before.items()} == {
        "unknown_account": 1,
        "bad_signature": 1,
    }


def test_trap_24_a_body_without_field_or_metadata_is_read_by_its_lists() -> None:
    (arrival,) = parse(change(field=None, number=None, messages=[message()]))

    assert isinstance(arrival, Message)


async def test_trap_24_an_example_that_is_no_json_is_a_dead_letter(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    raw = wire(one_message()).replace(b'"type":"text"', b'"type":<TYPE>')

    assert await post(edge, raw) == 200
    ((_, item),) = record.items.items()
    assert (item.unreadable.reason, item.raw) == ("not_a_whatsapp_body", raw)


def test_an_edit_or_withdrawal_that_names_nothing_is_only_kept() -> None:
    (arrival,) = parse(change(messages=[message(type="revoke", revoke={})]))

    assert isinstance(arrival, Note)
