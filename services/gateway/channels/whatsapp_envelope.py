"""A WhatsApp webhook body taken apart: every entry and every change, unread inside."""

from collections.abc import Iterator

import msgspec

from services.gateway.channels.channel import Named, Unreadable
from services.gateway.channels.tolerant import ABSENT, Layer, Loose, Raw, mended, read, text_of


class _Envelope(Layer):
    entry: list[Raw] | None = None


class _Entry(Layer):
    id: Loose = None
    time: Loose = None
    changes: list[Raw] | None = None


class _Change(Layer):
    field: str | None = None
    value: Raw = ABSENT


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


class _Metadata(Layer):
    phone_number_id: Loose = None
    display_phone_number: Loose = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_ENTRY = msgspec.json.Decoder(_Entry)
_CHANGE = msgspec.json.Decoder(_Change)
_VALUE = msgspec.json.Decoder(Value)
_METADATA = msgspec.json.Decoder(_Metadata)
_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_LIST = msgspec.json.Decoder(list[Raw])
_NULL = b"null"


class Change(msgspec.Struct):
    """One change of a body, with the account that it claims to be for."""

    named: Named
    time: str
    field: str
    value: Value
    raw_value: bytes
    number: str = ""  # as people dial it
    body: bytes = b""  # all of it, where it holds this one item and nothing else

    def slice(self, of: str, item: Raw, contact: Raw = ABSENT) -> bytes:
        """One item as a body of its own, so that a dead letter is read again by the same code."""
        if self.body:
            return self.body
        value = [b'{"metadata":', bytes(self.value.metadata) or _NULL]
        if contact is not ABSENT:
            value += [b',"contacts":[', bytes(contact), b"]"]
        value += [b',"', of.encode(), b'":[', bytes(item), b"]}"]
        return self._body(b"".join(value))

    def count(self) -> int:
        """How many items its lists hold."""
        value = self.value
        lists = (value.messages, value.statuses, value.message_echoes, value.errors)
        more = (value.user_id_update, value.user_preferences)
        return sum(len(each) for each in (*lists, *more) if each)

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
    envelope = read(_ENVELOPE, body)
    found = list(_changes(envelope)) if envelope else []
    if len(found) == 1 and isinstance(change := found[0], Change) and change.count() == 1:
        change.body = body  # nearly every body is like this: nothing is taken apart
    return found


def opened(body: bytes) -> list[Change | Unreadable]:
    """The changes of a verified body that `peek` finds none in: mended, or one `Unreadable`."""
    whole = mended(body)
    found = peek(whole) if whole is not None else []
    return found or [Unreadable(reason="not_a_whatsapp_body", raw=body)]


def _changes(envelope: _Envelope) -> Iterator[Change | Unreadable]:
    for raw_entry in envelope.entry or ():
        entry = read(_ENTRY, raw_entry)
        if entry is None or not entry.changes:
            yield Unreadable(reason="entry_without_changes", raw=bytes(raw_entry))
            continue
        for raw_change in entry.changes:
            yield _change(entry, raw_change)


def _salvaged(raw: Raw) -> Value | None:
    """The lists that are lists: one of a wrong type must not cost its siblings."""
    fields = read(_FIELDS, raw)
    if fields is None:
        return None
    lists = {name: read(_LIST, fields[name]) for name in Value.__struct_fields__ if name in fields}
    lists.pop("metadata", None)
    return Value(metadata=fields.get("metadata", ABSENT), **lists)


def _change(entry: _Entry, raw_change: Raw) -> Change | Unreadable:
    change = read(_CHANGE, raw_change)
    value = read(_VALUE, change.value) or _salvaged(change.value) if change else None
    if change is None or value is None:
        return Unreadable(reason="change_without_value", raw=bytes(raw_change))
    metadata = read(_METADATA, value.metadata) if value.metadata is not ABSENT else None
    number_id = text_of(metadata.phone_number_id) if metadata else ""
    return Change(
        named=Named(number_id, text_of(entry.id)),
        time=text_of(entry.time),
        field=change.field or "",
        value=value,
        raw_value=bytes(change.value),
        number=text_of(metadata.display_phone_number) if metadata else "",
    )
