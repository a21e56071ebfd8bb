"""What the customer is told of a turn that has killed its workers: a person answers (pure)."""

from __future__ import annotations

_SENTENCES = {
    "en": "We have your message. Our automatic answer failed, so a person will answer you here.",
    "fr": "Nous avons votre message. La réponse automatique a échoué ; une personne vous répondra.",
    "pt": "Temos a sua mensagem. A resposta automática falhou; uma pessoa vai responder aqui.",
    "es": "Tenemos su mensaje. La respuesta automática falló; una persona le responderá aquí.",
    "de": "Ihre Nachricht ist da. Die automatische Antwort schlug fehl, ein Mensch antwortet hier.",
    "sw": "Tumepokea ujumbe wako. Jibu la kiotomatiki limeshindikana; mtu atakujibu hapa.",
    "zu": "Siwutholile umlayezo wakho. Impendulo ezenzakalelayo yehlulekile; umuntu uzokuphendula.",
}


def last_words(language: str) -> str:
    """In the conversation's language where we have it, else in English."""
    return _SENTENCES.get(language, _SENTENCES["en"])
