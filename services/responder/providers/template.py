"""One sentence a language, and a person; never fails. A template is a notice, never an answer."""

from __future__ import annotations

# What a customer is told when a person takes over: it is stored, and somebody will answer.
_HANDOVER = {
    "en": "Thank you for your message. A person from our team takes over and will answer you.",
    "fr": "Merci pour votre message. Une personne de notre équipe prend le relais et répondra.",
    "pt": "Obrigado pela sua mensagem. Uma pessoa da nossa equipa vai continuar e responder aqui.",
    "es": "Gracias por su mensaje. Una persona de nuestro equipo se encarga y le responderá aquí.",
    "de": "Danke für Ihre Nachricht. Jemand aus unserem Team übernimmt und antwortet Ihnen hier.",
    "sw": "Asante kwa ujumbe wako. Mtu kutoka timu yetu anachukua nafasi na atakujibu hapa.",
    "zu": "Siyabonga ngomlayezo wakho. Umuntu weqembu lethu uyathatha futhi uzokuphendula lapha.",
    "ar": "شكرا على رسالتك. سيتولى أحد أعضاء فريقنا المحادثة ويجيبك هنا.",
}
_GREETING = {
    "en": "Hello! How can we help you today?",
    "fr": "Bonjour ! Comment pouvons-nous vous aider ?",
    "pt": "Olá! Como podemos ajudar?",
    "es": "¡Hola! ¿En qué podemos ayudarle?",
    "de": "Hallo! Wie können wir Ihnen helfen?",
    "sw": "Habari! Tunaweza kukusaidia vipi leo?",
    "zu": "Sawubona! Singakusiza ngani namuhla?",
    "ar": "مرحبا! كيف يمكننا مساعدتك؟",
}
_THANKS = {
    "en": "You are welcome! Write to us whenever you need us.",
    "fr": "Avec plaisir ! Écrivez-nous quand vous voulez.",
    "pt": "De nada! Escreva-nos sempre que precisar.",
    "es": "¡De nada! Escríbanos cuando lo necesite.",
    "de": "Gern geschehen! Schreiben Sie uns jederzeit.",
    "sw": "Karibu sana! Tuandikie wakati wowote.",
    "zu": "Siyabonga! Sibhalele noma nini.",
    "ar": "على الرحب والسعة! راسلنا متى احتجت.",
}
_ASK_BACK = {
    "en": "Could you tell us a little more about it, so that we can help you well?",
    "fr": "Pourriez-vous nous en dire un peu plus, pour que nous puissions bien vous aider ?",
    "pt": "Pode dizer-nos um pouco mais, para podermos ajudar bem?",
    "es": "¿Puede contarnos un poco más, para que podamos ayudarle bien?",
    "de": "Können Sie uns etwas mehr dazu sagen, damit wir gut helfen können?",
    "sw": "Unaweza kutueleza zaidi kidogo, ili tukusaidie vizuri?",
    "zu": "Ungasitshela kabanzi, ukuze sikusize kahle?",
    "ar": "هل يمكنك إخبارنا بالمزيد لنتمكن من مساعدتك جيدا؟",
}
_GOODBYE = {
    "en": "Goodbye! We are here whenever you need us.",
    "fr": "Au revoir ! Nous sommes là quand vous avez besoin de nous.",
    "pt": "Até logo! Estamos aqui sempre que precisar.",
    "es": "¡Hasta pronto! Aquí estamos cuando nos necesite.",
    "de": "Auf Wiedersehen! Wir sind da, wenn Sie uns brauchen.",
    "sw": "Kwaheri! Tupo hapa wakati wowote ukituhitaji.",
    "zu": "Sala kahle! Silapha noma nini uma usidinga.",
    "ar": "مع السلامة! نحن هنا متى احتجت إلينا.",
}
_COURTESIES = {"greeting": _GREETING, "thanks": _THANKS, "goodbye": _GOODBYE}


def handover_notice(language: str) -> str:
    """English where we have no sentence of that language."""
    return _HANDOVER.get(language, _HANDOVER["en"])


def ask_back(language: str) -> str:
    return _ASK_BACK.get(language, _ASK_BACK["en"])


def courtesy(intent: str, language: str) -> str:
    sentences = _COURTESIES.get(intent, _GREETING)
    return sentences.get(language, sentences["en"])
