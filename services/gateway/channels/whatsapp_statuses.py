"""What WhatsApp says became of a message (Meta, "Status messages webhook reference")."""

import msgspec

from services.gateway.channels.channel import Arrival, Edit, Note, Receipt
from services.gateway.channels.tolerant import ABSENT, Layer, Loose, Raw, read, text_of, time_of
from services.gateway.channels.whatsapp_codes import LateFailure, of_a_late_failure
from services.gateway.channels.whatsapp_envelope import MESSAGE_KEY, Change
from services.gateway.channels.whatsapp_people import People, contact_of

# What becomes of a message of ours; whatever else is told is kept by its name.
_KNOWN = frozenset({"sent", "delivered", "read", "played", "failed"})
# Statuses of something else than a message of ours ("Receive payments", "Calling").
_OF_NO_MESSAGE = frozenset({"payment", "call"})


class _Error(Layer):
    code: Loose = None


class _Status(Layer):
    id: Loose = None
    type: Loose = None
    status: Loose = None
    timestamp: Loose = None
    recipient_id: Loose = None
    recipient_user_id: Loose = None
    recipient_participant_id: Loose = None
    biz_opaque_callback_data: Loose = None
    errors: Raw = ABSENT


_STATUS = msgspec.json.Decoder(_Status)
_ERROR = msgspec.json.Decoder(_Error)
_LIST = msgspec.json.Decoder(list[Raw])


def arrival_of_status(change: Change, raw: Raw, people: People) -> Arrival:
    """Mostly a receipt; also the end of a message, and what is about a payment or a call."""
    status = read(_STATUS, raw)
    if status is None or not text_of(status.id) or not text_of(status.status):
        return change.unreadable("statuses", raw, "status_without_id")
    whom = status.recipient_participant_id or status.recipient_id or status.recipient_user_id
    if status.type in _OF_NO_MESSAGE:
        return _note(change, raw, status, f"status:{status.type}")
    if status.status == "deleted":
        return _deleted(change, raw, status, people)
    if status.status not in _KNOWN:
        return _note(change, raw, status, "status:unknown")
    errors = read(_LIST, status.errors) if status.errors is not ABSENT else None
    code = next(filter(None, map(code_of, errors or ())), "")
    late = of_a_late_failure(code) if code else LateFailure()
    return Receipt(
        key=f"wa:s:{text_of(status.id)}:{text_of(status.status)}:{text_of(whom)}",
        provider_id=text_of(status.id),
        status=text_of(status.status),
        raw=change.slice("statuses", raw),
        token=text_of(status.biz_opaque_callback_data),
        error_code=code,
        pauses_account=late.pauses_account,
        retry_after=late.rest_seconds,
        resend_after=late.resend_after,
        sent_at=time_of(status.timestamp),
        named=change.named,
    )


def _note(change: Change, raw: Raw, status: _Status, kind: str) -> Note:
    """A payment that failed is no message that failed."""
    return Note(
        key=change.key_of(raw),
        kind=kind,
        raw=change.slice("statuses", raw),
        text=text_of(status.status),
        refers_to=text_of(status.id),
        sent_at=time_of(status.timestamp),
        named=change.named,
    )


def _deleted(change: Change, raw: Raw, status: _Status, people: People) -> Arrival:
    """Somebody took a message back, ours or theirs."""
    contact, _ = contact_of(people, status.recipient_id, status.recipient_user_id)
    if contact is None:
        return _note(change, raw, status, "status:deleted")
    return Edit(
        key=f"wa:s:{text_of(status.id)}:deleted",
        contact=contact,
        edits=MESSAGE_KEY + text_of(status.id),
        refers_to=text_of(status.id),
        text="",
        raw=change.slice("statuses", raw),
        is_withdrawn=True,
        sent_at=time_of(status.timestamp),
        named=change.named,
    )


def code_of(error: Raw) -> str:
    """Empty for an error that has none."""
    return text_of((read(_ERROR, error) or _Error()).code)
