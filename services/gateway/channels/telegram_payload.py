"""A message as the Bot API takes it: plain text and computed entities, never `parse_mode`."""

import re
from typing import Any

from mesh.markup import spans
from mesh.parts import units, units_cut
from services.gateway.channels.channel import Outbound
from services.gateway.channels.content import Choices, MediaLink, Place

# In UTF-16 code units, after entity parsing.
TEXT_LIMIT = 4096
_CAPTION_LIMIT = 1024
# The id of a pressed button is no message's; it is far longer.
_MESSAGE_ID = re.compile(r"[0-9]{1,9}")
_ENTITIES_MOST = 100
_TYPES = {
    "bold": "bold",
    "italic": "italic",
    "strike": "strikethrough",
    "code": "code",
    "pre": "pre",
    "link": "text_link",
}
_MEDIA = {"image": "photo", "video": "video", "audio": "audio", "document": "document"}


def call_of(message: Outbound) -> tuple[str, dict[str, Any]]:
    """The method and what it is called with."""
    where = _where(message)
    match message.content:
        case MediaLink() as media:
            name = _MEDIA[media.kind]
            said = "" if message.text in {media.url, media.file_name} else message.text
            return f"send{name.capitalize()}", where | {name: media.url} | _caption(said)
        case Place() as place:
            at = {"latitude": place.latitude, "longitude": place.longitude}
            if place.name and place.address:
                return "sendVenue", where | at | {"title": place.name, "address": place.address}
            return "sendLocation", where | at
    text, entities = formatted(message.text)
    payload: dict[str, Any] = where | {"text": text}
    if entities:
        payload["entities"] = entities
    if isinstance(message.content, Choices):
        rows = [
            [{"text": choice.title, "callback_data": choice.id}]
            for choice in message.content.choices
        ]
        payload["reply_markup"] = {"inline_keyboard": rows}
    return "sendMessage", payload


def presence_of(address: str, thread: str) -> dict[str, Any]:
    """Writing: lasts five seconds, or until something is sent."""
    return _place(address, thread) | {"action": "typing"}


def formatted(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without its marks, and where in it they hold; offsets in UTF-16 units."""
    plain, entities, at = "", [], 0
    for span in spans(text):
        plain += text[at : span.start]
        entity = {"type": _TYPES[span.kind], "offset": units(plain), "length": units(span.inner)}
        entities.append(entity | ({"url": span.url} if span.url else {}))
        plain += span.inner
        at = span.end
    return plain + text[at:], entities[:_ENTITIES_MOST]


def _caption(said: str) -> dict[str, Any]:
    """Words too long for their marks go as they are, as far as they fit."""
    plain, entities = formatted(said)
    if units(plain) > _CAPTION_LIMIT:
        return {"caption": units_cut(said, _CAPTION_LIMIT)}
    found = {"caption": plain, "caption_entities": entities}
    return {name: value for name, value in found.items() if value}


def _where(message: Outbound) -> dict[str, Any]:
    """In a group an answer says whom it answers; what is gone by then is no reason not to."""
    place = _place(message.address, message.thread)
    if message.address.startswith("-") and _MESSAGE_ID.fullmatch(message.reply_to):
        quoted = {"message_id": int(message.reply_to), "allow_sending_without_reply": True}
        place["reply_parameters"] = quoted
    return place


def _place(address: str, thread: str) -> dict[str, Any]:
    kind, _, value = thread.partition(":")
    place: dict[str, Any] = {"chat_id": address}
    if kind == "business":
        place["business_connection_id"] = value
    elif kind == "topic":
        place["message_thread_id"] = int(value)
    elif kind == "direct":
        place["direct_messages_topic_id"] = int(value)
    return place
