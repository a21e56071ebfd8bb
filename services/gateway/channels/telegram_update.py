"""A Telegram update read: what a person said, or what is only kept (Bot API 10.2)."""

import hashlib
from collections.abc import Callable

import msgspec

from services.gateway.channels.channel import (
    Alias,
    Arrival,
    Contact,
    Echo,
    Edit,
    Message,
    Note,
    Unreadable,
)
from services.gateway.channels.telegram_content import content_of
from services.gateway.channels.tolerant import (
    ABSENT,
    Layer,
    Loose,
    Raw,
    mended,
    read,
    text_of,
    time_of,
)

CALLBACK_KEY = "tg:c:"


class _Update(Layer):
    update_id: Loose = None
    message: Raw = ABSENT
    edited_message: Raw = ABSENT
    business_message: Raw = ABSENT
    edited_business_message: Raw = ABSENT
    callback_query: Raw = ABSENT
    my_chat_member: Raw = ABSENT
    message_reaction: Raw = ABSENT


class _Person(Layer):
    """A user or a chat: what we use of them has the same names."""

    id: Loose = None
    type: str | None = None
    is_bot: bool | None = None
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    language_code: str | None = None


class _Message(Layer):
    message_id: Loose = None
    message_thread_id: Loose = None
    business_connection_id: Loose = None
    date: Loose = None
    edit_date: Loose = None
    sender: _Person | None = msgspec.field(name="from", default=None)
    sender_chat: _Person | None = None
    sender_business_bot: Raw = ABSENT
    chat: _Person | None = None
    migrate_to_chat_id: Loose = None
    migrate_from_chat_id: Loose = None


class _Event(Layer):
    """A callback, a changed membership or a reaction: who, where, when."""

    id: Loose = None
    sender: _Person | None = msgspec.field(name="from", default=None)
    user: _Person | None = None
    chat: _Person | None = None
    message: Raw = ABSENT
    data: str | None = None
    date: Loose = None
    new_chat_member: Raw = ABSENT


class _Member(Layer):
    status: str | None = None


_UPDATE = msgspec.json.Decoder(_Update)
_MESSAGE = msgspec.json.Decoder(_Message)
_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_EVENT = msgspec.json.Decoder(_Event)
_MEMBER = msgspec.json.Decoder(_Member)


def arrival_of(body: bytes) -> Arrival:
    """One update, one arrival."""
    update = read(_UPDATE, body)
    if update is None and (whole := mended(body)) is not None:
        update = read(_UPDATE, whole)
    if update is None or update.update_id is None:
        return Unreadable(reason="not_a_telegram_update", raw=body)
    for name, reader in _READERS.items():
        raw = getattr(update, name)
        if raw is not ABSENT:
            return reader(update, raw, body) or Unreadable(reason=f"{name}_unreadable", raw=body)
    return Note(key=_update_key(update), kind="update", raw=body)


def _message(_: _Update, raw: Raw, body: bytes) -> Arrival | None:
    message, fields = read(_MESSAGE, raw), read(_FIELDS, raw)
    if message is None or fields is None or not message.chat or message.message_id is None:
        return None
    content, contact = content_of(fields), _contact(message)
    key, sent_at = f"tg:m:{_identity(message)}", time_of(message.date)
    if content.kind == "service" or _is_another_bot(message):
        return Note(key=key, kind=content.kind, raw=body, contact=contact, sent_at=sent_at)
    provider_id = text_of(message.message_id)
    if _is_our_side(message):
        return Echo(
            key=key,
            contact=contact,
            text=content.text,
            raw=body,
            provider_id=provider_id,
            sent_at=sent_at,
        )
    return Message(
        key=key,
        contact=contact,
        text=content.text,
        raw=body,
        kind=content.kind,
        provider_id=provider_id,
        sent_at=sent_at,
        attachments=content.attachments,
        payload=content.payload,
    )


def _edit(_: _Update, raw: Raw, body: bytes) -> Arrival | None:
    message, fields = read(_MESSAGE, raw), read(_FIELDS, raw)
    if message is None or fields is None or not message.chat or message.message_id is None:
        return None
    content, contact = content_of(fields), _contact(message)
    digest = hashlib.sha256(content.text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    key = f"tg:e:{_identity(message)}:{text_of(message.edit_date)}:{digest}"
    sent_at = time_of(message.edit_date)
    if _is_our_side(message) or _is_another_bot(message):
        return Note(key=key, kind="edit", raw=body, contact=contact, sent_at=sent_at)
    return Edit(
        key=key,
        contact=contact,
        edits=f"tg:m:{_identity(message)}",
        text=content.text,
        raw=body,
        sent_at=sent_at,
    )


def _callback(update: _Update, raw: Raw, body: bytes) -> Arrival | None:
    """A pressed button. Its message may be absent or out of reach: then the sender is the chat."""
    query = read(_EVENT, raw)
    if query is None or query.id is None or query.sender is None:
        return None
    message = read(_MESSAGE, query.message) if query.message is not ABSENT else None
    if message is None or message.chat is None:
        message = _Message(chat=query.sender)
    message.sender = query.sender
    return Message(
        key=f"{CALLBACK_KEY}{text_of(query.id)}",
        contact=_contact(message),
        text=query.data or "",
        raw=body,
        kind="choice",
        provider_id=text_of(query.id),
        payload=query.data or "",
    )


def _membership(update: _Update, raw: Raw, body: bytes) -> Arrival | None:
    """`kicked` means that the person blocked us, `member` that they can be reached again."""
    event = read(_EVENT, raw)
    if event is None or event.chat is None:
        return None
    member = read(_MEMBER, event.new_chat_member) or _Member()
    return Note(
        key=_update_key(update),
        kind="membership",
        raw=body,
        contact=_contact(_Message(chat=event.chat, sender=event.sender)),
        text=member.status or "",
        sent_at=time_of(event.date),
    )


def _reaction(update: _Update, raw: Raw, body: bytes) -> Arrival | None:
    event = read(_EVENT, raw)
    if event is None or event.chat is None:
        return None
    return Note(
        key=_update_key(update),
        kind="reaction",
        raw=body,
        contact=_contact(_Message(chat=event.chat, sender=event.user)),
        sent_at=time_of(event.date),
    )


def _contact(message: _Message) -> Contact:
    """The chat is whom we answer. A group that moves takes its old name along."""
    chat = message.chat or _Person()
    names = (chat.id, message.migrate_from_chat_id, message.migrate_to_chat_id)
    aliases = tuple(Alias("telegram_chat", text_of(name)) for name in names if name is not None)
    sender = message.sender_chat or message.sender or chat
    words = (sender.title, sender.first_name, sender.last_name)
    return Contact(
        aliases,
        address=text_of(chat.id),
        name=" ".join(filter(None, words)),
        thread=_thread(message),
        locale=sender.language_code or "",
    )


def _thread(message: _Message) -> str:
    """Where in the chat: a business connection or a topic; given back as it is when we answer."""
    if message.business_connection_id is not None:
        return f"business:{text_of(message.business_connection_id)}"
    if message.message_thread_id is not None:
        return f"topic:{text_of(message.message_thread_id)}"
    return ""


def _is_our_side(message: _Message) -> bool:
    """In business mode the owner's own words and our own echo come back (CHANNELS 3.5)."""
    if message.business_connection_id is None:
        return False
    chat, sender = message.chat or _Person(), message.sender or _Person()
    is_owner = sender.id is not None and text_of(sender.id) != text_of(chat.id)
    return is_owner or message.sender_business_bot is not ABSENT


def _is_another_bot(message: _Message) -> bool:
    """An anonymous admin has a placeholder bot as sender, and counts as a person."""
    return bool(message.sender and message.sender.is_bot and message.sender_chat is None)


def _identity(message: _Message) -> str:
    chat = message.chat or _Person()
    parts = (chat.id, message.message_id, message.business_connection_id)
    return ":".join(text_of(part) for part in parts if part is not None)


def _update_key(update: _Update) -> str:
    return f"tg:u:{text_of(update.update_id)}"


_READERS: dict[str, Callable[[_Update, Raw, bytes], Arrival | None]] = {
    "message": _message,
    "edited_message": _edit,
    "business_message": _message,
    "edited_business_message": _edit,
    "callback_query": _callback,
    "my_chat_member": _membership,
    "message_reaction": _reaction,
}
