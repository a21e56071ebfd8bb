"""Shadows and their pairs as the contract says them."""

from __future__ import annotations

from uuid import uuid4

from cassava.responder.v1 import shadow_pb2 as pb
from cassava.type.v1 import outcome_pb2

from mesh.errors import InvalidInput
from mesh.times import to_timestamp
from services.responder.draft import Kind
from services.responder.providers.provider import Tier
from services.responder.shadow.shadow import FAILED, Comparison, Pair, Shadow, Side, Summary
from services.responder.wire import reason_to_proto, tier_to_proto

_TIERS = {outcome_pb2.TIER_MISTRAL: Tier.MISTRAL, outcome_pb2.TIER_OLLAMA: Tier.OLLAMA}


def shadow_from_proto(said: pb.Shadow) -> Shadow:
    """A new one; raises `InvalidInput` for what cannot answer otherwise than what is live."""
    if said.tier not in _TIERS:
        raise InvalidInput("only TIER_MISTRAL and TIER_OLLAMA have models", field="shadow.tier")
    rules = said.rules.replace("\0", "").strip()
    if not said.model and not rules:
        raise InvalidInput("give a model, or rules, or both", field="shadow.model")
    return Shadow(uuid4(), _TIERS[said.tier], said.model, rules, said.share or 1.0)


def shadow_to_proto(shadow: Shadow) -> pb.Shadow:
    return pb.Shadow(
        id=str(shadow.id),
        tier=tier_to_proto(shadow.tier),
        model=shadow.model,
        rules=shadow.rules,
        share=shadow.share,
        start_time=to_timestamp(shadow.started_at),
        stop_time=to_timestamp(shadow.stopped_at),
    )


def comparison_to_proto(shadow: Shadow, found: Comparison) -> pb.CompareRepliesResponse:
    return pb.CompareRepliesResponse(
        shadow=shadow_to_proto(shadow),
        pairs=found.pairs,
        same_kind=found.same_kind,
        both_answered=found.both_answered,
        same_source=found.same_source,
        live_side=_summary(found.live),
        shadow_side=_summary(found.shadow),
    )


def pair_to_proto(pair: Pair) -> pb.ReplyPair:
    return pb.ReplyPair(
        id=str(pair.id),
        conversation_id=str(pair.conversation_id),
        question=pair.question,
        asked_time=to_timestamp(pair.asked_at),
        live_reply=_side(pair.live),
        shadow_reply=_side(pair.shadow),
    )


def _summary(side: Summary) -> pb.SideSummary:
    return pb.SideSummary(
        answered=side.kinds.get(Kind.ANSWER, 0),
        asked_back=side.kinds.get(Kind.ASK, 0),
        handed_over=side.kinds.get(Kind.HANDOVER, 0),
        failed=side.kinds.get(FAILED, 0),
        reasons=[
            pb.ReasonCount(reason=reason_to_proto(reason), replies=replies)
            for reason, replies in side.reasons.items()
        ],
        milliseconds_p50=side.milliseconds_p50,
        milliseconds_p95=side.milliseconds_p95,
        tokens=side.tokens,
        cost_micros=side.cost_micros,
    )


def _side(side: Side) -> pb.ComparedReply:
    kind = "UNSPECIFIED" if side.kind == FAILED else side.kind.upper()
    return pb.ComparedReply(
        kind=outcome_pb2.OutcomeKind.Value(f"OUTCOME_KIND_{kind}"),
        reason=reason_to_proto(side.reason),
        tier=tier_to_proto(side.tier),
        model=side.model,
        prompt_version=side.prompt_version,
        text=side.text,
        article_ids=[str(each) for each in side.article_ids],
        milliseconds=side.milliseconds,
        tokens=side.tokens,
        cost_micros=side.cost_micros,
    )
