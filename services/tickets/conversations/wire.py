"""Conversations and messages to the contract and back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.type.v1 import channel_pb2, classification_pb2

from mesh.times import from_timestamp, to_timestamp
from services.tickets.conversations.listing import Wanted
from services.tickets.conversations.message import Part, failure_of, state_of
from services.tickets.deliveries.window import closes_at
from services.tickets.names import name_of, number_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from asyncpg import Record

    from services.tickets.conversations.store import View

_PREVIEW_CHARACTERS = 120


CHANGEABLE = frozenset({"tags", "required_skills"})


def conversation_to_proto(view: View, now: datetime) -> pb.Conversation:
    known = view.conversation
    unresolved = "snoozed" if known.is_snoozed(now) else "open"
    status = "resolved" if known.resolved_at else unresolved
    return pb.Conversation(
        id=str(known.id),
        tenant_id=known.tenant_id,
        customer_id=str(view.customer_id),
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
        team_id=str(known.team_id or ""),
        assignee_id=str(known.assignee_id or ""),
        tags=known.tags,
        required_skills=known.required_skills,
        rating=known.rating,
        snooze_time=to_timestamp(known.snoozed_until if known.is_snoozed(now) else None),
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


def wanted_from_proto(
    request: pb.ListConversationsRequest, customer_ids: Sequence[UUID] | None
) -> Wanted:
    """The list's filters; `customer_ids` are whoever the request means."""
    return Wanted(
        status=name_of(pb.Conversation.Status, request.status),
        holder=name_of(pb.Holder, request.holder),
        channel=name_of(channel_pb2.ChannelKind, request.channel),
        customer_ids=customer_ids,
        account_id=optional_id(request.channel_id),
        assignee_id=optional_id(request.assignee_id),
        unassigned=request.unassigned,
        team_id=optional_id(request.team_id),
        tag=request.tag,
        intent=request.intent,
        urgency=name_of(classification_pb2.Urgency, request.urgency),
        sentiment=name_of(classification_pb2.Sentiment, request.sentiment),
        language=request.language,
        words=request.q,
        opened_after=from_timestamp(request.opened_after),
        opened_before=from_timestamp(request.opened_before),
    )


def then_from_proto(then: pb.PostMessageRequest.Then.ValueType) -> str:
    """Without a word it is the customer's turn."""
    return name_of(pb.PostMessageRequest.Then, then) or "wait"


def optional_id(said: str) -> UUID | None:
    return UUID(said) if said else None
