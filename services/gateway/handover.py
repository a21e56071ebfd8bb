"""When a person is needed, and when a case is opened (pure). Decided by code; a model may only
add a cause.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cassava.tickets.v1 import conversation_pb2, turn_pb2
from cassava.type.v1 import classification_pb2 as labels
from cassava.type.v1 import outcome_pb2 as outcomes

if TYPE_CHECKING:
    from cassava.tickets.v1.tenant_pb2 import Rule

# A provider that was cut off repeats for days; last week's question wants a person, not a bot.
_OLDEST_ANSWERED_MINUTES = 30
_NO_MODEL_AFTER_SECONDS = 60.0
_CALLS_A_PERSON = frozenset(
    {
        labels.EMERGENCY_SAFETY,
        labels.EMERGENCY_SELF_HARM,
        labels.EMERGENCY_LEGAL,
        labels.EMERGENCY_FRAUD,
    }
)
_NEGATIVE = frozenset({labels.SENTIMENT_NEGATIVE, labels.SENTIMENT_VERY_NEGATIVE})
_SAME_INTENT_ANSWERS = 2
_TURN_LIMIT = 8


def is_silent(turn: turn_pb2.ClaimedTurn) -> bool:
    """A person holds it, nobody wants the machine to speak, or all that was said is withdrawn."""
    is_anothers = turn.holder != conversation_pb2.HOLDER_BOT or turn.auto_reply_off
    return is_anothers or not turn.messages


def is_waiting_long(turn: turn_pb2.ClaimedTurn) -> bool:
    """Its queue is behind: no language model is asked (PROTOCOL 9)."""
    return turn.due_age.ToTimedelta().total_seconds() > _NO_MODEL_AFTER_SECONDS


def is_too_old(turn: turn_pb2.ClaimedTurn, now: datetime) -> bool:
    oldest = timedelta(minutes=turn.policy.oldest_answered_minutes or _OLDEST_ANSWERED_MINUTES)
    return turn.newest_time.ToDatetime(now.tzinfo) < now - oldest


def why_a_person(
    turn: turn_pb2.ClaimedTurn, heard: labels.Classification
) -> outcomes.HandoverCause.ValueType | None:
    """The first cause that applies (PRODUCT 8), or none: the machine may try."""
    is_negative_again = turn.last_turn_negative and heard.sentiment in _NEGATIVE
    is_at_limit = turn.answers_in_row >= (turn.policy.turn_limit or _TURN_LIMIT)
    causes = (
        (heard.wants_person, outcomes.HANDOVER_CAUSE_CUSTOMER_ASKS),
        (heard.emergency in _CALLS_A_PERSON, outcomes.HANDOVER_CAUSE_EMERGENCY),
        (any(r.hand_over for r in _matching(turn, heard)), outcomes.HANDOVER_CAUSE_RULE),
        (is_negative_again, outcomes.HANDOVER_CAUSE_NEGATIVE_TURNS),
        (_asks_again(turn, heard), outcomes.HANDOVER_CAUSE_REPEATED_INTENT),
        (is_at_limit, outcomes.HANDOVER_CAUSE_TURN_LIMIT),
    )
    return next((cause for applies, cause in causes if applies), None)


def ticket_for(
    turn: turn_pb2.ClaimedTurn, heard: labels.Classification, outcome: outcomes.Outcome
) -> turn_pb2.TicketWish | None:
    """A case where a handover, a tenant's rule or the urgency asks for one."""
    rule = next((rule for rule in _matching(turn, heard) if rule.open_ticket), None)
    is_urgent = heard.urgency >= labels.URGENCY_HIGH
    is_handed_over = outcome.kind == outcomes.OUTCOME_KIND_HANDOVER
    if not (rule or is_urgent or is_handed_over):
        return None
    if is_handed_over:
        cause = (
            outcomes.HandoverCause.Name(outcome.handover_cause)
            .removeprefix("HANDOVER_CAUSE_")
            .lower()
        )
    else:
        cause = "rule" if rule else "urgency"
    return turn_pb2.TicketWish(
        category=(rule.category if rule else "") or heard.intent,
        priority=heard.urgency or labels.URGENCY_NORMAL,
        cause=cause,
    )


def _matching(turn: turn_pb2.ClaimedTurn, heard: labels.Classification) -> list[Rule]:
    """By what was said: rules of other channels and hours were left out by tickets."""
    return [
        rule
        for rule in turn.policy.rules
        if rule.intent in {"", heard.intent}
        and heard.urgency >= rule.least_urgency
        and (not rule.sentiments or heard.sentiment in rule.sentiments)
        and (not rule.languages or heard.language in rule.languages)
    ]


def _asks_again(turn: turn_pb2.ClaimedTurn, heard: labels.Classification) -> bool:
    """The same thing a third time, after two answers to it: the answers do not help."""
    return (
        bool(heard.intent)
        and not heard.courtesy
        and heard.intent == turn.last_intent == turn.second_last_intent
        and turn.answers_in_row >= _SAME_INTENT_ANSWERS
    )
