"""Inbound items as the contract says them, to arrivals and back."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from cassava.tickets.v1 import conversation_pb2, inbox_pb2

from mesh.errors import InvalidInput
from mesh.ids import uuid7
from mesh.times import from_duration
from services.tickets.deliveries.delivery import Receipt, token_from_text
from services.tickets.inbox.arrival import (
    Alias,
    Arrival,
    File,
    Letter,
    Result,
    believable,
    rated_from_payload,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cassava.tickets.v1.inbox_pb2 import InboundItem

_LETTERS = UUID("5f0c1f0e-5d0b-5b7c-9d0e-0c6a55a7a001")
# Where a dead letter goes whose account nobody knows.
NOBODY = "-"
# A key of Telegram's that names no message (PROTOCOL 3.2): such numbers begin anew after a week.
_UPDATE_KEY = "tg:u:"
_TEXT_COLUMN_MOST = 1000
# A few accounts write nearly everything.
_account_id = functools.lru_cache(maxsize=4096)(UUID)


def item_from_proto(index: int, item: InboundItem, now: datetime) -> Arrival | Letter:
    """Checked before SQL sees it; what cannot be stored as a message becomes a letter."""
    what = item.WhichOneof("what")
    if what == "unreadable":
        return letter_from_proto(index, item, item.unreadable.reason)
    if what != "arrival":
        raise InvalidInput(
            f"items[{index}] holds neither an arrival nor an unreadable", field="items"
        )
    insist_on_names(index, item)
    is_nobodys = not any(alias.value for alias in item.arrival.contact.aliases)
    if is_nobodys and not item.arrival.silent:
        return letter_from_proto(index, item, "nobody is named as its sender")
    return _arrival(index, item, now)


def insist_on_names(index: int, item: InboundItem) -> None:
    """Whose it is and what it is known by; raises `InvalidInput` naming the item."""
    if not (item.tenant_id and item.account_id and item.key):
        raise InvalidInput(f"items[{index}] needs tenant_id, account_id and key", field="items")
    _uuid(item.account_id, index)


def packed(items: Sequence[InboundItem], positions: Iterable[int], now: datetime) -> bytes:
    """Some of the items, to be sorted later as if it were now; raises `InvalidInput`."""
    chosen = inbox_pb2.AcceptRequest()
    for position in positions:
        insist_on_names(position, items[position])
        item = chosen.items.add()
        item.CopyFrom(items[position])
        # Without a time of the provider's the arrival counts, and an erasure tells by it.
        if not item.arrival.HasField("provider_time"):
            item.arrival.provider_time.FromDatetime(now)
    return chosen.SerializeToString()


def unpacked(batch: bytes) -> Sequence[InboundItem]:
    return inbox_pb2.AcceptRequest.FromString(batch).items


def letter_from_proto(index: int, item: InboundItem, reason: str) -> Letter:
    account_id = UUID(item.account_id) if item.account_id and item.tenant_id else None
    identity = hashlib.sha256(f"{item.account_id}\0{item.key}\0".encode() + item.raw).hexdigest()
    return Letter(
        index=index,
        tenant_id=item.tenant_id or NOBODY,
        account_id=account_id,
        letter_id=uuid5(_LETTERS, identity),
        reason=_clean(reason) or "unreadable",
        raw=item.raw,
    )


def _arrival(index: int, item: InboundItem, now: datetime) -> Arrival:
    said = item.arrival
    stamp = said.provider_time.ToDatetime(now.tzinfo) if said.HasField("provider_time") else None
    return Arrival(
        index=index,
        tenant_id=item.tenant_id,
        account_id=_uuid(item.account_id, index),
        key=key_hash(item.key),
        is_brief=item.key.startswith(_UPDATE_KEY),
        message_id=uuid7(),
        aliases=tuple(
            Alias(_clean(a.kind), _clean(a.value)) for a in said.contact.aliases if a.value
        ),
        name=_clean(said.contact.name)[:300],
        reply_address=_clean(said.contact.reply_address),
        thread=_clean(said.contact.thread),
        kind=kind_from_proto(said.kind),
        body=said.text,
        extras=_extras(said),
        provider_message_id=_clean(said.provider_message_id),
        provider_ts=believable(stamp, now),
        raw=item.raw,
        traceparent=_clean(item.traceparent),
        body_hash=item.body_hash or None,
        no_debounce=said.no_debounce,
        from_business=said.from_business,
        silent=said.silent,
        edits=key_hash(said.edits) if said.edits else None,
        withdraws=said.withdraws,
        note=_clean(said.note),
        refers_to=_clean(said.refers_to),
        from_our_bot=said.from_our_bot,
        album=_clean(said.group),
        files=tuple(_files(said)),
        rated=rated_from_payload(said.payload),
    )


def key_hash(key: str) -> bytes:
    """What is stored of a key: it may hold a phone number, its hash does not."""
    return hashlib.sha256(key.encode()).digest()


@functools.cache
def kind_from_proto(kind: conversation_pb2.MessageKind.ValueType) -> str:
    name = conversation_pb2.MessageKind.Name(kind or conversation_pb2.MESSAGE_KIND_TEXT)
    return name.removeprefix("MESSAGE_KIND_").lower()


def receipts_by_tenant(receipts: Iterable[inbox_pb2.Receipt]) -> dict[str, list[Receipt]]:
    """In tenant order; those without a tenant or account say nothing of ours."""
    groups: dict[str, list[Receipt]] = {}
    for receipt in sorted(receipts, key=lambda r: r.tenant_id):
        if not (receipt.tenant_id and receipt.account_id):
            continue
        status = inbox_pb2.Receipt.Status.Name(receipt.status).removeprefix("STATUS_").lower()
        groups.setdefault(receipt.tenant_id, []).append(
            Receipt(
                account_id=UUID(receipt.account_id),
                token=token_from_text(receipt.token),
                provider_message_id=_clean(receipt.provider_message_id),
                status=status,
                error_code=_clean(receipt.error_code),
                pauses_account=receipt.pause_account,
                rest_seconds=from_duration(receipt.retry_after).total_seconds(),
                resend_seconds=from_duration(receipt.resend_after).total_seconds()
                if receipt.HasField("resend_after")
                else None,
            )
        )
    return groups


def result_to_proto(result: Result) -> inbox_pb2.AcceptResult:
    return inbox_pb2.AcceptResult(
        status=inbox_pb2.AcceptResult.Status.Value(f"STATUS_{result.status}"),
        message_id=str(result.message_id or ""),
        conversation_id=str(result.conversation_id or ""),
    )


def _extras(said: inbox_pb2.Arrival) -> bytes | None:
    has_data, has_context = said.HasField("data"), said.HasField("context")
    if not (has_data or has_context or said.payload or said.attachments):
        return None  # nearly all
    extras = conversation_pb2.Message(attachments=said.attachments, payload=said.payload)
    if has_data:
        extras.data.CopyFrom(said.data)
    if has_context:
        extras.context.CopyFrom(said.context)
    return extras.SerializeToString() or None


def _files(said: inbox_pb2.Arrival) -> Iterable[File]:
    """Those that their provider still holds."""
    for position, each in enumerate(said.attachments):
        if each.provider_id:
            told = (each.provider_id, each.mime_type, each.file_name, each.sha256)
            yield File(position, *map(_clean, told))


def _uuid(text: str, index: int) -> UUID:
    try:
        return _account_id(text)
    except ValueError:
        raise InvalidInput(f"items[{index}].account_id is not a UUID", field="items") from None


def _clean(text: str) -> str:
    """PostgreSQL's text holds no U+0000 (22021); bodies are bytes and keep theirs."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:_TEXT_COLUMN_MOST]
