"""Reading WhatsApp bodies: every kind of item, batches, and everything that may be wrong."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.gateway.channels.channel import (
    Arrival,
    Echo,
    Edit,
    Message,
    Note,
    Receipt,
    Unreadable,
)
from services.gateway.channels.whatsapp import WhatsApp, named_accounts
from services.gateway.channels.whatsapp_envelope import peek
from tests.gateway.bodies import (
    BUSINESS_ID,
    NUMBER_ID,
    PERSON,
    change,
    message,
    one_message,
    status,
    whatsapp,
    wire,
)

FIXTURES = Path(__file__).parents[4] / "shared" / "fixtures" / "whatsapp"
FILES = sorted(FIXTURES.glob("*.json"))


def parse(body: Any) -> list[Arrival]:
    raw = body if isinstance(body, bytes) else wire(body)
    return WhatsApp(httpx2.AsyncClient()).parse({}, raw)


def only(body: Any) -> Any:
    (arrival,) = parse(body)
    return arrival


KINDS = [
    ({"text": {"body": "Hi"}}, "text", "Hi"),
    ({"type": "image", "image": {"id": "9", "caption": "Look"}}, "media", "Look"),
    ({"type": "audio", "audio": {"id": "9", "voice": True}}, "media", ""),
    ({"type": "button", "button": {"text": "Yes", "payload": "y"}}, "choice", "Yes"),
    (
        {
            "type": "interactive",
            "interactive": {"type": "list_reply", "list_reply": {"id": "a", "title": "Refund"}},
        },
        "choice",
        "Refund",
    ),
    (
        {
            "type": "interactive",
            "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{not json"}},
        },
        "form",
        "{not json",
    ),
    ({"type": "interactive"}, "unsupported", ""),
    (
        {"type": "location", "location": {"latitude": 0.3, "longitude": 32.6, "name": "Market"}},
        "location",
        "Market · 0.3, 32.6",
    ),
    (
        {
            "type": "contacts",
            "contacts": [{"name": {"formatted_name": "Joe"}, "phones": [{"phone": "+1"}]}],
        },
        "contacts",
        "Joe +1",
    ),
    (
        {
            "type": "order",
            "order": {"text": "", "product_items": [{"product_retailer_id": "A", "quantity": 2}]},
        },
        "order",
        "2 x A",
    ),
    ({"type": "unsupported", "errors": [{"code": 131051}]}, "unsupported", ""),
    ({"type": "hologram", "hologram": {}}, "unsupported", ""),
    ({"text": {"body": 1}}, "unsupported", ""),
]


@pytest.mark.parametrize(("said", "kind", "text"), KINDS)
def test_a_message_of_each_kind_becomes_a_customers_message(
    said: dict[str, Any], kind: str, text: str
) -> None:
    arrival = only(one_message(**said))

    assert isinstance(arrival, Message)
    assert (arrival.kind, arrival.text, arrival.key) == (kind, text, "wa:m:wamid.1")
    assert arrival.contact.name == "Amina"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"type": "reaction", "reaction": {"message_id": "x", "emoji": "👍"}}, "reaction"),
        ({"type": "reaction", "reaction": {"message_id": "x"}}, "reaction"),
        ({"type": "system", "system": {"wa_id": "2", "type": "user_changed_number"}}, "system"),
    ],
)
def test_what_never_opens_a_turn_is_a_note(said: dict[str, Any], kind: str) -> None:
    arrival = only(one_message(**said))

    assert isinstance(arrival, Note)
    assert arrival.kind == kind


def test_a_changed_number_keeps_the_old_one_first() -> None:
    system = {"type": "user_changed_number", "wa_id": "256799999999"}
    arrival = only(one_message(type="system", system=system))

    assert [alias.value for alias in arrival.contact.aliases] == [PERSON, "256799999999"]


@pytest.mark.parametrize("kind", ["edit", "revoke"])
def test_an_edit_names_what_it_replaces(kind: str) -> None:
    inner = {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "No"}}}
    arrival = only(one_message(type=kind, **{kind: inner}))

    assert isinstance(arrival, Edit)
    assert arrival.edits == "wa:m:wamid.0"
    assert arrival.is_withdrawn == (kind == "revoke")


def test_an_echo_is_the_business_own_message() -> None:
    echo = {"from": "256", "to": PERSON, "id": "wamid.e", "type": "text", "text": {"body": "Hi"}}
    arrival = only(whatsapp(change(field="smb_message_echoes", message_echoes=[echo])))

    assert isinstance(arrival, Echo)
    assert arrival.contact.address == PERSON


def test_a_status_gives_back_the_token_of_its_attempt() -> None:
    told = status(state="failed", biz_opaque_callback_data="c1.d.1", errors=[{"code": 131047}])
    arrival = only(whatsapp(change(statuses=[told])))

    assert isinstance(arrival, Receipt)
    assert (arrival.token, arrival.error_code) == ("c1.d.1", "131047")
    assert arrival.key == f"wa:s:wamid.1:failed:{PERSON}"


def test_every_entry_change_and_list_is_walked() -> None:
    entries = []
    for entry in range(3):
        changes = []
        for number in range(2):
            ids = [f"wamid.{entry}.{number}.{index}" for index in range(5)]
            said = [message(message_id) for message_id in ids]
            changes.append(change(messages=said, statuses=[status(ids[0])]))
        entries.append({"id": BUSINESS_ID, "changes": changes})
    arrivals = parse({"object": "whatsapp_business_account", "entry": entries})

    assert sum(isinstance(arrival, Message) for arrival in arrivals) == 30
    assert sum(isinstance(arrival, Receipt) for arrival in arrivals) == 6


@pytest.mark.parametrize("bad", [5, None, "x", {"text": {"body": "no id"}}, {"id": "wamid.9"}])
def test_a_bad_item_leaves_its_siblings_alone(bad: Any) -> None:
    arrivals = parse(whatsapp(change(messages=[message("wamid.a"), bad, message("wamid.b")])))

    assert [type(arrival) for arrival in arrivals] == [Message, Unreadable, Message]


def test_a_dead_letters_bytes_are_read_by_the_same_code() -> None:
    first = only(one_message(text={"body": "Größe / 😀"}))

    again = only(first.raw)

    assert (again.key, again.text, again.contact) == (first.key, first.text, first.contact)


def test_a_person_is_known_by_all_names_and_answered_by_phone() -> None:
    person = {"wa_id": PERSON, "user_id": "UG.12345", "profile": {"username": "amina"}}
    arrival = only(whatsapp(change(contacts=[person], messages=[message()])))

    kinds = [alias.kind for alias in arrival.contact.aliases]
    assert kinds == ["bsuid", "wa_id", "username"]
    assert arrival.contact.address == PERSON


def test_a_bsuid_inside_from_is_not_a_phone_number() -> None:
    arrival = only(whatsapp(change(messages=[message(**{"from": "UG.12345"})])))

    assert [alias.kind for alias in arrival.contact.aliases] == ["bsuid"]
    assert arrival.contact.address == "UG.12345"


@pytest.mark.parametrize("moment", ["junk", "0", -1, 9999999999999, 1.5, True, None])
def test_a_junk_time_is_no_dead_letter(moment: Any) -> None:
    arrival = only(one_message(timestamp=moment))

    assert arrival.sent_at is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{}",
        b"\xff\xfe",
        b'{"entry":5}',
        b'{"entry":null}',
        b"{} {}",
        b"[" * 200_000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
    ],
)
def test_what_is_no_body_of_theirs_is_one_dead_letter(body: bytes) -> None:
    arrival = only(body)

    assert isinstance(arrival, Unreadable)
    assert arrival.raw == body


def test_half_an_emoji_costs_one_character_and_not_the_body() -> None:
    body = wire(one_message(text={"body": "cut"})).replace(b"cut", b"cut \\ud83d")

    assert only(body).text == "cut \ufffd"


def test_a_change_without_a_field_is_read_by_its_lists() -> None:
    assert isinstance(only(whatsapp(change(field=None, messages=[message()]))), Message)


def test_an_unknown_field_is_kept_and_is_no_dead_letter() -> None:
    arrival = only(whatsapp(change(field="calls", number=None, calls=[{"id": "x"}])))

    assert isinstance(arrival, Note)
    assert arrival.kind == "field:calls"
    assert arrival.named.business_id == BUSINESS_ID


def test_accounts_are_named_before_anything_is_trusted() -> None:
    body = whatsapp(change(messages=[message()]), change(messages=[message()], number=None))

    names = named_accounts(peek(wire(body)))

    assert [(name.external_id, name.business_id) for name in names] == [
        (NUMBER_ID, BUSINESS_ID),
        ("", BUSINESS_ID),
    ]


@pytest.mark.skipif(not FILES, reason="channel fixtures not found at ../shared/fixtures")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_real_bodies_are_read(file: Path) -> None:
    arrivals = parse(wire(json.loads(file.read_bytes())))

    assert arrivals
    assert not any(isinstance(arrival, Unreadable) for arrival in arrivals)
