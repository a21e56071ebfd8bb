"""How the customer feels, in five steps, by the model's guess and by words of feeling (pure)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from services.classifier.complaints import complaint
from services.classifier.lexicon import (
    FALSE_FRIENDS,
    FEELING,
    INTENSIFIERS,
    INTENSIFIERS_AFTER,
    MISHAPS,
    NEGATIONS,
    SETTLED,
)
from services.classifier.patterns import plain
from services.classifier.supposing import is_asked_about

if TYPE_CHECKING:
    from collections.abc import Sequence


class Sentiment(StrEnum):
    VERY_NEGATIVE = "very_negative"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    VERY_POSITIVE = "very_positive"


@dataclass(frozen=True, slots=True)
class Feeling:
    sentiment: Sentiment
    confidence: float


STEPS = tuple(Sentiment)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|:-?[()]|[\u2600-\u27bf\U0001f300-\U0001faff]")
# Said by whoever is content, too: greetings, what the customer lost or took by mistake, what is to
# be corrected, what a form is called.
_UNFELT = re.compile(
    r"\b(?:good (?:morning|afternoon|evening|day|night)|bon(?:ne)? (?:journée|soirée|nuit)|"
    r"bo[ma] (?:dia|tarde|noite)|buen[oa]s (?:días|tardes|noches)|guten? (?:morgen|tag|abend)|"
    r"(?:kind|best|warm) (?:regards|wishes)|have a (?:nice|great|lovely|good) \w+|for good|"
    r"(?:i|i've|i have|report a|report my) lost|j'ai perdu|lost (?:card|phone|and found)|"
    r"complaints? (?:form|procedure|department|number)|too late to|no news is|bad weather|"
    r"late (?:check-?\w+|father|mother|husband|wife)|how late|"
    r"(?:\w*day|time|date|slot) no longer works|"
    r"(?:entered|typed|chose|picked|selected|ordered|booked|spel(?:t|led)|birth|birthday|gave) "
    r"(?:[\w']{1,20} ){0,5}wrong|wrong (?:company|flat|surname|birth|pin|password|size in my)|"
    r"par erreur|nul en|mauvaise? (?:code|pin|mdp|mot de passe)|mauvais code postal|"
    r"(?:ticket|reçu|mot de passe|mdp|password|pin|kadi|stakabadhi|risiti) (?:[\w']{1,20} ){0,2}"
    r"(?:perdue?|imepotea)|(?:(?:sobre)?nome|nascimento|apelido|cep|cpf|nif|pedi|"
    r"escolhi) (?:[\w']{1,20} ){0,2}errad[oa]|"
    r"(?:coloquei|pus|escrevi|digitei|marquei) (?:[\w']{1,20} ){1,3}errad[oa]|kwa bahati mbaya|"
    r"limeandikwa vibaya|falsch (?:geschrieben|erfasst|eingegeben|eingetippt|gebucht))\b|^lost my\b"
)
_REACH = 3  # a negation or an intensifier colours this many words after it
# The encoder read English only; elsewhere its guess is a hint.
_TRUST_IN_MODEL = {"en": 1.0}
_TRUST_ELSEWHERE = 0.15
_FLAT = (0.2, 0.2, 0.2, 0.2, 0.2)
_NO_GUESS = (0.08, 0.2, 0.5, 0.15, 0.07)  # how messages without a word of feeling are, mostly
_WIDTH = 0.8  # how far a lexicon's step blurs into its neighbours
_MOST_WORDS = 400
_STRESSED, _LOUD = 1.15, 1.5  # emphasis makes more of what is said, and never says it
_SHOUTED = re.compile(r"[A-Z]{4,}\b")
_SHOUTED_WORDS = 3
_MANY_MARKS = re.compile(r"![!?]*!")


def feeling(text: str, language: str, guess: Sequence[float]) -> Feeling:
    """`guess`: the model's five chances, very negative first; none when the words sufficed."""
    found = _lexical(text, language)
    guess = guess or (_NO_GUESS if found is None else _FLAT)
    trust = _TRUST_IN_MODEL.get(language, _TRUST_ELSEWHERE)
    scores = [trust * math.log(chance + 1e-3) for chance in guess]
    if found is None:  # no word of feeling: a plain question, whatever it resembles
        scores[2] += 1.0
        if is_loud(text):  # who shouts and praises nothing is not pleased
            scores[3:] = [min(score, scores[2] - 1.0) for score in scores[3:]]
    else:
        for step in range(len(STEPS)):
            scores[step] -= (step - 2 - found) ** 2 / (2 * _WIDTH**2)
    highest = max(scores)
    chances = [math.exp(score - highest) for score in scores]
    best = max(range(len(STEPS)), key=chances.__getitem__)
    return Feeling(STEPS[best], chances[best] / sum(chances))


def is_loud(text: str) -> bool:
    """In capitals, or with several exclamation marks."""
    return _MANY_MARKS.search(text) is not None or len(_SHOUTED.findall(text)) >= _SHOUTED_WORDS


def _lexical(text: str, language: str) -> float | None:
    """-2 to 2 from words of feeling, the strongest counting most; None if there is none."""
    read = plain(text)
    found = _felt(read, language)
    if complained := complaint(read, language):  # praise beside it is courtesy or scorn
        found = [complained, *(strength for strength in found if strength < 0)]
    if not found:
        return None
    # Of praise and blame that are equally strong, the blame is why they write.
    strongest = max(found, key=lambda strength: (abs(strength), -strength))
    total = strongest + 0.3 * (sum(found) - strongest)
    total *= _LOUD if is_loud(text) else _STRESSED if "!" in text else 1.0
    return max(-2.0, min(2.0, total))


def _felt(plain: str, language: str) -> list[float]:
    if FEELING.keys().isdisjoint(_WORD.findall(plain)):  # most messages
        return []
    plain = _UNFELT.sub(" ", plain)
    found = list(islice(_WORD.finditer(plain), _MOST_WORDS))
    strangers = FALSE_FRIENDS.get(language, frozenset())
    words = ["" if (word := each.group()) in strangers else word for each in found]
    places = [place for place, word in enumerate(words) if word in FEELING]
    is_over = any(words[at] in SETTLED and _coloured(words, at) > 0 for at in places)
    return [
        _coloured(words, at)
        for at in places
        # "What if my payment is late?": nothing was late yet.
        if words[at] not in MISHAPS
        or not (is_over or is_asked_about(plain, found[at].start(), language))
    ]


def _coloured(words: Sequence[str], place: int) -> float:
    strength, before = FEELING[words[place]], words[max(0, place - _REACH) : place]
    if not words[place].isalpha():
        return strength  # a face says what it says
    if not INTENSIFIERS.isdisjoint(before) or not INTENSIFIERS_AFTER.isdisjoint(
        words[place + 1 : place + 2]
    ):
        strength *= 1.5
    if not NEGATIONS.isdisjoint(before):
        strength *= -0.6  # "not good" is milder than "bad"; "not bad" is mild praise
    return strength
