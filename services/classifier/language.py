"""Which of a tenant's languages a message is in, and how sure that is (pure)."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from services.classifier.transitions import Transitions

if TYPE_CHECKING:
    from collections.abc import Sequence


PLATFORM_LANGUAGES = ("en", "fr", "pt", "es", "de", "sw", "zu", "ar")
# What a tenant may choose from; of the identifier's 142 columns only these are kept: 23 MB less.
IDENTIFIED = (
    *PLATFORM_LANGUAGES,
    *("af", "am", "da", "el", "fa", "fi", "he", "hi", "id", "it", "ja", "ko", "lg", "mg", "nl"),
    *("no", "pl", "ro", "ru", "rw", "sn", "so", "st", "sv", "th", "tr", "uk", "ur", "vi", "xh"),
    *("yo", "zh"),
)
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
    "xh": "molo molweni enkosi ndicela ndifuna nceda uncedo yam wam kunye kwaye ukuba apha ewe "
    "njani ndine andikwazi iakhawunti ngoku kakuhle ndiyabulela",
    "yo": "ẹ ọ ṣe jọwọ mo fẹ ti kò owó bawo àti náà wọn pẹlu sí fún rẹ kí ó wà jẹ",
    "sn": "mhoro ndatenda ndinoda ndapota kupi riini mari kuti uye zvakanaka ndiri handina",
    "so": "salaan waan mahadsanid fadlan waxaan rabaa halkee maxay aad iyo waa lacag",
    "st": "dumela leboha kopa thuso hore mme jwang kae neng tjhelete batla haholo",
    "af": "dankie asseblief ek nie waar wanneer baie goeie hulp jy julle hoekom rekening",
    "ar": "مرحبا شكرا أريد أين طلبي حسابي السلام عليكم من في على لا كيف متى هل",
}
_LANGUAGES_OF = {
    word: frozenset(code for code, words in _OWN_WORDS.items() if word in words.split())
    for words in _OWN_WORDS.values()
    for word in words.split()
}
_OWN_WORD = math.log(6)
_PRIOR = math.log(12)  # of a conversation's language, before the first word
_SHORT = 2  # words
_FADES_OVER = 6  # words; after a sentence the text speaks for itself
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")  # noqa: RUF001  # people type the curly one
_NOT_LANGUAGE = re.compile(r"https?://\S+|(?<!\S)[^\s@]+@\S+|\d+")


@dataclass(frozen=True, slots=True)
class Spoken:
    language: str
    confidence: float


class Languages:
    def __init__(self) -> None:
        self._identifier = identifier()
        self._places = {code: place for place, code in enumerate(self._identifier.languages)}

    def spoken(self, text: str, among: Sequence[str] = (), prior: str = "") -> Spoken:
        """The likeliest of the languages; the prior decides where the words are too few."""
        allowed = [code for code in among or PLATFORM_LANGUAGES if code in self._places]
        allowed = allowed or list(among) or list(PLATFORM_LANGUAGES)
        readable = _NOT_LANGUAGE.sub(" ", text[:MOST_CHARACTERS])
        words = _WORD.findall(readable.lower().replace("’", "'"))  # noqa: RUF001
        # What lists say counts less, the more there is for the identifier to read.
        fading = 1 / (1 + max(0, len(words) - _SHORT) / _FADES_OVER) ** 2
        scores = self._scores(readable, words, allowed, fading)
        expected = prior if prior in scores else allowed[0]
        share = 1.0 if prior in scores else 0.5  # the tenant's first language is a weaker guess
        scores[expected] += share * _PRIOR * fading
        best = max(scores, key=scores.__getitem__)
        return Spoken(best, 1 / sum(math.exp(score - scores[best]) for score in scores.values()))

    def _scores(
        self, readable: str, words: list[str], allowed: list[str], fading: float
    ) -> dict[str, float]:
        if not words:
            return dict.fromkeys(allowed, 0.0)
        chances, places = self._identifier.chances(readable.strip()), self._places
        scores = {
            code: math.log((chances[places[code]] if code in places else 0) + 1e-6)
            for code in allowed
        }
        for word in words:
            for code in (owners := _LANGUAGES_OF.get(word, ())):
                if code in scores:
                    scores[code] += fading * _OWN_WORD / len(owners)
        return scores


class Identifier:
    """py3langid's pieces of words and what each says of every language, read as it reads them."""

    def __init__(self, published: LanguageIdentifier) -> None:
        self.languages = list(published.nb_classes)
        tables = (published.tk_nextmove, published.tk_row, published.tk_output)
        self._transitions = Transitions(*tables)
        # A choice of columns leaves them one after the other, and what is looked up is rows.
        self._told = np.ascontiguousarray(published.nb_ptc)
        self._beforehand = published.nb_pc

    def chances(self, text: str) -> list[float]:
        """Of each of `languages`."""
        plain = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
        read = plain.encode(errors="surrogatepass")
        counts = self._transitions.visited(read)
        if not counts:
            return [1 / len(self.languages)] * len(self.languages)
        found = np.fromiter(counts, np.intp, len(counts))
        often = np.fromiter(counts.values(), np.float32, len(counts))
        scores = np.log1p(often) @ self._told.take(found, axis=0) + self._beforehand
        scores /= math.sqrt(len(read))
        raised = np.exp(scores - scores.max())
        chances: list[float] = (raised / raised.sum()).tolist()
        return chances


def identifier() -> Identifier:
    """With the columns that tenants may choose from."""
    full = LanguageIdentifier.from_model_file(MODEL_FILE)
    full.set_languages(code for code in IDENTIFIED if code in full.labels)
    return Identifier(full)
