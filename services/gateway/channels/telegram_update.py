"""A Telegram update read: what a person said, or what is only kept (Bot API 10.2)."""

import hashlib
from collections.abc import Callable

import msgspec

from services.gateway.channels.channel import (
    Arrival,
    Echo,
    Edit,
    Message,
    Note,
    Unreadable,
)
from services.gateway.channels.telegram_content import Content, content_of, context_of, title_of
from services.gateway.channels.telegram_people import (
    Party,
    Speaker,
    contact_of,
    is_another_bot,
    is_our_echo,
    is_our_side,
)
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
MESSAGE_KEY = "tg:m:"


class _Message(Speaker):
    message_id: Loose = None
    date: Loose = None
    edit_date: Loose = None
    media_group_id: Loose = None
    is_automatic_forward: bool | None = None


class _Event(Layer):
    """A callback, a changed membership or a reaction: who, where, when."""

    id: Loose = None
    sender: Party | None = msgspec.field(name="from", default=None)
    user: Party | None = None
    actor_chat: Party | None = None
    chat: Party | None = None
    message: Raw = ABSENT
    message_id: Loose = None
    data: str | None = None
    game_short_name: str | None = None
    date: Loose = None
    new_chat_member: Raw = ABSENT
    new_reaction: list[Raw] | None = None


class _Member(Layer):
    status: str | None = None


class _Emoji(Layer):
    emoji: str | None = None
    type: str | None = None


class _Deleted(Layer):
    business_connection_id: Loose = None
    chat: Party | None = None
    message_ids: list[Raw] | None = None


_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_ID = msgspec.json.Decoder(Loose)
_MESSAGE = msgspec.json.Decoder(_Message)
_EVENT = msgspec.json.Decoder(_Event)
_MEMBER = msgspec.json.Decoder(_Member)
_EMOJI = msgspec.json.Decoder(_Emoji)
_DELETED = msgspec.json.Decoder(_Deleted)


def arrivals_of(body: bytes) -> list[Arrival]:
    """One update: mostly one arrival, but several messages may be deleted at once."""
    fields = read(_FIELDS, body)
    if fields is None and (whole := mended(body)) is not None:
        fields = read(_FIELDS, whole)
    update_id = text_of(read(_ID, fields["update_id"])) if fields and "update_id" in fields else ""
    if not fields or not update_id:
        return [Unreadable(reason="not_a_telegram_update", raw=body)]
    key = f"tg:u:{update_id}"
    name = next((name for name in _READERS if name in fields), "")
    if not name:
        name = next((name for name in fields if name != "update_id"), "nothing")
        # Kept and counted by its name, whether we know it or Telegram has just invented it.
        return [Note(key=key, kind=f"update:{name}"[:60], raw=body)]
    found = _READERS[name](key, fields[name], body)
    return found or [Unreadable(reason=f"{name}_unreadable", raw=body)]


def _message(_: str, raw: Raw, body: bytes) -> list[Arrival]:
    message, fields = read(_MESSAGE, raw), read(_FIELDS, raw)
    if message is None or fields is None or not _is_named(message):
        return []
    content, contact = content_of(fields), contact_of(message)
    key, sent_at = MESSAGE_KEY + _identity(message), time_of(message.date)
    if kind := _nobodys(message, content):
        return [Note(key=key, kind=kind, raw=body, contact=contact, sent_at=sent_at)]
    provider_id = text_of(message.message_id)
    if is_our_side(message):
        return [
            Echo(
                key=key,
                contact=contact,
                text=content.text,
                raw=body,
                provider_id=provider_id,
                is_bots=is_our_echo(message),
                sent_at=sent_at,
                attachments=content.attachments,
            )
        ]
    return [
        Message(
            key=key,
            contact=contact,
            text=content.text,
            raw=body,
            kind=content.kind,
            provider_id=provider_id,
            sent_at=sent_at,
            attachments=content.attachments,
            payload=content.payload,
            data=content.data,
            context=context_of(fields),
            group=text_of(message.media_group_id),
        )
    ]


def _nobodys(message: _Message, content: Content) -> str:
    """What stands in a chat and no person said to us; empty for everything else."""
    if content.kind == "service":
        return "service"
    if message.is_automatic_forward:
        return "channel_post"  # as its channel's discussion group sees it
    return "bot" if is_another_bot(message) else ""


def _edit(_: str, raw: Raw, body: bytes) -> list[Arrival]:
    message, fields = read(_MESSAGE, raw), read(_FIELDS, raw)
    if message is None or fields is None or not _is_named(message):
        return []
    content, contact = content_of(fields), contact_of(message)
    digest = hashlib.sha256(content.text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    key = f"tg:e:{_identity(message)}:{text_of(message.edit_date)}:{digest}"
    sent_at = time_of(message.edit_date)
    is_unread = content.kind in {"service", "unsupported"} and not content.text
    if is_unread or is_another_bot(message):
        # Without words that we can read, the old ones stay.
        kind = "edit" if is_unread else "bot"
        return [Note(key=key, kind=kind, raw=body, contact=contact, sent_at=sent_at)]
    return [
        Edit(
            key=key,
            contact=contact,
            edits=MESSAGE_KEY + _identity(message),
            text=content.text,
            raw=body,
            is_ours=is_our_side(message),
            sent_at=sent_at,
            attachments=content.attachments,
        )
    ]


def _deleted(key: str, raw: Raw, body: bytes) -> list[Arrival]:
    """Messages that somebody deleted in a business chat: withdrawn, whoever wrote them."""
    told = read(_DELETED, raw)
    if told is None or not _has_id(told.chat):
        return []
    arrivals: list[Arrival] = []
    for message_id in filter(None, (text_of(read(_ID, each)) for each in told.message_ids or ())):
        message = _Message(
            message_id=message_id,
            chat=told.chat,
            business_connection_id=told.business_connection_id,
        )
        arrivals.append(
            Edit(
                key=f"{key}:{message_id}",
                contact=contact_of(message),
                edits=MESSAGE_KEY + _identity(message),
                refers_to=message_id,
                text="",
                raw=body,
                is_withdrawn=True,
            )
        )
    return arrivals


def _callback(_: str, raw: Raw, body: bytes) -> list[Arrival]:
    """A pressed button. Its message may be absent or out of reach: then the sender is the chat."""
    query = read(_EVENT, raw)
    if query is None or not text_of(query.id) or query.sender is None or not _has_id(query.sender):
        return []
    message = read(_MESSAGE, query.message) if query.message is not ABSENT else None
    if message is None or not _has_id(message.chat):
        message = _Message(chat=query.sender)
    message.sender, message.sender_chat = query.sender, None
    data = query.data or query.game_short_name or ""
    return [
        Message(
            key=f"{CALLBACK_KEY}{text_of(query.id)}",
            contact=contact_of(message),
            text=title_of(query.message, data),
            raw=body,
            kind="choice",
            provider_id=text_of(query.id),
            payload=data,
        )
    ]


def _membership(key: str, raw: Raw, body: bytes) -> list[Arrival]:
    """`kicked` means that the person blocked us, `member` that they can be reached again."""
    event = read(_EVENT, raw)
    if event is None or event.chat is None or not _has_id(event.chat):
        return []
    member = (read(_MEMBER, event.new_chat_member) if event.new_chat_member else None) or _Member()
    return [
        Note(
            key=key,
            kind="membership",
            raw=body,
            contact=contact_of(_Message(chat=event.chat, sender=event.sender)),
            text=member.status or "",
            sent_at=time_of(event.date),
        )
    ]


def _reaction(key: str, raw: Raw, body: bytes) -> list[Arrival]:
    """The emoji that a person has left on a message; none when it was taken back."""
    event = read(_EVENT, raw)
    if event is None or event.chat is None or not _has_id(event.chat):
        return []
    left = [read(_EMOJI, each) for each in event.new_reaction or ()]
    return [
        Note(
            key=key,
            kind="reaction",
            raw=body,
            contact=contact_of(_Message(chat=event.chat, sender=event.user or event.actor_chat)),
            text="".join((each.emoji or "") if each else "" for each in left),
            refers_to=text_of(event.message_id),
            sent_at=time_of(event.date),
        )
    ]


def _has_id(party: Party | None) -> bool:
    return party is not None and bool(text_of(party.id))


def _is_named(message: _Message) -> bool:
    """Without its chat and number it would be taken for another one."""
    return _has_id(message.chat) and bool(text_of(message.message_id))


def _identity(message: _Message) -> str:
    chat = message.chat or Party()
    parts = (chat.id, message.message_id, message.business_connection_id)
    return ":".join(text_of(part) for part in parts if part is not None)


_READERS: dict[str, Callable[[str, Raw, bytes], list[Arrival]]] = {
    "message": _message,
    "edited_message": _edit,
    "business_message": _message,
    "edited_business_message": _edit,
    "deleted_business_messages": _deleted,
    "callback_query": _callback,
    "my_chat_member": _membership,
    "message_reaction": _reaction,
}
