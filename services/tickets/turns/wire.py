"""Turns to the contract and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cassava.tickets.v1 import conversation_pb2, turn_pb2
from cassava.type.v1 import channel_pb2, classification_pb2, outcome_pb2

from mesh.times import to_timestamp
from services.tickets.tenants.wire import policy_with_defaults
from services.tickets.turns.completion import Labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from asyncpg import Record

    from services.tickets.turns.turn import Claim

_NEGATIVE = frozenset({"negative", "very_negative"})
_REAL_TIERS = frozenset(
    {outcome_pb2.TIER_MISTRAL, outcome_pb2.TIER_OLLAMA, outcome_pb2.TIER_KNOWLEDGE}
)
_ANSWERS = frozenset({outcome_pb2.OUTCOME_KIND_ANSWER, outcome_pb2.OUTCOME_KIND_ASK})


def turn_to_proto(
    row: Record,
    claim: Claim,
    messages: Iterable[Record],
    earlier: Iterable[Record],
    now: datetime,
) -> turn_pb2.ClaimedTurn:
    policy = policy_with_defaults(row["policy"])
    own = [m for m in messages if not m["is_withdrawn"]]
    times = [m["provider_ts"] or m["created_at"] for m in own] or [row["opened_at"]]
    turn = turn_pb2.ClaimedTurn(
        tenant_id=row["tenant_id"],
        conversation_id=str(row["conversation_id"]),
        turn_id=str(row["id"]),
        turn_no=row["turn_no"],
        fence=claim.fence,
        generation=row["generation"],
        from_sequence=row["from_seq"],
        to_sequence=row["to_seq"],
        messages=[message_to_proto(m) for m in own],
        earlier=[message_to_proto(m) for m in earlier if not m["is_withdrawn"]],
        holder=conversation_pb2.Holder.Value(f"HOLDER_{row['holder'].upper()}"),
        channel_id=str(row["account_id"]),
        channel=channel_pb2.ChannelKind.Value(f"CHANNEL_KIND_{row['channel'].upper()}"),
        tenant_name=row["tenant_name"],
        policy=policy,
        recorded_steps=dict(zip(row["steps"] or (), row["outputs"] or (), strict=True)),
        attempts=claim.attempts,
        language=row["language"],
        oldest_time=to_timestamp(min(times)),
        newest_time=to_timestamp(max(times)),
        last_turn_negative=row["sentiment"] in _NEGATIVE,
        answers_in_row=row["answers_in_row"],
        last_intent=row["intent"],
        second_last_intent=row["previous_intent"],
        asked_back_before=row["asked_back"],
        auto_reply_off=is_mute(row),
        traceparent=next((m["traceparent"] for m in own if m["traceparent"]), ""),
        reply_address=row["reply_address"],
        thread=row["thread"],
        latest_provider_message_id=own[-1]["provider_message_id"] if own else "",
    )
    turn.due_age.FromTimedelta(max(now - claim.due_at, now - now))
    return turn


def is_mute(row: Record) -> bool:
    """Nobody wants the machine to speak here, or nothing it says could leave."""
    return (
        policy_with_defaults(row["policy"]).auto_reply_off
        or row["account_state"] == "off"
        or row["tenant_state"] != "active"
    )


def message_to_proto(row: Record) -> conversation_pb2.Message:
    message = conversation_pb2.Message.FromString(row["extras"] or b"")
    message.id = str(row["id"])
    message.conversation_id = str(row["conversation_id"])
    message.author = conversation_pb2.Author.Value(f"AUTHOR_{row['author'].upper()}")
    message.kind = conversation_pb2.MessageKind.Value(f"MESSAGE_KIND_{row['kind'].upper()}")
    message.text = text_of(row["body"])
    message.sequence = row["seq"] or 0
    message.create_time.FromDatetime(row["created_at"])
    if row["provider_ts"]:
        message.provider_time.FromDatetime(row["provider_ts"])
    if row["state"]:
        message.state = _OPEN_STATES.get(row["state"], conversation_pb2.MESSAGE_STATE_QUEUED)
    return message


# How a reply that is not out yet looks to the next turn: "drafted, never seen" or "perhaps seen".
_OPEN_STATES = {
    "ambiguous": conversation_pb2.MESSAGE_STATE_UNCERTAIN,
    "cancelled": conversation_pb2.MESSAGE_STATE_CANCELLED,
    "failed": conversation_pb2.MESSAGE_STATE_FAILED,
    "parked": conversation_pb2.MESSAGE_STATE_PARKED,
    "sending": conversation_pb2.MESSAGE_STATE_SENDING,
}


def text_of(body: bytes) -> str:
    """UTF-8, as far as it is; the bytes themselves stay in the record."""
    return body.decode("utf-8", "replace")


def name_of(enum: object, value: int, prefix: str) -> str:
    """`URGENCY_HIGH` as `high`; an unspecified one is empty."""
    name: str = enum.Name(value).removeprefix(prefix).lower()  # type: ignore[attr-defined]
    return "" if name == "unspecified" else name


def labels_from_proto(said: classification_pb2.Classification) -> Labels:
    return Labels(
        intent=said.intent,
        urgency=name_of(classification_pb2.Urgency, said.urgency, "URGENCY_"),
        sentiment=name_of(classification_pb2.Sentiment, said.sentiment, "SENTIMENT_"),
        language=said.language,
    )


def is_answer(outcome: outcome_pb2.Outcome) -> bool:
    """A real tier that answers or asks back; everything else that goes out is a notice."""
    return outcome.tier in _REAL_TIERS and outcome.kind in _ANSWERS


def kind_of(outcome: outcome_pb2.Outcome) -> str:
    return name_of(outcome_pb2.OutcomeKind, outcome.kind, "OUTCOME_KIND_")


def cause_of(outcome: outcome_pb2.Outcome) -> str:
    return name_of(outcome_pb2.HandoverCause, outcome.handover_cause, "HANDOVER_CAUSE_")


def tier_of(outcome: outcome_pb2.Outcome) -> str:
    return name_of(outcome_pb2.Tier, outcome.tier, "TIER_")


def reason_of(outcome: outcome_pb2.Outcome) -> str:
    return name_of(outcome_pb2.TierReason, outcome.fallback_reason, "TIER_REASON_")


def timings_to_bytes(timings: Mapping[str, int], age_seconds: float) -> bytes:
    """The worker's hops and, before them, how long the messages waited."""
    known = dict(timings)
    known["total"] = round(age_seconds * 1000)
    known["wait"] = max(0, known["total"] - sum(timings.values()))
    return json.dumps(known).encode()


def timings_from_bytes(stored: bytes | None) -> dict[str, int]:
    return json.loads(stored) if stored else {}
