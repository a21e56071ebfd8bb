"""Labels as the contract says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.type.v1 import classification_pb2 as pb

if TYPE_CHECKING:
    from services.classifier.intent import Heard
    from services.classifier.turn import Labels


def labels_to_proto(labels: Labels, engine: str) -> pb.Classification:
    heard, urgent, felt = labels.heard, labels.urgent, labels.feeling
    kind = labels.emergency.value if labels.emergency else "unspecified"
    return pb.Classification(
        intent=heard.intent,
        confidence=heard.confidence,
        urgency=pb.Urgency.Value(f"URGENCY_{urgent.urgency.value.upper()}"),
        sentiment=pb.Sentiment.Value(f"SENTIMENT_{felt.sentiment.value.upper()}"),
        language=labels.spoken.language,
        out_of_scope=heard.is_outside,
        confidences=pb.Classification.Confidences(
            urgency=urgent.confidence,
            sentiment=felt.confidence,
            language=labels.spoken.confidence,
        ),
        engine=engine,
        alternatives=[
            pb.ScoredIntent(intent=scored.intent, confidence=scored.confidence)
            for scored in heard.alternatives
        ],
        urgency_reasons=urgent.reasons,
        wants_person=labels.wants_person,
        emergency=pb.Emergency.Value(f"EMERGENCY_{kind.upper()}"),
        courtesy=heard.is_courtesy,
        out_of_scope_distance=_distance(labels.heard),
        out_of_scope_score=heard.outside,
        intents=[
            pb.ScoredIntent(intent=part.intent, confidence=part.confidence) for part in labels.parts
        ],
        abuse=labels.abuse,
        jailbreak=labels.jailbreak,
    )


def _distance(heard: Heard) -> pb.OutOfScope.ValueType:
    if not heard.is_outside:
        return pb.OUT_OF_SCOPE_UNSPECIFIED
    return pb.OUT_OF_SCOPE_FAR if heard.is_far else pb.OUT_OF_SCOPE_NEAR
