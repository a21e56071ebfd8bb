"""How the customer feels, in five steps, by the model's guess and by words of feeling (pure)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from services.classifier.lexicon import FEELING, INTENSIFIERS, NEGATIONS

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
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_GREETING = re.compile(
    r"\b(?:good (?:morning|afternoon|evening|day|night)|bon(?:ne)? (?:journée|soirée|nuit)|"
    r"bo[ma] (?:dia|tarde|noite)|buen[oa]s (?:días|tardes|noches)|guten? (?:morgen|tag|abend))\b"
)
_REACH = 3  # a negation or an intensifier colours this many words after it
# The encoder read English only; elsewhere its guess is a hint.
_TRUST_IN_MODEL = {"en": 1.0}
_TRUST_ELSEWHERE = 0.15
_FLAT = (0.2, 0.2, 0.2, 0.2, 0.2)
_NO_GUESS = (0.08, 0.2, 0.5, 0.15, 0.07)  # how messages without a word of feeling are, mostly
_WIDTH = 0.8  # how far a lexicon's step blurs into its neighbours
_MOST_WORDS = 400


def feeling(text: str, language: str, guess: Sequence[float]) -> Feeling:
    """`guess`: the model's five chances, very negative first; none when the words sufficed."""
    found = _lexical(text)
    guess = guess or (_NO_GUESS if found is None else _FLAT)
    trust = _TRUST_IN_MODEL.get(language, _TRUST_ELSEWHERE)
    scores = [trust * math.log(chance + 1e-3) for chance in guess]
    if found is None:  # no word of feeling: a plain question, whatever it resembles
        scores[2] += 1.0
    else:
        for step in range(len(STEPS)):
            scores[step] -= (step - 2 - found) ** 2 / (2 * _WIDTH**2)
    highest = max(scores)
    chances = [math.exp(score - highest) for score in scores]
    best = max(range(len(STEPS)), key=chances.__getitem__)
    return Feeling(STEPS[best], chances[best] / sum(chances))


def _lexical(text: str) -> float | None:
    """-2 to 2 from words of feeling, the strongest counting most; None if there is none."""
    plain = _GREETING.sub(" ", text.lower().replace("\u2019", "'"))
    words = _WORD.findall(plain)[:_MOST_WORDS]
    found = [
        _coloured(FEELING[word], words[max(0, place - _REACH) : place])
        for place, word in enumerate(words)
        if word in FEELING
    ]
    if not found:
        return None
    strongest = max(found, key=abs)
    total = strongest + 0.3 * (sum(found) - strongest)
    if "!" in text:
        total *= 1.15
    return max(-2.0, min(2.0, total))


def _coloured(strength: float, before: Sequence[str]) -> float:
    if any(word in INTENSIFIERS for word in before):
        strength *= 1.5
    if any(word in NEGATIONS for word in before):
        strength *= -0.6  # "not good" is milder than "bad"; "not bad" is mild praise
    return strength
