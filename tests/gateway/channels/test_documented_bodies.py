"""Every kind of body that the providers' documents describe, whole and with each field bent."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from services.gateway.channels.channel import Arrival, Message, Unreadable
from services.gateway.channels.telegram_update import arrivals_of
from services.gateway.channels.whatsapp import WhatsApp
from tests.gateway.bodies import (
    PERSON,
    change,
    message,
    status,
    telegram_message,
    update,
    whatsapp,
    wire,
)
from tests.gateway.channels.test_mutations import check, places

CHANNEL = WhatsApp(httpx2.AsyncClient())
UNKNOWN = [{"code": 131051, "title": "Message type unknown", "error_data": {"details": "No."}}]
PICTURE = {"id": "9", "mime_type": "image/jpeg", "sha256": "eA==", "caption": "Look"}
CARD = {
    "name": {"formatted_name": "Jo", "first_name": "Jo"},
    "phones": [{"phone": "+256 7", "wa_id": "2567", "type": "HOME"}],
    "emails": [{"email": "jo@shop.example", "type": "WORK"}],
    "org": {"company": "Shop", "title": "Owner"},
    "addresses": [{"city": "Kampala"}],
    "birthday": "2000-01-01",
    "urls": [{"url": "https://shop.example", "type": "WORK"}],
}
PRODUCT = {"product_retailer_id": "p", "quantity": 2, "item_price": 1.5, "currency": "UGX"}
NEW_WORDS = {"type": "image", "image": {"id": "9", "caption": "New"}}
SAID: dict[str, tuple[dict[str, Any], str]] = {
    "text": ({"text": {"body": "Hi"}}, "Message text"),
    "an answer about a product": (
        {"text": {"body": "How much?"}, "context": {"id": "w", "referred_product": {}}},
        "Message text",
    ),
    "from an advertisement": (
        {"text": {"body": "Hi"}, "referral": {"source_type": "ad", "welcome_message": {}}},
        "Message text",
    ),
    "image": ({"image": PICTURE}, "Message media"),
    "video": ({"video": {**PICTURE, "gif": True}}, "Message media"),
    "document": ({"document": {**PICTURE, "filename": "a.pdf"}}, "Message media"),
    "voice note": ({"type": "audio", "audio": {**PICTURE, "voice": True}}, "Message media"),
    "sticker": ({"sticker": {**PICTURE, "animated": False}}, "Message media"),
    "image that is gone": (
        {"image": PICTURE, "errors": [{"code": 131052}]},
        "Message media",
    ),
    "location": (
        {"location": {"latitude": 0.3, "longitude": 32, "name": "Shop"}},
        "Message location",
    ),
    "contacts": ({"contacts": [CARD, CARD]}, "Message contacts"),
    "order": (
        {"order": {"catalog_id": "c", "text": "", "product_items": [PRODUCT]}},
        "Message order",
    ),
    "button": (
        {"button": {"text": "No", "payload": "no"}, "context": {"id": "w"}},
        "Message choice",
    ),
    "interactive button": (
        {"interactive": {"type": "button_reply", "button_reply": {"id": "y", "title": "Yes"}}},
        "Message choice",
    ),
    "interactive list": (
        {"interactive": {"type": "list_reply", "list_reply": {"id": "y", "title": "Yes"}}},
        "Message choice",
    ),
    "interactive form": (
        {"interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": '{"a":[1]}'}}},
        "Message form",
    ),
    "interactive permission to call": (
        {"interactive": {"type": "call_permission_reply", "call_permission_reply": {}}},
        "Note call_permission_reply",
    ),
    "interactive means of payment": (
        {"interactive": {"type": "payment_method", "payment_method": {}}},
        "Note payment_method",
    ),
    "interactive of tomorrow": ({"interactive": {"type": "hologram"}}, "Message unsupported"),
    "reaction": ({"reaction": {"message_id": "w", "emoji": "👍"}}, "Note reaction"),
    "edit": ({"edit": {"original_message_id": "w", "message": NEW_WORDS}}, "Edit "),
    "revoke": ({"revoke": {"original_message_id": "w"}}, "Edit "),
    "system": (
        {"system": {"type": "user_changed_number", "wa_id": "2", "body": "moved"}},
        "Note system",
    ),
    "unsupported": ({"errors": UNKNOWN, "unsupported": {"type": "poll"}}, "Message unsupported"),
    "unknown": ({"errors": UNKNOWN}, "Message unsupported"),
    "request_welcome": ({}, "Note request_welcome"),
}
PERSON_KNOWN = {"wa_id": PERSON, "user_id": "UG.1", "profile": {"name": "Jo", "username": "jo"}}
PAID: dict[str, Any] = {"payment": {"reference_id": "r"}}
PRICED: dict[str, Any] = {
    "conversation": {"id": "c", "origin": {"type": "service"}},
    "pricing": {"billable": True, "pricing_model": "PMP", "category": "service"},
}
TOLD: dict[str, tuple[Any, str]] = {
    **{
        f"status {state}": (status(state=state, **PRICED), f"Receipt {state}")
        for state in ("sent", "delivered", "read", "played", "failed")
    },
    "status deleted": (status(state="deleted"), "Edit "),
    "status of a group": (
        status(recipient_type="group", recipient_participant_id="2567"),
        "Receipt delivered",
    ),
    "status of a payment": (status(state="failed", type="payment", **PAID), "Note status:payment"),
}
NEWS: dict[str, tuple[str, dict[str, Any], str]] = {
    "account_update": ("account_update", {"event": "ACCOUNT_RESTRICTION"}, "account_alert"),
    "account_update of old": (
        "account_update",
        {"ban_info": {"waba_ban_state": ["SCHEDULE_FOR_DISABLE"]}},
        "account_alert",
    ),
    "account_alerts": (
        "account_alerts",
        {"alert_info": {"alert_severity": "CRITICAL", "alert_type": "X"}},
        "account_alert",
    ),
    "account_review_update": ("account_review_update", {"decision": "APPROVED"}, "account_notice"),
    "phone_number_name_update": (
        "phone_number_name_update",
        {"decision": "REJECTED"},
        "account_alert",
    ),
    "security": ("security", {"event": "PIN_CHANGED"}, "account_notice"),
    "message_template_status_update": (
        "message_template_status_update",
        {"event": "REJECTED", "message_template_id": 7, "message_template_name": "n"},
        "account_alert",
    ),
    "calls": ("calls", {"calls": [{"id": "c", "event": "connect"}]}, "field:calls"),
    "history": ("history", {"history": [{"threads": []}]}, "field:history"),
    "smb_app_state_sync": ("smb_app_state_sync", {"state_sync": []}, "field:smb_app_state_sync"),
}
NOTICES = (
    "account_settings_update",
    "business_capability_update",
    "business_username_update",
    "template_category_update",
    "payment_configuration_update",
    "partner_solutions",
    "message_template_components_update",
)
NEWS |= {field: (field, {}, "account_notice") for field in NOTICES}
NEWS |= {
    field: (field, {}, f"field:{field}") for field in ("group_lifecycle_update", "automatic_events")
}

FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 3}
CHAT = {"id": -100, "type": "supergroup", "title": "Shop"}
PLACE = {"latitude": 0.3, "longitude": 32.5}
WRITTEN: dict[str, tuple[dict[str, Any], str]] = {
    "text": ({"text": "Hi", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "text"),
    "photo": ({"photo": [FILE, FILE], "caption": "Look"}, "media"),
    **{
        kind: ({kind: FILE}, "media")
        for kind in ("document", "audio", "voice", "video", "video_note", "animation", "sticker")
    },
    "location": ({"location": {**PLACE, "live_period": 60}}, "location"),
    "venue": ({"venue": {"title": "Shop", "address": "1 Road", "location": PLACE}}, "location"),
    "contact": ({"contact": {"phone_number": "2567", "first_name": "Jo"}}, "contacts"),
    "dice": ({"dice": {"emoji": "🎲", "value": 3}}, "text"),
    "poll": ({"poll": {"question": "Which?", "options": [{"text": "a"}]}}, "text"),
    "checklist": ({"checklist": {"title": "To do", "tasks": [{"id": 1, "text": "a"}]}}, "text"),
    "web_app_data": ({"web_app_data": {"data": "{}", "button_text": "Open"}}, "form"),
    "a topic's": ({"text": "Hi", "message_thread_id": 5, "is_topic_message": True}, "text"),
    "forwarded": ({"text": "Hi", "forward_origin": {"type": "user"}}, "text"),
    "a quote": ({"text": "Hi", "quote": {"text": "q"}, "external_reply": {}}, "text"),
    "by way of a bot": ({"text": "Hi", "via_bot": {"id": 9, "is_bot": True}}, "text"),
    **{
        kind: ({kind: {"id": 1}}, "unsupported")
        for kind in (
            "story",
            "gift",
            "unique_gift",
            "game",
            "invoice",
            "giveaway",
            "paid_media",
            "tomorrow",
        )
    },
}
SERVICE = (
    *("boost_added", "chat_background_set", "checklist_tasks_done", "connected_website"),
    *("delete_chat_photo", "direct_message_price_changed", "forum_topic_closed"),
    *("forum_topic_created", "forum_topic_edited", "forum_topic_reopened"),
    *("general_forum_topic_hidden", "giveaway_completed", "giveaway_created"),
    *("group_chat_created", "left_chat_member", "message_auto_delete_timer_changed"),
    *("new_chat_members", "new_chat_photo", "new_chat_title", "paid_message_price_changed"),
    *("pinned_message", "proximity_alert_triggered", "refunded_payment"),
    *("successful_payment", "suggested_post_approved", "users_shared", "chat_shared"),
    *("video_chat_started", "write_access_allowed", "migrate_to_chat_id"),
)
WRITTEN |= {kind: ({kind: 7}, "Note service") for kind in SERVICE}
JUNK: list[Any] = [None, 5, "\x00", [None], {}]


def in_short(arrival: Arrival) -> str:
    said: Any = arrival
    kind = getattr(said, "kind", None) or getattr(said, "status", "")
    return f"{type(arrival).__name__} {kind}"


def whatsapp_message(kind: str, said: dict[str, Any], message_id: str = "wamid.2") -> Any:
    name = kind.partition(" ")[0]
    default = name if name in {*said, "unsupported", "unknown", "request_welcome"} else "text"
    return message(message_id, **{"type": default, **said})


def bent(body: Any) -> Iterator[Any]:
    """The body with each of its fields gone, and each of another type, one at a time."""
    for n, _ in enumerate(places(body)):
        for junk in (..., *JUNK):
            other = copy.deepcopy(body)
            container, key = list(places(other))[n]
            if junk is ...:
                del container[key]
            else:
                container[key] = copy.deepcopy(junk)
            yield other


def parse(body: Any) -> list[Arrival]:
    return CHANNEL.parse({}, wire(body))


@pytest.mark.parametrize("name", SAID)
def test_each_documented_message_of_whatsapp_is_understood(name: str) -> None:
    said, became = SAID[name]
    known = change(contacts=[PERSON_KNOWN], messages=[whatsapp_message(name, said)])

    assert [in_short(each) for each in parse(whatsapp(known))] == [became]


@pytest.mark.parametrize("name", TOLD)
def test_each_documented_status_of_whatsapp_is_understood(name: str) -> None:
    told, became = TOLD[name]

    assert [in_short(each) for each in parse(whatsapp(change(statuses=[told])))] == [became]


@pytest.mark.parametrize("name", NEWS)
def test_each_documented_field_of_whatsapp_is_kept_by_its_name(name: str) -> None:
    field, value, became = NEWS[name]
    arrivals = parse(whatsapp(change(field=field, number=None, **value)))

    assert [in_short(each) for each in arrivals] == [f"Note {became}"]


@pytest.mark.parametrize("name", WRITTEN)
def test_each_documented_message_of_telegram_is_understood(name: str) -> None:
    said, became = WRITTEN[name]
    arrivals = arrivals_of(json.dumps(update(message=telegram_message(**said))).encode())

    wanted = became if became.startswith("Note") else f"Message {became}"
    assert [in_short(each) for each in arrivals] == [wanted]


def test_no_bent_field_of_a_whatsapp_item_harms_its_siblings_or_raises() -> None:
    """Of messages and statuses: only what lost its id or its sender cannot be read."""
    unread, count = 0, 0
    items = [("messages", whatsapp_message(name, said)) for name, (said, _) in SAID.items()]
    items += [("statuses", told) for told, _ in TOLD.values()]
    for of, item in items:
        for other in bent(item):
            lists: dict[str, Any] = {"messages": [message("wamid.1"), message("wamid.3")]}
            lists[of] = [*lists.get(of, [])[:1], other, *lists.get(of, [])[1:]]
            arrivals = CHANNEL.parse({}, json.dumps(whatsapp(change(**lists))).encode())
            siblings = {each.provider_id for each in arrivals if isinstance(each, Message)}
            assert {"wamid.1", "wamid.3"} <= siblings, other
            assert len(arrivals) == 3, other
            unread += any(isinstance(each, Unreadable) for each in arrivals)
            count += 1
    assert unread < 0.2 * count  # ids and senders are bent, too


def test_no_bent_field_of_a_telegram_update_raises() -> None:
    for said, _ in WRITTEN.values():
        for other in bent(update(message=telegram_message(**said))):
            check(arrivals_of(json.dumps(other).encode()))
