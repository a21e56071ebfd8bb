"""The items of a WhatsApp change, each read alone: messages, statuses, echoes, changed ids."""

from collections.abc import Callable

import msgspec

from services.gateway.channels import whatsapp_calls
from services.gateway.channels.channel import (
    Arrival,
    Contact,
    Echo,
    Edit,
    Message,
    Note,
    Unreadable,
)
from services.gateway.channels.tolerant import ABSENT, Layer, Loose, Raw, read, text_of, time_of
from services.gateway.channels.whatsapp_codes import of_a_late_failure
from services.gateway.channels.whatsapp_content import UNSUPPORTED, Content, Item, content_of
from services.gateway.channels.whatsapp_context import context_of
from services.gateway.channels.whatsapp_envelope import MESSAGE_KEY, READ_FIELDS, Change
from services.gateway.channels.whatsapp_notices import is_notice, notice_of
from services.gateway.channels.whatsapp_people import (
    People,
    contact_of,
    in_group,
    only_contact_of,
    people_of,
)
from services.gateway.channels.whatsapp_statuses import arrival_of_status, code_of

# They belong to another message or to the account; they never open a turn.
_NOTES = frozenset(
    {"reaction", "system", "request_welcome", "call_permission_reply", "payment_method"}
)
# They change a message that came before.
_REVISIONS = frozenset({"edit", "revoke"})


class _Rotation(Layer):
    previous: Loose = None
    current: Loose = None


class _UserIdUpdate(Layer):
    wa_id: Loose = None
    user_id: _Rotation | None = None
    timestamp: Loose = None


class _Preference(Layer):
    wa_id: Loose = None
    user_id: Loose = None
    category: Loose = None
    value: Loose = None
    timestamp: Loose = None


class _Edited(Layer):
    original_message_id: Loose = None
    message: Item | None = None


_ITEM = msgspec.json.Decoder(Item)
_UPDATE = msgspec.json.Decoder(_UserIdUpdate)
_PREFERENCE = msgspec.json.Decoder(_Preference)
_EDITED = msgspec.json.Decoder(_Edited)


def arrivals_of(change: Change) -> list[Arrival]:
    """Every item of every list, in order; a change without any is kept as a note."""
    if change.field not in READ_FIELDS:
        calls = whatsapp_calls.notes_of(change) if change.field == whatsapp_calls.FIELD else ()
        return [*calls] or [_notice(change)]
    value, found = change.value, list[Arrival]()
    people = people_of(value.contacts)
    for name, reader in _LISTS.items():
        for raw in getattr(value, name) or ():
            found.append(reader(change, raw, people))
    if change.broken:
        reason = f"no_list: {', '.join(change.broken)}"
        found.append(Unreadable(reason=reason, raw=change.whole(), named=change.named))
    return found or [_notice(change)]


def _message(change: Change, raw: Raw, people: People) -> Arrival:
    item = read(_ITEM, raw)
    if item is None or not (message_id := text_of(item.id)):
        return change.unreadable("messages", raw, "message_without_id")
    content = content_of(item)
    contact, raw_contact = contact_of(
        people, item.sender, item.from_user_id, moved_to=content.names
    )
    if contact is None:  # of a customer who is a business: its portfolio's id is better than none
        contact, raw_contact = contact_of(people, None, item.from_parent_user_id)
    if contact is None and len(change.value.messages or ()) == 1:
        contact, raw_contact = only_contact_of(change.value.contacts)
    if group_id := text_of(item.group_id):
        contact = in_group(contact, group_id)
    slice_ = change.slice("messages", raw, raw_contact)
    if content.kind in _NOTES:
        return _note(change, item, content, contact, slice_)
    if contact is None:
        return Unreadable(reason="message_without_sender", raw=slice_, named=change.named)
    if item.type in _REVISIONS:
        return _edit(change, item, contact, slice_)
    return Message(
        key=MESSAGE_KEY + message_id,
        contact=contact,
        text=content.text,
        raw=slice_,
        provider_id=message_id,
        kind=content.kind,
        sent_at=time_of(item.timestamp),
        attachments=content.attachments,
        payload=content.payload,
        data=content.data,
        context=context_of(item),
        named=change.named,
    )


def _note(
    change: Change, item: Item, content: Content, contact: Contact | None, raw: bytes
) -> Note:
    return Note(
        key=MESSAGE_KEY + text_of(item.id),
        kind=content.kind,
        raw=raw,
        contact=contact,
        text=content.text,
        refers_to=content.refers_to,
        sent_at=time_of(item.timestamp),
        named=change.named,
    )


def _edit(
    change: Change, item: Item, contact: Contact, raw: bytes, *, is_ours: bool = False
) -> Arrival:
    """A new version of an earlier message, or its end; a note where it names none, or says nothing
    that we can read: the old words stay.
    """
    is_withdrawn = item.type == "revoke"
    edited = read(_EDITED, item.revoke if is_withdrawn else item.edit) or _Edited()
    content = content_of(edited.message) if edited.message else Content(UNSUPPORTED)
    is_unread = not is_withdrawn and content.kind == UNSUPPORTED
    if is_unread or not text_of(edited.original_message_id):
        return _note(change, item, Content(text_of(item.type)), contact, raw)
    return Edit(
        key=MESSAGE_KEY + text_of(item.id),
        contact=contact,
        edits=MESSAGE_KEY + text_of(edited.original_message_id),
        text=content.text,
        raw=raw,
        is_withdrawn=is_withdrawn,
        is_ours=is_ours,
        sent_at=time_of(item.timestamp),
        attachments=content.attachments,
        named=change.named,
    )


def _echo(change: Change, raw: Raw, people: People) -> Arrival:
    """The business's own words. `to` is the person, save where it is our own number."""
    item = read(_ITEM, raw)
    to_us = item is not None and text_of(item.to) == change.number != ""
    contact, raw_contact = (
        contact_of(people, item.sender if to_us else item.to, item.to_user_id)
        if item
        else (None, ABSENT)
    )
    if item is None or not text_of(item.id) or contact is None:
        return change.unreadable("message_echoes", raw, "echo_without_recipient")
    slice_ = change.slice("message_echoes", raw, raw_contact)
    if item.type in _REVISIONS:
        return _edit(change, item, contact, slice_, is_ours=True)
    content = content_of(item)
    if content.kind in _NOTES:
        return _note(change, item, content, contact, slice_)
    return Echo(
        key=MESSAGE_KEY + text_of(item.id),
        contact=contact,
        text=content.text,
        raw=slice_,
        provider_id=text_of(item.id),
        sent_at=time_of(item.timestamp),
        attachments=content.attachments,
        named=change.named,
    )


def _user_id_update(change: Change, raw: Raw, people: People) -> Arrival:
    update = read(_UPDATE, raw)
    if update is None or (rotation := update.user_id) is None:
        return change.unreadable("user_id_update", raw, "update_without_ids")
    current = tuple(filter(None, (text_of(rotation.current),)))
    contact, raw_contact = contact_of(people, update.wa_id, rotation.previous, moved_to=current)
    return Note(
        key=change.key_of(raw),
        kind="user_id_update",
        raw=change.slice("user_id_update", raw, raw_contact),
        contact=contact,
        sent_at=time_of(update.timestamp),
        named=change.named,
    )


def _preference(change: Change, raw: Raw, people: People) -> Arrival:
    """Whether a person wants marketing: `marketing_messages stop`, `… resume`."""
    said = read(_PREFERENCE, raw)
    if said is None:
        return change.unreadable("user_preferences", raw, "preference_unreadable")
    contact, raw_contact = contact_of(people, said.wa_id, said.user_id)
    return Note(
        key=change.key_of(raw),
        kind="user_preference",
        raw=change.slice("user_preferences", raw, raw_contact),
        contact=contact,
        text=f"{text_of(said.category)} {text_of(said.value)}".strip(),
        sent_at=time_of(said.timestamp),
        named=change.named,
    )


def _errors(change: Change, raw: Raw, _: People) -> Arrival:
    """Of the account and of no message: an alert where somebody has to mend it."""
    code = code_of(raw)
    return Note(
        key=change.key_of(raw),
        kind="account_alert" if code and of_a_late_failure(code).pauses_account else "errors",
        raw=change.slice("errors", raw),
        text=f"errors {code}".strip(),
        named=change.named,
    )


def _notice(change: Change) -> Note:
    """An account notice, or a field nobody told us about: kept raw, counted by its name."""
    kind, text = f"field:{change.field}", ""
    if is_notice(change.field):
        said, is_alert = notice_of(change.raw_value)
        kind = "account_alert" if is_alert else "account_notice"
        text = f"{change.field} {said}".strip()
    return Note(
        key=change.key_of(change.raw_value),
        kind=kind,
        raw=change.whole(),
        text=text,
        named=change.named,
    )


_LISTS: dict[str, Callable[[Change, Raw, People], Arrival]] = {
    "messages": _message,
    "statuses": arrival_of_status,
    "message_echoes": _echo,
    "user_id_update": _user_id_update,
    "user_preferences": _preference,
    "errors": _errors,
}
