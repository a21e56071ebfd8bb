"""Questions and drafts as the contract says them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cassava.responder.v1 import responder_pb2
from cassava.tickets.v1 import conversation_pb2
from cassava.type.v1 import channel_pb2, outcome_pb2

from services.responder.choice import Choice, Doubt
from services.responder.draft import Budget, Draft, Question
from services.responder.prompt import VERSION, Candidate
from services.responder.providers.provider import ProviderState, Reason, Tier, Usage

if TYPE_CHECKING:
    from cassava.tickets.v1 import turn_pb2

    from services.responder.knowledge.search import Hit

_SPEAKERS = {
    responder_pb2.SPEAKER_CUSTOMER: "customer",
    responder_pb2.SPEAKER_BOT: "assistant",
    responder_pb2.SPEAKER_PERSON: "agent",
}
_AUTHORS = {
    conversation_pb2.AUTHOR_CUSTOMER: "customer",
    conversation_pb2.AUTHOR_BOT: "assistant",
    conversation_pb2.AUTHOR_AGENT: "agent",
}
_MOST_MESSAGES = 64


def question_from_proto(request: responder_pb2.ReplyRequest) -> Question:
    heard, policy = request.classification, request.policy
    said = [(_SPEAKERS.get(u.speaker, "customer"), u.text) for u in request.earlier if u.text]
    cause = _name(outcome_pb2.HandoverCause, request.notice_for, "HANDOVER_CAUSE_")
    default = policy.languages[0] if policy.languages else "en"
    return Question(
        tenant_id=request.tenant_id,
        tenant_name=policy.tenant_name or request.tenant_id,
        messages=list(request.messages),
        earlier_customer=[text for who, text in said if who == "customer"],
        earlier=said,
        intent=heard.intent,
        language=heard.language or default,
        is_courtesy=heard.courtesy,
        tone=policy.tone,
        threshold=policy.evidence_threshold,
        allowed_link_hosts=list(policy.allowed_link_hosts),
        best_tier=_tier(request.best_tier),
        asked_back_before=request.asked_back_before,
        notice_for="" if cause == "unspecified" else cause,
        policy_version=policy.version,
        persona=policy.persona,
        forbidden_topics=list(policy.forbidden_topics),
        budget=_budget(policy),
        channel=_name(channel_pb2.ChannelKind, request.channel, "CHANNEL_KIND_"),
        conversation_id=request.conversation_id,
    )


def question_from_preview(preview: turn_pb2.PreviewTurnResponse) -> Question:
    """What an agent is asked. It belongs to no conversation: no gap and no shadow is kept of it."""
    turn, heard, policy = preview.turn, preview.classification, preview.turn.policy
    words = [message.text for message in turn.messages if message.text][-_MOST_MESSAGES:]
    said = [
        (_AUTHORS[message.author], message.text)
        for message in turn.earlier
        if message.author in _AUTHORS and message.text
    ]
    return Question(
        tenant_id=turn.tenant_id,
        tenant_name=turn.tenant_name,
        messages=words or ["…"],
        earlier_customer=[text for who, text in said if who == "customer"],
        earlier=said,
        intent=heard.intent,
        language=heard.language or turn.language or policy.languages[0],
        is_courtesy=heard.courtesy,
        tone=policy.tone,
        threshold=policy.evidence_threshold,
        allowed_link_hosts=list(policy.allowed_link_hosts),
        best_tier=None,
        asked_back_before=turn.asked_back_before,
        notice_for="",
        policy_version="draft",
        persona=policy.persona,
        forbidden_topics=list(policy.forbidden_topics),
        budget=Budget(policy.day_tokens_most, policy.month_cost_most_micros),
        channel=_name(channel_pb2.ChannelKind, turn.channel, "CHANNEL_KIND_"),
    )


def draft_to_proto(draft: Draft) -> outcome_pb2.Outcome:
    outcome = outcome_pb2.Outcome(
        kind=outcome_pb2.OutcomeKind.Value(f"OUTCOME_KIND_{draft.kind.upper()}"),
        text=draft.text,
        tier=tier_to_proto(draft.tier),
        model=draft.model,
        sources=[source_to_proto(hit) for hit in draft.sources],
        confidence=draft.confidence,
        fallback_reason=reason_to_proto(draft.reason),
        steps=[
            outcome_pb2.TierStep(
                tier=tier_to_proto(step.tier),
                reason=reason_to_proto(step.reason),
                milliseconds=step.milliseconds,
            )
            for step in draft.steps
        ],
        usage=_usage(draft.usage),
        summary=draft.summary,
        knowledge_version=draft.knowledge_version,
        prompt_version=VERSION if draft.by_a_model else "",
    )
    if draft.cause:
        outcome.handover_cause = outcome_pb2.HandoverCause.Value(
            f"HANDOVER_CAUSE_{draft.cause.upper()}"
        )
    return outcome


def doubt_from_proto(request: responder_pb2.ChooseIntentRequest) -> Doubt:
    return Doubt(
        tenant_id=request.tenant_id,
        messages=list(request.messages),
        candidates=[Candidate(each.intent, list(each.examples)) for each in request.candidates],
        budget=_budget(request.policy),
    )


def choice_to_proto(choice: Choice) -> responder_pb2.ChooseIntentResponse:
    return responder_pb2.ChooseIntentResponse(
        intent=choice.intent,
        tier=tier_to_proto(choice.tier) if choice.tier else outcome_pb2.TIER_UNSPECIFIED,
        model=choice.model,
        reason=reason_to_proto(choice.reason),
        usage=_usage(choice.usage),
    )


def source_to_proto(hit: Hit) -> outcome_pb2.Source:
    passage = hit.passage
    return outcome_pb2.Source(
        article_id=str(passage.article_id),
        title=passage.title,
        url=passage.url,
        score=round(hit.evidence, 4),
    )


def tier_to_proto(tier: Tier) -> outcome_pb2.Tier.ValueType:
    return outcome_pb2.Tier.Value(f"TIER_{tier.upper()}")


def reason_to_proto(reason: Reason | None) -> outcome_pb2.TierReason.ValueType:
    name = "UNSPECIFIED" if reason is None else reason.upper()
    return outcome_pb2.TierReason.Value(f"TIER_REASON_{name}")


def state_to_proto(tier: Tier, state: ProviderState) -> responder_pb2.ProviderState:
    return responder_pb2.ProviderState(
        tier=tier_to_proto(tier),
        condition=responder_pb2.ProviderCondition.Value(
            f"PROVIDER_CONDITION_{state.condition.upper()}"
        ),
        reason=reason_to_proto(state.reason),
        model=state.model,
        remedy=state.remedy,
    )


def _usage(usage: Usage) -> outcome_pb2.Usage:
    return outcome_pb2.Usage(
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cost_micros=usage.cost_micros,
    )


def _budget(policy: responder_pb2.ReplyPolicy) -> Budget:
    return Budget(policy.day_tokens_most, policy.month_cost_most_micros)


def _tier(tier: outcome_pb2.Tier.ValueType) -> Tier | None:
    name = _name(outcome_pb2.Tier, tier, "TIER_")
    return None if name == "unspecified" else Tier(name)


def _name(enum: Any, number: int, prefix: str) -> str:
    """What a newer process knows and we do not is as if nothing was said."""
    known = enum.DESCRIPTOR.values_by_number.get(number)
    return known.name.removeprefix(prefix).lower() if known else "unspecified"
