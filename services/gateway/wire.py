"""What arrived, as the contract says it, and accounts back; the only module that knows both."""

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from cassava.tickets.v1 import channel_pb2, conversation_pb2, inbox_pb2
from cassava.type.v1 import channel_pb2 as channel_type_pb2
from google.protobuf.duration_pb2 import Duration

from services.gateway.channels.channel import (
    Account,
    Alias,
    Arrival,
    Attachment,
    Contact,
    Context,
    Echo,
    Edit,
    Message,
    Note,
    Receipt,
    Unreadable,
)
from services.gateway.channels.content import (
    Choice,
    Choices,
    MediaLink,
    OutboundContent,
    Place,
    Template,
)

# Beside its siblings an item must stay below gRPC's 4 MiB.
_MOST_BYTES = 3_500_000
_MOST_ALIASES = 10
_MOST_ATTACHMENTS = 32
_LONGEST_KEY = 2000
_LONGEST_NAME = 1000
_LONGEST_QUOTE = 4096
_LONGEST_PAYLOAD = 100_000

_RECEIPT_STATUSES = {
    "sent": inbox_pb2.Receipt.STATUS_SENT,
    "delivered": inbox_pb2.Receipt.STATUS_DELIVERED,
    "read": inbox_pb2.Receipt.STATUS_READ,
    # A voice message that was listened to has been read.
    "played": inbox_pb2.Receipt.STATUS_READ,
    "failed": inbox_pb2.Receipt.STATUS_FAILED,
}


_KINDS = {
    name.removeprefix("MESSAGE_KIND_").lower(): kind
    for name, kind in conversation_pb2.MessageKind.items()
}


def kind_to_proto(kind: str) -> channel_type_pb2.ChannelKind.ValueType:
    """`whatsapp` as CHANNEL_KIND_WHATSAPP."""
    return channel_type_pb2.ChannelKind.Value(f"CHANNEL_KIND_{kind.upper()}")


def kind_from_proto(kind: channel_type_pb2.ChannelKind.ValueType) -> str:
    """CHANNEL_KIND_WHATSAPP as `whatsapp`."""
    return channel_type_pb2.ChannelKind.Name(kind).removeprefix("CHANNEL_KIND_").lower()


def account_from_proto(account: channel_pb2.Account) -> Account:
    """Secrets by their kind, in lower case and in their order."""
    secrets = defaultdict(list)
    for secret in account.secrets:
        kind = channel_pb2.SecretKind.Name(secret.kind)
        secrets[kind.removeprefix("SECRET_KIND_").lower()].append(secret.value)
    return Account(
        tenant_id=account.tenant_id,
        account_id=account.id,
        kind=kind_from_proto(account.kind),
        external_id=account.external_id,
        business_id=account.business_account_id,
        is_active=account.tenant_active and account.state != channel_pb2.Channel.STATE_OFF,
        sandbox=account.sandbox,
        reply_url=account.reply_url,
        name=account.name,
        secrets=dict(secrets),
    )


def content_from_proto(content: conversation_pb2.Content) -> OutboundContent | None:
    """What goes out beside the text; None when the text is all."""
    match content.WhichOneof("kind"):
        case "choices":
            said = content.choices
            rows = (Choice(each.id, each.title, each.description) for each in said.choices)
            return Choices(tuple(rows), said.label)
        case "template":
            told = content.template
            return Template(told.name, told.language, tuple(told.parameters))
        case "media":
            return MediaLink(content.media.url, content.media.mime_type, content.media.file_name)
        case "place":
            at = content.place
            return Place(at.latitude, at.longitude, at.name, at.address)
    return None


def attachment_from_proto(attachment: conversation_pb2.Attachment) -> Attachment:
    """A file as its provider named it."""
    return Attachment(
        provider_id=attachment.provider_id,
        mime_type=attachment.mime_type,
        file_name=attachment.file_name,
        sha256=attachment.sha256,
    )


def item_to_proto(
    account: Account | None, arrival: Arrival, body_hash: bytes = b""
) -> inbox_pb2.InboundItem:
    """One item for Accept. Without an account it can only be a dead letter.

    Nothing here exceeds what the contract allows: one long name would cost a whole batch.
    """
    if account is None and not isinstance(arrival, Unreadable):
        arrival = Unreadable(reason="account_unknown", raw=arrival.raw)
    item = inbox_pb2.InboundItem(key=_key(arrival), raw=arrival.raw, body_hash=body_hash)
    if account is not None:
        item.tenant_id, item.account_id = account.tenant_id, account.account_id
    if isinstance(arrival, Unreadable):
        item.unreadable.reason = arrival.reason[:300]
    elif not isinstance(arrival, Receipt):
        _fill(item.arrival, arrival)
    return item if item.ByteSize() <= _MOST_BYTES else unreadable(item, "too_large")


def unreadable(item: inbox_pb2.InboundItem, reason: str) -> inbox_pb2.InboundItem:
    """The same item as a dead letter."""
    dead = inbox_pb2.InboundItem(
        tenant_id=item.tenant_id,
        account_id=item.account_id,
        key=item.key,
        raw=item.raw[:_MOST_BYTES],
        body_hash=item.body_hash,
    )
    dead.unreadable.reason = reason
    return dead


def receipt_to_proto(account: Account, receipt: Receipt) -> inbox_pb2.Receipt | None:
    """None for a status that nobody told us about: safely ignored."""
    status = _RECEIPT_STATUSES.get(receipt.status)
    if status is None:
        return None
    told = inbox_pb2.Receipt(
        tenant_id=account.tenant_id,
        account_id=account.account_id,
        key=_key(receipt),
        token=receipt.token[:600],
        provider_message_id=receipt.provider_id[:_LONGEST_NAME],
        status=status,
        error_code=receipt.error_code[:100],
        pause_account=receipt.pauses_account,
        retry_after=None if receipt.retry_after is None else to_duration(receipt.retry_after),
        resend_after=None if receipt.resend_after is None else to_duration(receipt.resend_after),
    )
    if receipt.sent_at:
        told.provider_time.FromDatetime(receipt.sent_at)
    return told


def to_duration(seconds: float) -> Duration:
    duration = Duration()
    duration.FromMilliseconds(round(seconds * 1000))
    return duration


def aliases_to_proto(aliases: Iterable[Alias]) -> list[inbox_pb2.ContactAlias]:
    return [
        inbox_pb2.ContactAlias(kind=alias.kind, value=alias.value[:_LONGEST_NAME])
        for alias in itertools.islice(aliases, _MOST_ALIASES)
    ]


def _fill(into: inbox_pb2.Arrival, arrival: Message | Edit | Echo | Note) -> None:
    """A note is silent, an echo comes from the business, an edit names what it replaces."""
    if arrival.contact:
        _fill_contact(into.contact, arrival.contact)
        if arrival.contact.locale:
            into.locale = arrival.contact.locale[:35]
    into.text = arrival.text.encode()
    into.kind = conversation_pb2.MESSAGE_KIND_TEXT
    _set_time(into, arrival.sent_at)
    if isinstance(arrival, Note):
        into.silent, into.note = True, arrival.kind[:100]
        into.refers_to = arrival.refers_to[:_LONGEST_NAME]
        return
    if arrival.attachments:
        into.attachments.extend(map(_attachment, arrival.attachments[:_MOST_ATTACHMENTS]))
    if isinstance(arrival, Message):
        _fill_message(into, arrival)
    elif isinstance(arrival, Echo):
        _fill_echo(into, arrival)
    else:
        into.edits = arrival.edits[:_LONGEST_NAME]
        into.refers_to = arrival.refers_to[:_LONGEST_NAME]
        into.withdraws, into.from_business = arrival.is_withdrawn, arrival.is_ours


def _fill_echo(into: inbox_pb2.Arrival, echo: Echo) -> None:
    into.from_business, into.from_our_bot = True, echo.is_bots
    into.provider_message_id = echo.provider_id[:_LONGEST_NAME]
    if echo.attachments:
        into.kind = conversation_pb2.MESSAGE_KIND_MEDIA


def _fill_message(into: inbox_pb2.Arrival, message: Message) -> None:
    """Nearly all that arrives; what is empty, as most of it, is not set."""
    into.kind = _KINDS[message.kind]
    into.provider_message_id = message.provider_id[:_LONGEST_NAME]
    if message.payload:
        into.payload = message.payload[:_LONGEST_PAYLOAD]
    if message.group:
        into.group = message.group[:200]
    if message.context:
        into.context.CopyFrom(_context(message.context))
    if message.data:
        try:
            into.data.update(message.data)
        except (ValueError, OverflowError, TypeError):
            into.ClearField("data")  # foreign values that no JSON holds; the text says them


def _context(context: Context) -> conversation_pb2.MessageContext:
    told = conversation_pb2.MessageContext(
        quoted_id=context.quoted_id[:_LONGEST_NAME],
        quoted_text=context.quoted_text[:_LONGEST_QUOTE],
        forwarded=context.is_forwarded,
        product_id=context.product_id[:300],
        catalog_id=context.catalog_id[:300],
    )
    if ad := context.ad:
        told.advertisement.source_type = ad.source_type[:100]
        told.advertisement.source_id = ad.source_id[:300]
        told.advertisement.source_url = ad.source_url[:2000]
        told.advertisement.headline = ad.headline[:500]
        told.advertisement.click_id = ad.click_id[:500]
    return told


def _set_time(into: inbox_pb2.Arrival, sent_at: datetime | None) -> None:
    if sent_at:  # a quarter of what FromDatetime takes
        into.provider_time.seconds = int(sent_at.timestamp() // 1)
        into.provider_time.nanos = sent_at.microsecond * 1000


def _fill_contact(into: inbox_pb2.Contact, contact: Contact) -> None:
    for alias in contact.aliases[:_MOST_ALIASES]:
        into.aliases.add(kind=alias.kind, value=alias.value[:_LONGEST_NAME])
    into.name = contact.name[:_LONGEST_NAME]
    into.reply_address = contact.address[:_LONGEST_NAME]
    if contact.thread:
        into.thread = contact.thread[:200]


def _attachment(attachment: Attachment) -> conversation_pb2.Attachment:
    return conversation_pb2.Attachment(
        provider_id=attachment.provider_id[:_LONGEST_NAME],
        mime_type=attachment.mime_type[:200],
        file_name=attachment.file_name[:500],
        sha256=attachment.sha256[:100],
        size_bytes=min(max(attachment.size_bytes, 0), 2**62),
    )


def _key(arrival: Arrival) -> str:
    """What has no id of its own is known by its bytes, so that a repeat is stored once."""
    if isinstance(arrival, Unreadable):
        return f"un:{hashlib.sha256(arrival.raw).hexdigest()}"
    if len(arrival.key) > _LONGEST_KEY:
        return f"long:{hashlib.sha256(arrival.key.encode()).hexdigest()}"
    return arrival.key
