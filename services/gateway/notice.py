"""The worker's own words, for when no other will do: a person will answer (pure)."""

from __future__ import annotations

from cassava.type.v1 import outcome_pb2 as outcomes

_SENTENCES = {
    "en": "Thank you for your message. A person from our team will answer you here.",
    "fr": "Merci pour votre message. Une personne de notre équipe vous répondra ici.",
    "pt": "Obrigado pela sua mensagem. Uma pessoa da nossa equipa vai responder aqui.",
    "es": "Gracias por su mensaje. Una persona de nuestro equipo le responderá aquí.",
    "de": "Danke für Ihre Nachricht. Jemand aus unserem Team antwortet Ihnen hier.",
    "sw": "Asante kwa ujumbe wako. Umehifadhiwa, na mtu kutoka timu yetu atakujibu hapa.",
    "zu": "Siyabonga ngomlayezo wakho. Ugciniwe, futhi umuntu weqembu lethu uzokuphendula lapha.",
}


def without_responder(
    language: str, cause: outcomes.HandoverCause.ValueType | None
) -> outcomes.Outcome:
    return of_a_person(
        language,
        cause or outcomes.HANDOVER_CAUSE_LAST_TIER,
        outcomes.TIER_REASON_RESPONDER_UNAVAILABLE,
    )


def of_a_person(
    language: str,
    cause: outcomes.HandoverCause.ValueType,
    reason: outcomes.TierReason.ValueType,
) -> outcomes.Outcome:
    """A notice in the customer's language where we have one, else in English, and a handover."""
    return outcomes.Outcome(
        kind=outcomes.OUTCOME_KIND_HANDOVER,
        text=_SENTENCES.get(language, _SENTENCES["en"]),
        tier=outcomes.TIER_TEMPLATE,
        fallback_reason=reason,
        handover_cause=cause,
    )
