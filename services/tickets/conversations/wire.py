"""Conversations and messages to the contract and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.type.v1 import channel_pb2, classification_pb2

from mesh.times import to_timestamp
from services.tickets.conversations.message import Part, failure_of, state_of
from services.tickets.deliveries.window import closes_at
from services.tickets.names import name_of, number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asyncpg import Record

    from services.tickets.conversations.store import View

_PREVIEW_CHARACTERS = 120


def conversation_to_proto(view: View) -> pb.Conversation:
    known = view.conversation
    status = "resolved" if known.resolved_at else "open"
    return pb.Conversation(
        id=str(known.id),
        tenant_id=known.tenant_id,
        customer_id=str(known.customer_id),
        customer_name=view.customer_name,
        channel_id=str(known.account_id),
        channel=number_of(channel_pb2.ChannelKind, known.channel),
        holder=number_of(pb.Holder, known.holder),
        status=number_of(pb.Conversation.Status, status),
        create_time=to_timestamp(known.created_at),
        last_message_time=to_timestamp(known.last_message_at),
        resolve_time=to_timestamp(known.resolved_at),
        last_message_preview=preview(view.last_body),
        intent=known.intent,
        urgency=number_of(classification_pb2.Urgency, known.urgency),
        sentiment=number_of(classification_pb2.Sentiment, known.sentiment),
        language=known.language,
        ticket_id=str(view.ticket_id or ""),
        etag=str(known.version),
        window_close_time=to_timestamp(closes_at(known.channel, known.last_customer_at)),
        unreachable=known.blocked_at is not None,
    )


def message_to_proto(row: Record, parts: Sequence[Part]) -> pb.Message:
    """What a customer took back is shown without its words."""
    message = pb.Message()
    if not row["withdrawn_at"]:
        message.ParseFromString(row["extras"] or b"")
        message.text = row["body"].decode("utf-8", "replace")
    if row["content"]:
        message.content.ParseFromString(row["content"])
    message.reaction = row["reaction"]
    for position, _, state in (told.partition(":") for told in row["media"]):
        if int(position) < len(message.attachments):
            message.attachments[int(position)].state = number_of(pb.Attachment.State, state)
    if row["withdrawn_at"]:
        message.withdraw_time.FromDatetime(row["withdrawn_at"])
    message.id = str(row["id"])
    message.conversation_id = str(row["conversation_id"])
    message.author = number_of(pb.Author, row["author"])
    message.author_name = row["author_name"]
    message.kind = number_of(pb.MessageKind, row["kind"])
    message.state = number_of(pb.MessageState, state_of(row["author"], row["kind"], parts))
    message.sequence = row["seq"] or 0
    message.turn_id = str(row["turn_id"] or "")
    message.failure = failure_of(parts)
    message.create_time.FromDatetime(row["created_at"])
    if row["provider_ts"]:
        message.provider_time.FromDatetime(row["provider_ts"])
    if row["classification"]:
        message.classification.ParseFromString(row["classification"])
    if row["outcome"]:
        message.outcome.ParseFromString(row["outcome"])
    return message


def preview(body: bytes) -> str:
    """The first words, on one line."""
    words = body.decode("utf-8", "ignore").replace("\0", " ").split()
    return " ".join(words)[:_PREVIEW_CHARACTERS]


def holder_from_proto(holder: pb.Holder.ValueType) -> str:
    return name_of(pb.Holder, holder)


def status_from_proto(status: pb.Conversation.Status.ValueType) -> str:
    return name_of(pb.Conversation.Status, status)


def channel_from_proto(channel: channel_pb2.ChannelKind.ValueType) -> str:
    return name_of(channel_pb2.ChannelKind, channel)
