"""When a person is needed: decided by code, in the order of causes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cassava.tickets.v1 import conversation_pb2, tenant_pb2, turn_pb2
from cassava.type.v1 import classification_pb2 as labels
from cassava.type.v1 import outcome_pb2 as outcomes

from services.gateway.handover import is_silent, is_too_old, ticket_for, why_a_person

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def a_turn(**said: Any) -> turn_pb2.ClaimedTurn:
    usual = {
        "holder": conversation_pb2.HOLDER_BOT,
        "messages": [conversation_pb2.Message(text="Where is it?")],
    }
    return turn_pb2.ClaimedTurn(**(usual | said))


def heard(**said: Any) -> labels.Classification:
    return labels.Classification(**({"intent": "order_status"} | said))


RULE = tenant_pb2.Rule(intent="complaint", hand_over=True)


@pytest.mark.parametrize(
    ("turn", "said", "cause"),
    [
        (a_turn(), heard(), None),
        (a_turn(), heard(wants_person=True), outcomes.HANDOVER_CAUSE_CUSTOMER_ASKS),
        (a_turn(), heard(emergency=labels.EMERGENCY_SAFETY), outcomes.HANDOVER_CAUSE_EMERGENCY),
        (a_turn(), heard(emergency=labels.EMERGENCY_OUTAGE), None),
        (
            a_turn(policy=tenant_pb2.Policy(rules=[RULE])),
            heard(intent="complaint"),
            outcomes.HANDOVER_CAUSE_RULE,
        ),
        (
            a_turn(last_turn_negative=True),
            heard(sentiment=labels.SENTIMENT_NEGATIVE),
            outcomes.HANDOVER_CAUSE_NEGATIVE_TURNS,
        ),
        (
            a_turn(last_intent="order_status", second_last_intent="order_status", answers_in_row=2),
            heard(),
            outcomes.HANDOVER_CAUSE_REPEATED_INTENT,
        ),
        (a_turn(answers_in_row=8), heard(), outcomes.HANDOVER_CAUSE_TURN_LIMIT),
        (a_turn(answers_in_row=3, policy=tenant_pb2.Policy(turn_limit=4)), heard(), None),
    ],
)
def test_the_first_cause_that_applies_is_named(
    turn: turn_pb2.ClaimedTurn, said: labels.Classification, cause: int | None
) -> None:
    assert why_a_person(turn, said) == cause


def test_the_machine_is_silent_where_a_person_holds_the_conversation() -> None:
    assert is_silent(a_turn(holder=conversation_pb2.HOLDER_PERSON))
    assert is_silent(a_turn(holder=conversation_pb2.HOLDER_QUEUED))
    assert is_silent(a_turn(auto_reply_off=True))
    assert not is_silent(a_turn())


def test_the_machine_is_silent_where_all_that_was_said_is_withdrawn() -> None:
    assert is_silent(a_turn(messages=[]))


def test_trap_07_last_weeks_question_is_too_old_for_a_machine() -> None:
    turn = a_turn()
    turn.newest_time.FromDatetime(NOW - timedelta(minutes=31))
    assert is_too_old(turn, NOW)
    turn.newest_time.FromDatetime(NOW - timedelta(minutes=29))
    assert not is_too_old(turn, NOW)


def test_how_old_is_too_old_is_the_tenants_to_say() -> None:
    turn = a_turn(policy=tenant_pb2.Policy(oldest_answered_minutes=120))
    turn.newest_time.FromDatetime(NOW - timedelta(minutes=119))
    assert not is_too_old(turn, NOW)
    turn.newest_time.FromDatetime(NOW - timedelta(minutes=121))
    assert is_too_old(turn, NOW)


def test_urgency_opens_a_ticket_beside_an_answer() -> None:
    answer = outcomes.Outcome(kind=outcomes.OUTCOME_KIND_ANSWER)

    wish = ticket_for(a_turn(), heard(urgency=labels.URGENCY_HIGH), answer)

    assert wish is not None
    assert (wish.priority, wish.cause, wish.category) == (
        labels.URGENCY_HIGH,
        "urgency",
        "order_status",
    )
    assert ticket_for(a_turn(), heard(urgency=labels.URGENCY_NORMAL), answer) is None
