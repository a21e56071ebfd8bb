"""What leaves, as the providers document it."""

from typing import Any

import pytest

from services.gateway.channels.content import Choice, Choices, MediaLink, Place, Template
from services.gateway.channels.telegram_payload import call_of
from services.gateway.channels.whatsapp_payload import payload_of
from tests.gateway.bodies import a_part

TWO = Choices((Choice("y", "Yes"), Choice("n", "No")))
FOUR = Choices(tuple(Choice(str(n), f"Row {n}", "more") for n in range(4)), "Choose")
PHOTO = MediaLink("https://files.example/a.png", "image/png")
PDF = MediaLink("https://files.example/a.pdf", "application/pdf", "terms.pdf")
MARKET = Place(0.3, 32.6, "Market", "Kampala")
GREETING = Template("welcome", "en_US", ("Kim\n  Lee",))

WHATSAPP: list[tuple[Any, dict[str, Any]]] = [
    (None, {"type": "text", "text": {"body": "Hello", "preview_url": False}}),
    (
        TWO,
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "body": {"text": "Hello"},
                "action": {
                    "buttons": [
                        {"type": "reply", "reply": {"id": "y", "title": "Yes"}},
                        {"type": "reply", "reply": {"id": "n", "title": "No"}},
                    ]
                },
            },
        },
    ),
    (
        GREETING,
        {
            "type": "template",
            "template": {
                "name": "welcome",
                "language": {"code": "en_US"},
                "components": [
                    {"type": "body", "parameters": [{"type": "text", "text": "Kim Lee"}]}
                ],
            },
        },
    ),
    (PHOTO, {"type": "image", "image": {"link": PHOTO.url, "caption": "Hello"}}),
    (
        PDF,
        {
            "type": "document",
            "document": {"link": PDF.url, "caption": "Hello", "filename": "terms.pdf"},
        },
    ),
    (
        MARKET,
        {
            "type": "location",
            "location": {
                "latitude": 0.3,
                "longitude": 32.6,
                "name": "Market",
                "address": "Kampala",
            },
        },
    ),
]


@pytest.mark.parametrize(("content", "said"), WHATSAPP)
def test_whatsapp_takes_each_kind(content: Any, said: dict[str, Any]) -> None:
    payload = payload_of(a_part(address="256700000001", content=content))

    always = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "256700000001",
        "biz_opaque_callback_data": "c1.d.1",
    }
    assert payload == always | said


def test_more_than_three_choices_are_a_list() -> None:
    interactive = payload_of(a_part(content=FOUR))["interactive"]

    assert (interactive["type"], interactive["action"]["button"]) == ("list", "Choose")
    assert len(interactive["action"]["sections"][0]["rows"]) == 4


@pytest.mark.parametrize(
    ("mime_type", "kind"),
    [
        ("image/png", "image"),
        ("image/gif", "document"),
        ("image/webp", "document"),
        ("Audio/OGG; codecs=opus", "audio"),
        ("video/quicktime", "document"),
        ("", "document"),
    ],
)
def test_what_a_provider_would_not_show_goes_as_a_file_to_open(mime_type: str, kind: str) -> None:
    link = MediaLink("https://files.example/a", mime_type)

    assert payload_of(a_part(content=link))["type"] == kind


def test_a_question_with_buttons_stays_short_enough_with_its_marks() -> None:
    asked = "`x` " * 256

    body = payload_of(a_part(text=asked, content=TWO))["interactive"]["body"]

    assert len(body["text"]) <= 1024


def test_a_user_id_is_a_recipient_and_no_phone_number() -> None:
    payload = payload_of(a_part(address="UG.12345"))

    assert payload["recipient"] == "UG.12345"
    assert "to" not in payload


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, {"type": "text", "text": {"body": "Hello", "preview_url": False}}),
        (TWO, {"type": "text", "text": {"body": "Hello\n- Yes\n- No", "preview_url": False}}),
        (
            MARKET,
            {
                "type": "text",
                "text": {"body": "Hello\nMarket\nKampala\n0.3, 32.6", "preview_url": False},
            },
        ),
        (PHOTO, {"type": "image", "image": {"link": PHOTO.url, "caption": "Hello"}}),
    ],
)
def test_a_group_is_answered_in_words_files_and_templates(
    content: Any, said: dict[str, Any]
) -> None:
    payload = payload_of(a_part(address="Y2Fw", thread="group", content=content))

    assert payload == {
        "messaging_product": "whatsapp",
        "recipient_type": "group",
        "to": "Y2Fw",
        "biz_opaque_callback_data": "c1.d.1",
        **said,
    }


def test_an_answer_quotes_what_it_answers() -> None:
    assert payload_of(a_part(reply_to="wamid.1"))["context"] == {"message_id": "wamid.1"}


TELEGRAM: list[tuple[Any, str, dict[str, Any]]] = [
    (None, "sendMessage", {"text": "Hello"}),
    (
        TWO,
        "sendMessage",
        {
            "text": "Hello",
            "reply_markup": {
                "inline_keyboard": [
                    [{"text": "Yes", "callback_data": "y"}],
                    [{"text": "No", "callback_data": "n"}],
                ]
            },
        },
    ),
    (PHOTO, "sendPhoto", {"photo": PHOTO.url, "caption": "Hello"}),
    (PDF, "sendDocument", {"document": PDF.url, "caption": "Hello"}),
    (
        MARKET,
        "sendVenue",
        {"latitude": 0.3, "longitude": 32.6, "title": "Market", "address": "Kampala"},
    ),
    (Place(1, 2), "sendLocation", {"latitude": 1, "longitude": 2}),
]


@pytest.mark.parametrize(("content", "method", "said"), TELEGRAM)
def test_telegram_takes_each_kind(content: Any, method: str, said: dict[str, Any]) -> None:
    assert call_of(a_part(content=content)) == (method, {"chat_id": "7"} | said)


def test_a_captions_marks_are_entities_too() -> None:
    _, said = call_of(a_part(text="Your **bill**", content=PDF))

    bold = {"type": "bold", "offset": 5, "length": 4}
    assert (said["caption"], said["caption_entities"]) == ("Your bill", [bold])


@pytest.mark.parametrize(
    ("thread", "where"),
    [
        ("topic:3", {"message_thread_id": 3}),
        ("business:b", {"business_connection_id": "b"}),
        ("direct:9", {"direct_messages_topic_id": 9}),
        ("", {}),
    ],
)
def test_an_answer_goes_where_it_was_asked(thread: str, where: dict[str, Any]) -> None:
    _, payload = call_of(a_part(thread=thread))

    assert payload == {"chat_id": "7", "text": "Hello"} | where


@pytest.mark.parametrize(
    ("address", "reply_to", "is_quoted"),
    [("-1001", "17", True), ("2002", "17", False), ("-1001", "4382bfdwdsb323b2d9", False)],
)
def test_in_a_group_an_answer_says_whom_it_answers(
    address: str,
    reply_to: str,
    is_quoted: bool,  # noqa: FBT001  # a case
) -> None:
    _, said = call_of(a_part(address=address, reply_to=reply_to))

    wanted = {"message_id": 17, "allow_sending_without_reply": True}
    assert said.get("reply_parameters") == (wanted if is_quoted else None)
