"""The worker's own last words, for when the responder is gone: a person will answer (pure)."""

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
    """A notice in the customer's language where we have one, else in English, and a handover."""
    return outcomes.Outcome(
        kind=outcomes.OUTCOME_KIND_HANDOVER,
        text=_SENTENCES.get(language, _SENTENCES["en"]),
        tier=outcomes.TIER_TEMPLATE,
        fallback_reason=outcomes.TIER_REASON_RESPONDER_UNAVAILABLE,
        handover_cause=cause or outcomes.HANDOVER_CAUSE_LAST_TIER,
    )
