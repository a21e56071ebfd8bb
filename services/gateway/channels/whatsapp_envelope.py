"""A WhatsApp webhook body taken apart: every entry and every change, unread inside."""

import hashlib
from collections.abc import Iterator

import msgspec

from services.gateway.channels.channel import Named, Unreadable
from services.gateway.channels.tolerant import (
    ABSENT,
    Layer,
    Loose,
    Raw,
    is_there,
    mended,
    read,
    read_whole,
    text_of,
)


class _Envelope(Layer):
    entry: list[Raw] | None = None


class _Entry(Layer):
    id: Loose = None
    time: Loose = None
    changes: list[Raw] | None = None


class _Change(Layer):
    field: Loose = None
    value: Raw = ABSENT


# What begins the key of a message; PROTOCOL 3.2 spells the rest.
MESSAGE_KEY = "wa:m:"
# In the order in which they are read.
ITEM_LISTS = (
    "messages",
    "statuses",
    "message_echoes",
    "user_id_update",
    "user_preferences",
    "errors",
)


# The fields whose lists are read; where none is named, the lists say what it is. Other fields hold
# messages, too, but nothing that is said to us now: `history` imports old ones.
READ_FIELDS = frozenset(
    {"", "messages", "smb_message_echoes", "message_echoes", "user_id_update", "user_preferences"}
)


class Value(Layer):
    """The lists that may stand in a change, in any combination."""

    metadata: Raw = ABSENT
    contacts: list[Raw] | None = None
    messages: list[Raw] | None = None
    statuses: list[Raw] | None = None
    errors: list[Raw] | None = None
    message_echoes: list[Raw] | None = None
    user_id_update: list[Raw] | None = None
    user_preferences: list[Raw] | None = None

    def count(self) -> int:
        """How many items its lists hold."""
        lists = (
            *(self.messages, self.statuses, self.message_echoes),
            *(self.user_id_update, self.user_preferences, self.errors),
        )
        return sum(map(len, filter(None, lists)))


class _Metadata(Layer):
    phone_number_id: Loose = None
    display_phone_number: Loose = None


# The same layers read at once. Nearly every body fits them; what does not is read layer by layer.


class _WholeValue(Value):
    metadata: _Metadata | None = None  # type: ignore[assignment]  # no slice is cut from this one


class _WholeChange(Layer):
    value: _WholeValue
    field: Loose = None


class _WholeEntry(Layer):
    changes: list[_WholeChange]
    id: Loose = None
    time: Loose = None


class _Whole(Layer):
    entry: list[_WholeEntry]


_WHOLE = msgspec.json.Decoder(_Whole)
_ENVELOPE = msgspec.json.Decoder(_Envelope)
_ENTRY = msgspec.json.Decoder(_Entry)
_CHANGE = msgspec.json.Decoder(_Change)
_VALUE = msgspec.json.Decoder(Value)
_METADATA = msgspec.json.Decoder(_Metadata)
_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_LIST = msgspec.json.Decoder(list[Raw])
_NULL = b"null"
_NONE = _Metadata()


class Change(msgspec.Struct, gc=False):
    """One change of a body, with the account that it claims to be for."""

    named: Named
    time: str
    field: str
    value: Value
    number: str = ""  # as people dial it
    raw_value: bytes = b""
    body: bytes = b""  # all of it, where it holds this one item and nothing else
    broken: tuple[str, ...] = ()  # lists that are none

    def slice(self, of: str, item: Raw, contact: Raw = ABSENT) -> bytes:
        """One item as a body of its own, so that a dead letter is read again by the same code."""
        if self.body:
            return self.body
        value = [b'{"metadata":', bytes(self.value.metadata) or _NULL]
        if contact is not ABSENT:
            value += [b',"contacts":[', bytes(contact), b"]"]
        value += [b',"', of.encode(), b'":[', bytes(item), b"]}"]
        return self._body(b"".join(value))

    def key_of(self, raw: bytes | Raw) -> str:
        """Items without an id: the same bytes at the same time are the same item."""
        digest = hashlib.sha256(self.time.encode() + b":" + bytes(raw)).hexdigest()
        return f"wa:f:{self.field}:{digest}"

    def unreadable(self, of: str, raw: Raw, reason: str) -> Unreadable:
        return Unreadable(reason=reason, raw=self.slice(of, raw), named=self.named)

    def whole(self) -> bytes:
        """The change as a body of its own."""
        return self._body(self.raw_value)

    def _body(self, value: bytes) -> bytes:
        entry = {"id": self.named.business_id, "time": self.time}
        change = {"field": self.field, "value": msgspec.Raw(value)}
        return msgspec.json.encode(
            {"object": "whatsapp_business_account", "entry": [entry | {"changes": [change]}]}
        )


def peek(body: bytes) -> list[Change | Unreadable]:
    """The changes of a body that nobody has verified yet; empty when it is not one at all.

    Cheap on purpose: what `msgspec` rejects is mended only after the signature was right.
    """
    if alone := _alone(body):
        return [alone]
    envelope = read_whole(_ENVELOPE, body)
    return list(_changes(envelope)) if envelope else []


def opened(body: bytes) -> list[Change | Unreadable]:
    """The changes of a verified body that `peek` finds none in: mended, or one `Unreadable`."""
    whole = mended(body)
    found = peek(whole) if whole is not None else []
    return found or [Unreadable(reason="not_a_whatsapp_body", raw=body)]


def _alone(body: bytes) -> Change | None:
    """The change of a body that holds one item and nothing else: nothing is taken apart."""
    whole = read_whole(_WHOLE, body)
    if whole is None or len(whole.entry) != 1 or len(whole.entry[0].changes) != 1:
        return None
    (entry,) = whole.entry
    (change,) = entry.changes
    if change.value.count() != 1 or text_of(change.field) not in READ_FIELDS:
        return None
    found = _named(entry, change.field, change.value, change.value.metadata or _NONE)
    found.body = body
    return found


def _changes(envelope: _Envelope) -> Iterator[Change | Unreadable]:
    for raw_entry in envelope.entry or ():
        entry = read(_ENTRY, raw_entry)
        if entry is None or not entry.changes:
            yield Unreadable(reason="entry_without_changes", raw=bytes(raw_entry))
            continue
        for raw_change in entry.changes:
            yield _change(entry, raw_change)


def _salvaged(raw: Raw) -> tuple[Value, tuple[str, ...]] | None:
    """The lists that are lists, and the names of those that are none: their siblings stay."""
    fields = read(_FIELDS, raw)
    if fields is None:
        return None
    names = [name for name in ("contacts", *ITEM_LISTS) if name in fields]
    lists = {name: read(_LIST, fields[name]) for name in names}
    broken = tuple(
        n for n in ITEM_LISTS if n in fields and lists[n] is None and is_there(fields[n])
    )
    return Value(metadata=fields.get("metadata", ABSENT), **lists), broken


def _change(entry: _Entry, raw_change: Raw) -> Change | Unreadable:
    change = read(_CHANGE, raw_change)
    if change is None:
        return Unreadable(reason="change_without_value", raw=bytes(raw_change))
    value = read_whole(_VALUE, change.value)
    salvaged = (value, ()) if value else _salvaged(change.value)
    if salvaged is None:
        return Unreadable(reason="change_without_value", raw=bytes(raw_change))
    told = salvaged[0].metadata
    metadata = (read(_METADATA, told) if told is not ABSENT else None) or _NONE
    found = _named(entry, change.field, salvaged[0], metadata)
    found.raw_value, found.broken = bytes(change.value), salvaged[1]
    return found


def _named(entry: _Entry | _WholeEntry, field: Loose, value: Value, metadata: _Metadata) -> Change:
    """With the account that it claims to be for."""
    return Change(
        named=Named(text_of(metadata.phone_number_id), text_of(entry.id)),
        time=text_of(entry.time),
        field=text_of(field),
        value=value,
        number=text_of(metadata.display_phone_number),
    )
