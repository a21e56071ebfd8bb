"""Which of a tenant's languages a message is in, and how sure that is (pure)."""

from __future__ import annotations

import math
import mmap
import re
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
from py3langid.modelio import load_model

if TYPE_CHECKING:
    from collections.abc import Sequence

PLATFORM_LANGUAGES = ("en", "fr", "pt", "es", "de", "sw", "zu", "ar")
MOST_CHARACTERS = 2000

# Words that one of these languages has and the others have not, or hardly: on two words the
# identifier alone is right in 86 of 100 cases (CLASSIFIER.md 7).
_OWN_WORDS = {
    "en": "hi hello hey the is are my where what how please thanks thank you i'm i need want have "
    "order not help it bye refund when can't password account card with and of this to",
    "fr": "bonjour salut merci je suis mon ma où est commande veux pas bonsoir svp s'il vous "
    "compte quand comment avez mot passe le les des une au revoir et besoin aide colis",
    "pt": "olá oi obrigado obrigada bom dia boa tarde noite minha meu não onde está preciso quero "
    "encomenda senha você vocês meus tchau adeus com ajuda uma pedido fatura conta",
    "es": "hola gracias buenos días buenas tardes mi dónde está necesito quiero pedido no por "
    "favor contraseña cuándo adiós mis factura una cuenta con ayuda el los cómo",
    "de": "hallo danke guten tag ich bin mein meine wo ist bestellung nicht bitte möchte wann "
    "passwort konto tschüss und der die das hilfe rechnung brauche vielen dank",
    "sw": "habari jambo asante sana ninahitaji nahitaji naomba msaada yangu wangu iko wapi lini "
    "nataka tafadhali kwaheri mambo pesa mzigo oda siwezi hujambo karibu kuhusu na ya langu",
    "zu": "sawubona ngiyabonga ngicela usizo yami wami iphi kuphi ngifuna unjani sanibonani "
    "angikwazi imali yebo cha hamba kahle nini ngidinga i-akhawunti kakhulu iphasela",
    "ar": "مرحبا شكرا أريد أين طلبي حسابي السلام عليكم من في على لا كيف متى هل",
}
_LANGUAGES_OF = {
    word: frozenset(code for code, words in _OWN_WORDS.items() if word in words.split())
    for words in _OWN_WORDS.values()
    for word in words.split()
}
_OWN_WORD = math.log(6)
_PRIOR = math.log(12)  # of a conversation's language, before the first word
_PRIOR_FADES_OVER = 6  # words; after a sentence the text speaks for itself
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")  # noqa: RUF001  # people type the curly one
_NOT_LANGUAGE = re.compile(r"https?://\S+|\S+@\S+|\d+")


@dataclass(frozen=True, slots=True)
class Spoken:
    language: str
    confidence: float


class Languages:
    def __init__(self) -> None:
        self._identifier = _identifier()
        self._known = frozenset(self._identifier.labels)

    def spoken(self, text: str, among: Sequence[str] = (), prior: str = "") -> Spoken:
        """The likeliest of the languages; the prior decides where the words are too few."""
        allowed = [code for code in among or PLATFORM_LANGUAGES if code in self._known]
        allowed = allowed or list(among) or list(PLATFORM_LANGUAGES)
        readable = _NOT_LANGUAGE.sub(" ", text[:MOST_CHARACTERS])
        words = [word.replace("’", "'") for word in _WORD.findall(readable.lower())]  # noqa: RUF001
        scores = self._scores(readable, words, allowed)
        expected = prior if prior in scores else allowed[0]
        share = 1.0 if prior in scores else 0.25  # the tenant's first language is a weaker guess
        scores[expected] += share * _PRIOR / (1 + len(words) / _PRIOR_FADES_OVER) ** 2
        best = max(scores, key=scores.__getitem__)
        return Spoken(best, 1 / sum(math.exp(score - scores[best]) for score in scores.values()))

    def _scores(self, readable: str, words: list[str], allowed: list[str]) -> dict[str, float]:
        if not words:
            return dict.fromkeys(allowed, 0.0)
        chances = dict(self._identifier.rank(readable.strip()))
        scores = {code: math.log(chances.get(code, 0) + 1e-6) for code in allowed}
        for word in words:
            for code in _LANGUAGES_OF.get(word, frozenset()) & scores.keys():
                scores[code] += _OWN_WORD / len(_LANGUAGES_OF[word])
        return scores


def _identifier() -> LanguageIdentifier:
    """Of its tables, 70 MB, only what people's languages touch becomes resident."""
    chances, priors, classes, moves, rows, outputs = load_model(MODEL_DIR / MODEL_FILE)
    return LanguageIdentifier(
        np.frombuffer(_mapped(chances), chances.dtype).reshape(chances.shape),
        priors,
        classes,
        _mapped(moves).cast(moves.typecode),
        outputs,
        norm_probs=True,
        tk_row=rows,
    )


def _mapped(table: Any) -> memoryview:
    """The same bytes from a nameless file, which the system reads where they are asked for."""
    with tempfile.TemporaryFile() as file:
        file.write(memoryview(table).cast("B"))
        file.flush()
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
