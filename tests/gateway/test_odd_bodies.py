"""Legal bodies that no sample shows, through the real edge: understood, or kept with a reason."""

import json
from typing import Any

import httpx2
import pytest
from cassava.tickets.v1 import inbox_pb2
from cassava.tickets.v1.conversation_pb2 import MessageKind

from tests.gateway.bodies import (
    BUSINESS_ID,
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

IMAGE = {"id": "9", "mime_type": "image/jpeg"}
NEW_WORDS = {"original_message_id": "w0", "message": {"text": {"body": "new"}}}
ECHO = {"id": "e", "to": PERSON, "type": "text", "text": {"body": "Hi"}}
NUMBERS = {**message(), "id": 7, "from": 256, "timestamp": 1764000000}
OWNER: dict[str, Any] = {"business_connection_id": "b", "sender_business_bot": None, "text": "Hi"}

WHATSAPP: dict[str, tuple[Any, list[str]]] = {
    "two messages whose ids are empty": (
        whatsapp(change(messages=[message(""), message("")])),
        ["dead message_without_id"],
    ),
    "a status whose id is empty": (
        whatsapp(change(statuses=[status("")])),
        ["dead status_without_id"],
    ),
    "no type": (
        whatsapp(change(messages=[{"from": PERSON, "id": "1", "text": {"body": "x"}}])),
        ["text x"],
    ),
    "numbers for strings": (
        whatsapp(change(messages=[NUMBERS])),
        ["text Hello"],
    ),
    "new fields everywhere": (
        {**whatsapp(change(new={}, messages=[message(new=[1])], contacts=[{"new": 1}])), "new": 1},
        ["text Hello"],
    ),
    "an import of old media": (
        whatsapp(change(field="history", messages=[message(type="image", image=IMAGE)])),
        ["note field:history"],
    ),
    "what is said to another app": (
        whatsapp(change(field="standby", messages=[message()])),
        ["note field:standby"],
    ),
    "a call's status": (
        whatsapp(change(field="calls", statuses=[status(state="RINGING", type="call")])),
        ["note field:calls"],
    ),
    "a list that is none, beside one that is": (
        whatsapp(change(messages={"a": 1}, statuses=[status()])),
        ["dead no_list: messages", "receipt wamid.1"],
    ),
    "a status before its message": (
        whatsapp(change(statuses=[status("never.seen")])),
        ["receipt never.seen"],
    ),
    "a status that nobody told of": (
        whatsapp(change(statuses=[status(state="warning")])),
        ["note status:unknown"],
    ),
    "an edit of a message without a type": (
        whatsapp(change(messages=[message(type="edit", edit=NEW_WORDS)])),
        ["edit new"],
    ),
    "an edit that says nothing": (
        whatsapp(change(messages=[message(type="edit", edit={"original_message_id": "w0"})])),
        ["note edit"],
    ),
    "a picture beside an empty list of errors": (
        whatsapp(change(messages=[message(type="image", image=IMAGE, errors=[])])),
        ["media 9"],
    ),
    "a locked account among the errors": (
        whatsapp(change(errors=[{"code": 131031}])),
        ["note account_alert"],
    ),
    "contacts that are none": (
        whatsapp(change(contacts=[5, None, "x"], messages=[message()])),
        ["text Hello"],
    ),
    "an echo without its recipient": (
        whatsapp(change(field="smb_message_echoes", message_echoes=[{**ECHO, "to": None}])),
        ["dead echo_without_recipient"],
    ),
    "entries and changes that are none": (
        {"entry": [5, {"id": BUSINESS_ID, "changes": [7, change(messages=[message()])]}]},
        ["dead entry_without_changes", "dead change_without_value", "text Hello"],
    ),
    "a number that nobody can have, beside one that somebody has": (
        whatsapp(change(messages=[message()]), change(number="1\0", messages=[message("2")])),
        ["dead account_unknown_or_not_under_this_app", "text Hello"],
    ),
    "a byte order mark": (b"\xef\xbb\xbf" + wire(one_message()), ["text Hello"]),
    "a type of tomorrow": (
        whatsapp(change(messages=[message(type="hologram", hologram={})])),
        ["unsupported "],
    ),
    "a field of tomorrow": (
        whatsapp(change(field="mind_reading", thoughts=[1])),
        ["note field:mind_reading"],
    ),
}
TELEGRAM: dict[str, tuple[Any, list[str]]] = {
    "a chat without an id": (
        update(message={"message_id": 1, "chat": {}, "text": "x"}),
        ["dead message_unreadable"],
    ),
    "a button of nobody": (
        update(callback_query={"id": "q", "from": {}, "data": "x"}),
        ["dead callback_query_unreadable"],
    ),
    "ids that are strings": (
        {"update_id": "9", "message": {"message_id": "1", "chat": {"id": "7"}, "text": "Hi"}},
        ["text Hi"],
    ),
    "an edit of what is no text": (
        update(edited_message=telegram_message(game={})),
        ["note edit"],
    ),
    "nobody's business bot": (update(business_message=telegram_message(**OWNER)), ["text Hi"]),
    "files that must be paid for": (
        update(message=telegram_message(paid_media={"star_count": 1}, caption="Look")),
        ["unsupported Look"],
    ),
    "a quote from elsewhere": (
        update(message=telegram_message(text="x", quote={"text": "q"}, external_reply={})),
        ["text x"],
    ),
}
# Every kind of the Bot API that is nobody's message, and one that does not exist.
KEPT = (
    *("business_connection", "channel_post", "chat_boost", "chat_join_request", "chat_member"),
    *("chosen_inline_result", "edited_channel_post", "inline_query", "managed_bot", "poll"),
    *("message_reaction_count", "poll_answer", "pre_checkout_query", "purchased_paid_media"),
    *("removed_chat_boost", "shipping_query", "tomorrows_kind"),
)
TELEGRAM |= {kind: ({"update_id": 1, kind: {"id": "1"}}, [f"note update:{kind}"]) for kind in KEPT}


def understood(record: Record) -> list[str]:
    """What became of the items of one body, in few words."""
    told = [f"receipt {receipt.provider_message_id}" for receipt in record.receipts]
    return sorted([*told, *map(_said, record.items.values())])


def _said(item: inbox_pb2.InboundItem) -> str:
    if item.HasField("unreadable"):
        return f"dead {item.unreadable.reason}"
    arrival = item.arrival
    if arrival.silent:
        return f"note {arrival.note}"
    text = arrival.text.decode() or "".join(file.provider_id for file in arrival.attachments)
    kind = "edit" if arrival.edits else "echo" if arrival.from_business else ""
    name = MessageKind.Name(arrival.kind).removeprefix("MESSAGE_KIND_").lower()
    return f"{kind or name} {text}"


async def post(edge: httpx2.AsyncClient, channel: str, body: Any) -> int:
    raw = body if isinstance(body, bytes) else wire(body)
    headers = {
        "x-hub-signature-256": meta_signature("app-secret", raw),
        "x-telegram-bot-api-secret-token": "tg-secret",
    }
    url = f"/api/v1/webhooks/{channel}"
    return (await edge.post(url, content=raw, headers=headers)).status_code


@pytest.mark.parametrize(
    ("channel", "bodies"),
    [("whatsapp", WHATSAPP), ("telegram", TELEGRAM)],
    ids=["whatsapp", "telegram"],
)
async def test_what_no_sample_shows_is_understood_or_kept(
    edge: httpx2.AsyncClient, record: Record, channel: str, bodies: dict[str, Any]
) -> None:
    became = {}
    for name, (body, _) in bodies.items():
        record.items.clear()
        record.receipts.clear()
        assert await post(edge, channel, body) == 200, name
        became[name] = understood(record)

    assert became == {name: sorted(wanted) for name, (_, wanted) in bodies.items()}


async def test_a_thousand_items_of_one_post_are_all_stored(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    said = [message(f"wamid.{n}") if n != 500 else {"id": n} for n in range(1000)]

    assert await post(edge, "whatsapp", whatsapp(change(messages=said))) == 200
    assert len(record.items) == 1000
    assert [s for s in understood(record) if s.startswith("dead")] == [
        "dead message_without_sender"
    ]
    # Each with its own bytes: the post is not kept a thousand times.
    assert max(len(item.raw) for item in record.items.values()) < 1000


async def test_a_dead_letter_of_a_batch_is_read_again_by_itself(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    said = [message("a"), {"id": "b", "type": "text", "text": {"body": "Who?"}}]
    assert await post(edge, "whatsapp", whatsapp(change(messages=said))) == 200

    (dead,) = (item.raw for item in record.items.values() if item.HasField("unreadable"))
    (entry,) = json.loads(dead)["entry"]
    assert entry["changes"][0]["value"]["messages"] == [said[1]]
