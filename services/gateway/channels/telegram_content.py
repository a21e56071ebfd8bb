"""What a Telegram message says: text, a caption with its file, a place, a service note."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from services.gateway.channels.channel import Attachment, Context
from services.gateway.channels.telegram_rich import words_of
from services.gateway.channels.tolerant import (
    ABSENT,
    Layer,
    Loose,
    Raw,
    plain_object,
    point,
    read,
    text_of,
    told,
)

# Written by Telegram, not by a person ("Message", Bot API 10.2).
_SERVICE = re.compile(
    r"(new_chat_|left_chat_|delete_chat_|group_chat_|supergroup_chat_|channel_chat_|chat_owner_|"
    r"message_auto_delete_|migrate_|pinned_message|successful_payment|refunded_payment|"
    r"users?_shared|chat_shared|connected_website|write_access_|passport_data|proximity_alert_|"
    r"boost_added|chat_background_|checklist_tasks_|direct_message_price_|forum_topic_|"
    r"general_forum_topic_|giveaway_c|paid_message_price_|video_chat_|poll_option_|managed_bot_|"
    r"community_chat_|suggested_post_)"
)
_FILES = ("document", "audio", "voice", "video", "video_note", "animation", "sticker")
_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]+)?(?:\s+(.*))?", re.DOTALL)

Fields = Mapping[str, Raw]


class Content(msgspec.Struct, frozen=True, gc=False):
    """The part of a message that depends on what is in it."""

    kind: str
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    payload: str = ""
    data: Mapping[str, Any] | None = None


class _File(Layer):
    file_id: Loose = None
    mime_type: str | None = None
    file_name: str | None = None
    file_size: int | None = None


class _Location(Layer):
    latitude: Loose = None
    longitude: Loose = None


class _Venue(Layer):
    title: str | None = None
    address: str | None = None
    location: _Location | None = None


class _Card(Layer):
    first_name: str | None = None
    last_name: str | None = None
    phone_number: Loose = None


class _Dice(Layer):
    emoji: str | None = None
    value: Loose = None


class _Option(Layer):
    text: str | None = None


class _Poll(Layer):
    question: str | None = None
    options: list[_Option] | None = None


class _Checklist(Layer):
    title: str | None = None
    tasks: list[_Option] | None = None


class _Quoted(Layer):
    message_id: Loose = None
    text: str | None = None
    caption: str | None = None


class _WebApp(Layer):
    data: str | None = None
    button_text: str | None = None


class _Button(Layer):
    text: str | None = None
    callback_data: str | None = None


class _Keyboard(Layer):
    inline_keyboard: list[list[_Button]] | None = None


class _Pressed(Layer):
    reply_markup: _Keyboard | None = None


_STRING = msgspec.json.Decoder(str)
_FILE = msgspec.json.Decoder(_File)
_LIST = msgspec.json.Decoder(list[Raw])
_LOCATION = msgspec.json.Decoder(_Location)
_VENUE = msgspec.json.Decoder(_Venue)
_CARD = msgspec.json.Decoder(_Card)
_DICE = msgspec.json.Decoder(_Dice)
_POLL = msgspec.json.Decoder(_Poll)
_CHECKLIST = msgspec.json.Decoder(_Checklist)
_WEB_APP = msgspec.json.Decoder(_WebApp)
_QUOTED = msgspec.json.Decoder(_Quoted)
_PRESSED = msgspec.json.Decoder(_Pressed)


def content_of(fields: Fields) -> Content:
    """Never fails: a kind we do not know is `unsupported`, because a person did write."""
    for name, reader in _READERS.items():
        if name in fields and (content := reader(fields)):
            return content
    if any(_SERVICE.match(name) for name in fields):
        return Content("service")
    return Content("unsupported", _caption(fields))


def context_of(fields: Fields) -> Context | None:
    """What was quoted or passed on; None for the most of messages."""
    names = ("reply_to_message", "external_reply", "quote", "forward_origin", "forward_date")
    if not any(name in fields for name in names):
        return None
    quoted = _quoted(fields, "reply_to_message") or _quoted(fields, "external_reply") or _Quoted()
    part = _quoted(fields, "quote") or quoted
    return Context(
        quoted_id=text_of(quoted.message_id),
        quoted_text=part.text or part.caption or "",
        is_forwarded="forward_origin" in fields or "forward_date" in fields,
    )


def title_of(message: Raw, data: str) -> str:
    """What stood on the button, where its message is still there; else what it carries."""
    pressed = read(_PRESSED, message) if message is not ABSENT else None
    rows = (
        pressed.reply_markup.inline_keyboard if pressed and pressed.reply_markup else None
    ) or ()
    titles = (button.text for row in rows for button in row if button.callback_data == data)
    return next(filter(None, titles), data)


def _quoted(fields: Fields, name: str) -> _Quoted | None:
    return read(_QUOTED, fields[name]) if name in fields else None


def _text(fields: Fields) -> Content | None:
    text = read(_STRING, fields["text"])
    command = _COMMAND.fullmatch(text or "")
    # `/start <payload>`: what follows the command is kept apart.
    return None if text is None else Content("text", text, payload=(command and command[1]) or "")


def _caption(fields: Fields) -> str:
    return read(_STRING, fields["caption"]) or "" if "caption" in fields else ""


def _photo(fields: Fields) -> Content | None:
    found = [read(_FILE, raw) for raw in read(_LIST, fields["photo"]) or ()]
    sizes = [size for size in found if size]
    if not sizes:
        return None
    # In rising order; where a size is missing, the place in the list decides.
    largest = max(enumerate(sizes), key=lambda each: (each[1].file_size or 0, each[0]))[1]
    return Content("media", _caption(fields), (_attachment(largest, "image/jpeg"),))


def _media(fields: Fields) -> Content | None:
    name = next(name for name in _FILES if name in fields)
    file = read(_FILE, fields[name])
    return Content("media", _caption(fields), (_attachment(file),)) if file else None


def _attachment(file: _File, mime_type: str = "") -> Attachment:
    return Attachment(
        provider_id=text_of(file.file_id),
        mime_type=file.mime_type or mime_type,
        file_name=file.file_name or "",
        size_bytes=file.file_size or 0,
    )


def _venue(fields: Fields) -> Content | None:
    venue = read(_VENUE, fields["venue"])
    if venue is None:
        return None
    place = venue.location or _Location()
    said = " · ".join(filter(None, (venue.title, venue.address, _point(place))))
    data = told(place) | {"name": venue.title or "", "address": venue.address or ""}
    return Content("location", said, data=data) if said else None


def _location(fields: Fields) -> Content | None:
    location = read(_LOCATION, fields["location"]) or _Location()
    said = _point(location)
    return Content("location", said, data=told(location)) if said else None


def _point(location: _Location) -> str:
    return point(location.latitude, location.longitude)


def _contact(fields: Fields) -> Content | None:
    card = read(_CARD, fields["contact"])
    if card is None:
        return None
    said = " ".join(filter(None, (card.first_name, card.last_name, text_of(card.phone_number))))
    return Content("contacts", said, data={"contacts": [told(card)]}) if said else None


def _dice(fields: Fields) -> Content | None:
    dice = read(_DICE, fields["dice"])
    return Content("text", f"{dice.emoji or ''} {text_of(dice.value)}".strip()) if dice else None


def _poll(fields: Fields) -> Content | None:
    poll = read(_POLL, fields["poll"])
    return _lines(poll.question, poll.options) if poll and poll.question else None


def _checklist(fields: Fields) -> Content | None:
    checklist = read(_CHECKLIST, fields["checklist"])
    return _lines(checklist.title, checklist.tasks) if checklist and checklist.title else None


def _lines(title: str | None, options: list[_Option] | None) -> Content:
    return Content(
        "text", "\n".join((title or "", *(f"- {each.text or ''}" for each in options or ())))
    )


def _rich(fields: Fields) -> Content | None:
    said = words_of(fields["rich_message"])
    return Content("text", said) if said else None


def _web_app(fields: Fields) -> Content | None:
    answer = read(_WEB_APP, fields["web_app_data"])
    if answer is None:
        return None
    said = answer.data or ""
    return Content("form", said, payload=answer.button_text or "", data=plain_object(said))


_READERS: dict[str, Callable[[Fields], Content | None]] = {
    "text": _text,
    "photo": _photo,
    **dict.fromkeys(_FILES, _media),
    # A venue repeats its place as `location`, an animation itself as `document`.
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "dice": _dice,
    "poll": _poll,
    "checklist": _checklist,
    "rich_message": _rich,
    "web_app_data": _web_app,
}
