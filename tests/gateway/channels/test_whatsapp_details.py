"""What a WhatsApp item says beside its words."""

from typing import Any

import httpx2
import pytest

from services.gateway.channels.whatsapp import WhatsApp
from tests.gateway.bodies import PERSON, change, one_message, status, whatsapp, wire


def only(body: Any) -> Any:
    (arrival,) = WhatsApp(httpx2.AsyncClient()).parse({}, wire(body))
    return arrival


def test_what_was_quoted_forwarded_and_clicked_on_is_kept() -> None:
    context = {
        "id": "wamid.0",
        "forwarded": True,
        "referred_product": {"catalog_id": "c", "product_retailer_id": "p"},
    }
    referral = {"source_type": "ad", "source_id": "9", "headline": "Sale", "ctwa_clid": "x"}
    arrival = only(one_message(text={"body": "Hi"}, context=context, referral=referral))

    assert arrival.context.quoted_id == "wamid.0"
    assert arrival.context.is_forwarded
    assert (arrival.context.catalog_id, arrival.context.product_id) == ("c", "p")
    assert (arrival.context.ad.source_id, arrival.context.ad.click_id) == ("9", "x")


@pytest.mark.parametrize(
    ("said", "data"),
    [
        (
            {"type": "location", "location": {"latitude": 0.3, "longitude": 32.6}},
            {"latitude": 0.3, "longitude": 32.6},
        ),
        (
            {"type": "order", "order": {"catalog_id": "c", "product_items": [{"quantity": 2}]}},
            {"catalog_id": "c", "product_items": [{"quantity": 2}]},
        ),
        (
            {"type": "contacts", "contacts": [{"emails": [{"email": "a@b.example"}]}]},
            {"contacts": [{"emails": [{"email": "a@b.example"}]}]},
        ),
        (
            {
                "type": "interactive",
                "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": '{"a": 1}'}},
            },
            {"a": 1},
        ),
    ],
)
def test_what_has_a_structure_keeps_it(said: dict[str, Any], data: dict[str, Any]) -> None:
    assert only(one_message(**said)).data == data


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("account_update", {"event": "DISABLED_UPDATE"}, "account_alert"),
        ("account_update", {"event": "VERIFIED_ACCOUNT"}, "account_notice"),
        ("message_template_status_update", {"event": "REJECTED"}, "account_alert"),
        ("message_template_quality_update", {"new_quality_score": "RED"}, "account_alert"),
        ("phone_number_quality_update", {"event": "FLAGGED"}, "account_alert"),
        ("account_alerts", {"alert_severity": "CRITICAL"}, "account_alert"),
        (
            "message_template_quality_update",
            {"previous_quality_score": "GREEN", "new_quality_score": "YELLOW"},
            "account_alert",
        ),
        (
            "message_template_quality_update",
            {"previous_quality_score": "YELLOW", "new_quality_score": "GREEN"},
            "account_notice",
        ),
        ("history", {"history": []}, "field:history"),
    ],
)
def test_bad_news_of_the_account_is_an_alert(field: str, value: Any, kind: str) -> None:
    assert only(whatsapp(change(field=field, **value))).kind == kind


def test_a_wish_about_marketing_names_its_person() -> None:
    wish = {"wa_id": PERSON, "category": "marketing_messages", "value": "stop"}
    arrival = only(whatsapp(change(field="user_preferences", user_preferences=[wish])))

    assert (arrival.kind, arrival.text) == ("user_preference", "marketing_messages stop")
    assert arrival.contact.address == PERSON


def test_what_is_said_in_a_group_is_the_groups_and_answered_there() -> None:
    arrival = only(one_message(text={"body": "Hi"}, group_id="Y2Fw"))

    assert [(alias.kind, alias.value) for alias in arrival.contact.aliases] == [
        ("wa_group", "Y2Fw")
    ]
    assert (arrival.contact.address, arrival.contact.thread) == ("Y2Fw", "group")
    assert arrival.contact.name == "Amina"


@pytest.mark.parametrize("kind", ["payment", "call"])
def test_a_status_of_a_payment_or_a_call_is_no_messages(kind: str) -> None:
    arrival = only(whatsapp(change(statuses=[status(state="failed", type=kind)])))

    assert (arrival.kind, arrival.text) == (f"status:{kind}", "failed")
    assert arrival.refers_to == "wamid.1"


def test_a_deleted_message_is_withdrawn_whoever_wrote_it() -> None:
    arrival = only(whatsapp(change(statuses=[status("wamid.7", state="deleted")])))

    assert (arrival.is_withdrawn, arrival.edits, arrival.refers_to) == (
        True,
        "wa:m:wamid.7",
        "wamid.7",
    )


@pytest.mark.parametrize("errors", [[{"code": 131047}], [None, {"title": "x"}, {"code": "131047"}]])
def test_a_failure_is_known_by_the_first_code_that_there_is(errors: Any) -> None:
    arrival = only(whatsapp(change(statuses=[status(state="failed", errors=errors)])))

    assert arrival.error_code == "131047"


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ({"timestamp": {"seconds": 1}}, "text", "Hello"),
        ({"context": 5, "referral": []}, "text", "Hello"),
        ({"errors": {}, "group_id": {}}, "text", "Hello"),
        ({"type": "image", "image": {"id": "9", "caption": 5}}, "media", ""),
        (
            {"type": "location", "location": {"latitude": 1, "longitude": 2, "name": 3}},
            "location",
            "1, 2",
        ),
        (
            {"type": "contacts", "contacts": [5, {"name": {"formatted_name": "Jo"}}]},
            "contacts",
            "\nJo",
        ),
        ({"type": "order", "order": {"text": "Two", "product_items": [5]}}, "order", "Two"),
    ],
)
def test_a_field_of_another_type_costs_itself_alone(
    said: dict[str, Any], kind: str, text: str
) -> None:
    arrival = only(one_message(**said))

    assert (arrival.kind, arrival.text) == (kind, text)
    assert arrival.contact.address == PERSON


def test_an_opened_chat_is_nothing_that_anybody_said() -> None:
    assert only(one_message(type="request_welcome")).kind == "request_welcome"
