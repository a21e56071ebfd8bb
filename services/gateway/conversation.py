"""A claimed turn in the responder's words (pure)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cassava.responder.v1 import responder_pb2
from cassava.tickets.v1 import conversation_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassava.tickets.v1.conversation_pb2 import Message
    from cassava.tickets.v1.turn_pb2 import ClaimedTurn

_SPEAKERS = {
    conversation_pb2.AUTHOR_CUSTOMER: responder_pb2.SPEAKER_CUSTOMER,
    conversation_pb2.AUTHOR_BOT: responder_pb2.SPEAKER_BOT,
    conversation_pb2.AUTHOR_AGENT: responder_pb2.SPEAKER_PERSON,
}
_UNSEEN = frozenset(
    {
        conversation_pb2.MESSAGE_STATE_CANCELLED,
        conversation_pb2.MESSAGE_STATE_FAILED,
        conversation_pb2.MESSAGE_STATE_PARKED,
        conversation_pb2.MESSAGE_STATE_UNCERTAIN,
    }
)

# As many messages of a turn, and as much of each, as classifier and responder take.
_MESSAGES_MOST = 64
_LONGEST = 65_536


def said(messages: Iterable[Message]) -> list[str]:
    """What a turn says; of a burst, the first messages in one. Empty where there are no words."""
    texts = [message.text for message in messages if message.text]
    if len(texts) > _MESSAGES_MOST:
        first = len(texts) - _MESSAGES_MOST + 1
        texts = ["\n".join(texts[:first]), *texts[first:]]
    return [text[:_LONGEST] for text in texts]


def as_utterances(messages: Iterable[Message]) -> list[responder_pb2.Utterance]:
    return [
        responder_pb2.Utterance(
            speaker=_SPEAKERS[message.author],
            text=message.text,
            undelivered=message.state in _UNSEEN,
        )
        for message in messages
        if message.author in _SPEAKERS and message.text
    ]


def last_said(messages: Iterable[Message]) -> list[str]:
    """The customer's newest words among them, or nothing: what a short follow-up refers to."""
    said = [m.text for m in messages if m.author == conversation_pb2.AUTHOR_CUSTOMER and m.text]
    return said[-1:]


def reply_policy(turn: ClaimedTurn) -> responder_pb2.ReplyPolicy:
    policy = turn.policy
    return responder_pb2.ReplyPolicy(
        tenant_name=turn.tenant_name,
        tone=policy.tone,
        persona=policy.persona,
        forbidden_topics=policy.forbidden_topics,
        day_tokens_most=policy.day_tokens_most,
        month_cost_most_micros=policy.month_cost_most_micros,
        languages=policy.languages,
        evidence_threshold=policy.evidence_threshold,
        allowed_link_hosts=policy.allowed_link_hosts,
        version=hashlib.sha256(policy.SerializeToString(deterministic=True)).hexdigest()[:12],
    )
