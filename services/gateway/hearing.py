"""What a turn says: the classifier's labels and, where it is unsure and the tenant allows it, a
language model's choice among the intents that it held possible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from cassava.classifier.v1.classifier_pb2 import ClassifyRequest
from cassava.responder.v1.responder_pb2 import ChooseIntentRequest
from cassava.type.v1 import classification_pb2 as labels
from cassava.type.v1 import outcome_pb2 as outcomes

from mesh.errors import MeshError
from services.gateway.conversation import last_said, reply_policy, said
from services.gateway.handover import is_silent, is_waiting_long

if TYPE_CHECKING:
    from cassava.classifier.v1.classifier_pb2 import ClassifyResponse
    from cassava.responder.v1.responder_pb2 import ChooseIntentResponse
    from cassava.tickets.v1.turn_pb2 import ClaimedTurn

    from services.gateway.peers import Peers

log = structlog.get_logger()
_OUT_OF_SCOPE = "out_of_scope"
# Of the turn's 20 s, of which the other tiers together use 17: milliseconds where there is a
# processor, and time enough for the words where everything waits for one (decision 0127).
_CLASSIFY_SECONDS = 2.0
_CHOOSE_SECONDS = 3.0


class Hearing:
    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    async def hear(self, turn: ClaimedTurn) -> labels.Classification:
        """Never fails for a peer's sake: without the classifier there is no intent."""
        words = said(turn.messages)
        if not words:
            return labels.Classification(language=turn.language)
        try:
            heard = await self._classified(turn, words)
        except MeshError as error:
            log.warning("classifier_silent", turn_id=turn.turn_id, reason=error.reason)
            return labels.Classification(language=turn.language)
        if not heard.candidates or _needs_no_choice(turn, heard.classification):
            return heard.classification
        return await self._chosen(turn, words, heard)

    async def _classified(self, turn: ClaimedTurn, words: list[str]) -> ClassifyResponse:
        policy = turn.policy
        request = ClassifyRequest(
            tenant_id=turn.tenant_id,
            messages=words,
            languages=policy.languages,
            prior_language=turn.language,
            earlier=last_said(turn.earlier),
            candidates_below=policy.confidence_threshold if policy.model_labels else 0.0,
        )
        return await self._peers.classifier.Classify(request, timeout=_CLASSIFY_SECONDS)

    async def _chosen(
        self, turn: ClaimedTurn, words: list[str], heard: ClassifyResponse
    ) -> labels.Classification:
        request = ChooseIntentRequest(
            tenant_id=turn.tenant_id,
            messages=words,
            candidates=heard.candidates,
            policy=reply_policy(turn),
        )
        try:
            choice = await self._peers.responder.ChooseIntent(request, timeout=_CHOOSE_SECONDS)
        except MeshError as error:
            log.warning("choice_failed", turn_id=turn.turn_id, reason=error.reason)
            return heard.classification
        return as_chosen(heard, choice)


def as_chosen(heard: ClassifyResponse, choice: ChooseIntentResponse) -> labels.Classification:
    """The model's word for the intent; how sure that is stays what the classifier thought of it."""
    chosen = labels.Classification()
    chosen.CopyFrom(heard.classification)
    if not choice.intent:
        return chosen
    named = {each.intent: each.confidence for each in heard.candidates}
    chosen.intent = choice.intent
    chosen.out_of_scope = choice.intent == _OUT_OF_SCOPE
    chosen.confidence = named.get(choice.intent, heard.classification.out_of_scope_score)
    if not chosen.out_of_scope:
        chosen.out_of_scope_distance = labels.OUT_OF_SCOPE_UNSPECIFIED
    others = [each for each in heard.classification.alternatives if each.intent != choice.intent]
    first = labels.ScoredIntent(intent=choice.intent, confidence=chosen.confidence)
    del chosen.alternatives[:]
    chosen.alternatives.extend([first, *others][:3])
    tier = outcomes.Tier.Name(choice.tier).removeprefix("TIER_").lower()
    chosen.engine = f"{tier}/{choice.model} over {heard.classification.engine}"
    return chosen


def _needs_no_choice(turn: ClaimedTurn, heard: labels.Classification) -> bool:
    """Whatever is meant: a person comes, nobody answers, or a queue has to recover."""
    return (
        heard.courtesy
        or heard.wants_person
        or bool(heard.emergency)
        or is_silent(turn)
        or is_waiting_long(turn)
    )
