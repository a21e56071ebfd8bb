"""The items of a WhatsApp change, each read alone: messages, statuses, echoes, changed ids."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from services.gateway.channels.channel import (
    Alias,
    Arrival,
    Contact,
    Echo,
    Edit,
    Message,
    Note,
    Receipt,
    Unreadable,
)
from services.gateway.channels.tolerant import ABSENT, Layer, Loose, Raw, read, text_of, time_of
from services.gateway.channels.whatsapp_content import Content, Item, content_of
from services.gateway.channels.whatsapp_envelope import Change

# Country, then up to 128 letters and digits ("Business-scoped user IDs", Meta, 7 May 2026).
_BSUID = re.compile(r"^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$")
# They belong to another message or to the account; they never open a turn.
_NOTES = frozenset({"reaction", "system", "call_permission_reply", "payment_method"})
# They change a message that came before.
_REVISIONS = frozenset({"edit", "revoke"})


class _Profile(Layer):
    name: str | None = None
    username: str | None = None


class _Person(Layer):
    wa_id: Loose = None
    user_id: Loose = None
    profile: _Profile | None = None


class _Error(Layer):
    code: Loose = None


class _Status(Layer):
    id: Loose = None
    status: Loose = None
    timestamp: Loose = None
    recipient_id: Loose = None
    recipient_user_id: Loose = None
    recipient_participant_id: Loose = None
    biz_opaque_callback_data: Loose = None
    errors: Raw = ABSENT


class _Rotation(Layer):
    previous: Loose = None
    current: Loose = None


class _UserIdUpdate(Layer):
    wa_id: Loose = None
    user_id: _Rotation | None = None
    timestamp: Loose = None


class _Edited(Layer):
    original_message_id: Loose = None
    message: Item | None = None


_PERSON = msgspec.json.Decoder(_Person)
_ITEM = msgspec.json.Decoder(Item)
_STATUS = msgspec.json.Decoder(_Status)
_ERRORS = msgspec.json.Decoder(list[_Error])
_UPDATE = msgspec.json.Decoder(_UserIdUpdate)
_EDITED = msgspec.json.Decoder(_Edited)


@dataclass(frozen=True, slots=True)
class _Known:
    """A `contacts` entry, found again by either of its ids."""

    person: _Person
    raw: Raw


def arrivals_of(change: Change) -> list[Arrival]:
    """Every item of every list, in order; a change without any is kept as a note."""
    people = _people(change)
    found = [
        arrival
        for name, reader in _LISTS.items()
        for raw in getattr(change.value, name) or ()
        for arrival in (reader(change, raw, people),)
    ]
    return found or [_notice(change)]


def _people(change: Change) -> dict[str, _Known]:
    people = {}
    for raw in change.value.contacts or ():
        person = read(_PERSON, raw)
        for name in (person.wa_id, person.user_id) if person else ():
            if name is not None and person:
                people[text_of(name)] = _Known(person, raw)
    return people


def _contact(
    people: Mapping[str, _Known], *names: Loose, further: Iterable[str] = ()
) -> tuple[Contact | None, Raw]:
    """Who that is, by all the names we are told; None when there is no name at all.

    The BSUID comes first: since usernames exist it is the one that is always told.
    """
    told = [text_of(name) for name in names if text_of(name)]
    known = next((people[name] for name in told if name in people), None)
    if known:
        told += filter(None, (text_of(known.person.wa_id), text_of(known.person.user_id)))
    told.sort(key=lambda name: not _BSUID.match(name))
    aliases = [
        Alias("bsuid" if _BSUID.match(name) else "wa_id", name)
        for name in dict.fromkeys((*told, *further))
    ]
    if not aliases:
        return None, ABSENT
    # `to` wins over `recipient` when a phone number is known.
    address = next((alias.value for alias in aliases if alias.kind == "wa_id"), aliases[0].value)
    profile = (known.person.profile if known else None) or _Profile()
    if profile.username:
        aliases.append(Alias("username", profile.username))
    return Contact(tuple(aliases), address, profile.name or ""), known.raw if known else ABSENT


def _message(change: Change, raw: Raw, people: Mapping[str, _Known]) -> Arrival:
    item = read(_ITEM, raw)
    if item is None or item.id is None:
        return _unreadable(change, "messages", raw, "message_without_id")
    content = content_of(item)
    contact, raw_contact = _contact(people, item.sender, item.from_user_id, further=content.names)
    slice_ = change.slice("messages", raw, raw_contact)
    if content.kind in _NOTES:
        return _note(change, item, content, contact, slice_)
    if contact is None:
        return Unreadable(reason="message_without_sender", raw=slice_, named=change.named)
    if text_of(item.type) in _REVISIONS:
        return _edit(change, item, contact, slice_)
    return Message(
        key=f"wa:m:{text_of(item.id)}",
        contact=contact,
        text=content.text,
        raw=slice_,
        provider_id=text_of(item.id),
        kind=content.kind,
        sent_at=time_of(item.timestamp),
        attachments=content.attachments,
        payload=content.payload,
        named=change.named,
    )


def _note(
    change: Change, item: Item, content: Content, contact: Contact | None, raw: bytes
) -> Note:
    return Note(
        key=f"wa:m:{text_of(item.id)}",
        kind=content.kind,
        raw=raw,
        contact=contact,
        text=content.text,
        sent_at=time_of(item.timestamp),
        named=change.named,
    )


def _edit(change: Change, item: Item, contact: Contact, raw: bytes) -> Edit:
    is_withdrawn = text_of(item.type) == "revoke"
    edited = read(_EDITED, item.revoke if is_withdrawn else item.edit) or _Edited()
    return Edit(
        key=f"wa:m:{text_of(item.id)}",
        contact=contact,
        edits=f"wa:m:{text_of(edited.original_message_id)}",
        text=content_of(edited.message).text if edited.message else "",
        raw=raw,
        is_withdrawn=is_withdrawn,
        sent_at=time_of(item.timestamp),
        named=change.named,
    )


def _echo(change: Change, raw: Raw, people: Mapping[str, _Known]) -> Arrival:
    item = read(_ITEM, raw)
    contact, raw_contact = _contact(people, item.to, item.to_user_id) if item else (None, ABSENT)
    if item is None or item.id is None or contact is None:
        return _unreadable(change, "message_echoes", raw, "echo_without_recipient")
    edited = read(_EDITED, item.edit) if text_of(item.type) == "edit" else None
    return Echo(
        key=f"wa:m:{text_of(item.id)}",
        contact=contact,
        text=content_of(edited.message if edited and edited.message else item).text,
        raw=change.slice("message_echoes", raw, raw_contact),
        provider_id=text_of(item.id),
        sent_at=time_of(item.timestamp),
        named=change.named,
    )


def _receipt(change: Change, raw: Raw, _: Mapping[str, _Known]) -> Arrival:
    status = read(_STATUS, raw)
    if status is None or status.id is None or status.status is None:
        return _unreadable(change, "statuses", raw, "status_without_id")
    recipient = text_of(
        status.recipient_participant_id or status.recipient_id or status.recipient_user_id
    )
    errors = read(_ERRORS, status.errors) if status.errors is not ABSENT else None
    return Receipt(
        key=f"wa:s:{text_of(status.id)}:{text_of(status.status)}:{recipient}",
        provider_id=text_of(status.id),
        status=text_of(status.status),
        raw=change.slice("statuses", raw),
        token=text_of(status.biz_opaque_callback_data),
        error_code=text_of(errors[0].code) if errors else "",
        sent_at=time_of(status.timestamp),
        named=change.named,
    )


def _user_id_update(change: Change, raw: Raw, people: Mapping[str, _Known]) -> Arrival:
    update = read(_UPDATE, raw)
    rotation = update.user_id if update else None
    if update is None or rotation is None:
        return _unreadable(change, "user_id_update", raw, "update_without_ids")
    contact, raw_contact = _contact(
        people, update.wa_id, rotation.previous, further=filter(None, (text_of(rotation.current),))
    )
    slice_ = change.slice("user_id_update", raw, raw_contact)
    return Note(
        key=_key_of(change, raw),
        kind="user_id_update",
        raw=slice_,
        contact=contact,
        sent_at=time_of(update.timestamp),
        named=change.named,
    )


def _errors(change: Change, raw: Raw, _: Mapping[str, _Known]) -> Arrival:
    return Note(
        key=_key_of(change, raw),
        kind="errors",
        raw=change.slice("errors", raw),
        named=change.named,
    )


def _notice(change: Change) -> Note:
    """An account notice, or a field nobody told us about: kept raw, counted by its name."""
    return Note(
        key=_key_of(change, change.raw_value),
        kind=f"field:{change.field}",
        raw=change.whole(),
        named=change.named,
    )


def _key_of(change: Change, raw: bytes | Raw) -> str:
    """Items without an id: the same bytes at the same time are the same item."""
    digest = hashlib.sha256(change.time.encode() + b":" + bytes(raw)).hexdigest()
    return f"wa:f:{change.field}:{digest}"


def _unreadable(change: Change, of: str, raw: Raw, reason: str) -> Unreadable:
    return Unreadable(reason=reason, raw=change.slice(of, raw), named=change.named)


_LISTS: dict[str, Callable[[Change, Raw, Mapping[str, _Known]], Arrival]] = {
    "messages": _message,
    "statuses": _receipt,
    "message_echoes": _echo,
    "user_id_update": _user_id_update,
    "errors": _errors,
}
