"""Calls on WhatsApp: kept by their field; a customer's own opens the window as their words do."""

import msgspec

from services.gateway.channels.channel import Note
from services.gateway.channels.tolerant import Layer, Loose, Raw, read, text_of, time_of
from services.gateway.channels.whatsapp_envelope import Change
from services.gateway.channels.whatsapp_people import contact_of, people_of

FIELD = "calls"
# "Send messages": the window is reckoned from the customer's last message or call.
_BY_THE_CUSTOMER = "USER_INITIATED"


class _Calls(Layer):
    calls: list[Raw] | None = None


class _Call(Layer):
    sender: Loose = msgspec.field(name="from", default=None)
    from_user_id: Loose = None
    direction: Loose = None
    timestamp: Loose = None


_CALLS = msgspec.json.Decoder(_Calls)
_CALL = msgspec.json.Decoder(_Call)


def notes_of(change: Change) -> list[Note]:
    """One for each call that a customer made; none where there is none."""
    people = people_of(change.value.contacts)
    found = []
    for raw in (read(_CALLS, change.raw_value) or _Calls()).calls or ():
        call = read(_CALL, raw) or _Call()
        if text_of(call.direction) != _BY_THE_CUSTOMER:
            continue
        contact, raw_contact = contact_of(people, call.sender, call.from_user_id)
        note = Note(
            key=change.key_of(raw),
            kind="call",
            raw=change.slice(FIELD, raw, raw_contact),
            contact=contact,
            sent_at=time_of(call.timestamp),
            named=change.named,
        )
        found.append(note)
    return found
