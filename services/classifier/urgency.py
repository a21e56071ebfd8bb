"""How fast a person is needed: points with a reason each, added up (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from services.classifier.sentiment import Sentiment, is_loud

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from services.classifier.emergency import Emergency


class Urgency(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Point:
    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class Urgent:
    urgency: Urgency
    confidence: float
    reasons: Sequence[str]


# The lowest sum of each level.
_LEVELS = {Urgency.CRITICAL: 8, Urgency.HIGH: 4, Urgency.NORMAL: 1}
_SAID = 0.95  # as sure as points can be
_EMERGENCY = 12  # no patience in the same message takes it below critical
_BASE = {
    "fraud_report": 8,
    "outage": 5,
    "account_locked": 3,
    "payment_failed": 3,
    "login_problem": 3,
    "delivery_problem": 3,
    "damaged_item": 2,
    "complaint": 2,
    "technical_problem": 2,
    "refund_request": 2,
    "billing_question": 2,
    "speak_to_human": 2,
    "password_reset": 2,
    "change_order": 2,
    "cancel_subscription": 2,
    "greeting": 0,
    "thanks": 0,
    "goodbye": 0,
    "feature_request": 0,
    "out_of_scope": 0,
}
_BASE_OF_OTHERS = 1
_FEELINGS = {Sentiment.VERY_NEGATIVE: 2, Sentiment.NEGATIVE: 1}
_PLEASED = frozenset({Sentiment.POSITIVE, Sentiment.VERY_POSITIVE})
_HURRY = re.compile(
    r"\b(?:urgent(?:ly|e)?|asap|a\.s\.a\.p|emergency|immediately|right now|right away|at once|"
    r"as soon as possible|straight away|can't wait|cannot wait|critical|"
    r"urgence|immédiatement|tout de suite|au plus vite|dès que possible|"
    r"urgência|imediatamente|agora mesmo|o mais rápido possível|já já|"
    r"haraka|dharura|sasa hivi|mara moja|upesi|"
    r"ngokushesha|kuphuthuma|manje|"
    r"urgentemente|inmediatamente|cuanto antes|ahora mismo|dringend|sofort|eilig)\b"
)
_PATIENCE = re.compile(
    r"\b(?:no (?:rush|hurry)|not urgent|isn't urgent|no urgency|whenever you (?:can|have|get)|"
    r"when you (?:have|get) (?:a )?(?:time|moment|chance|minute)|take your time|low priority|"
    r"just curious|can wait|nothing urgent|at your convenience|"
    r"rien d'urgent|pas urgent|pas pressé|quand vous (?:pouvez|aurez)|prenez votre temps|"
    r"sem pressa|não é urgente|não há pressa|quando puder(?:em)?|"
    r"si haraka|sio haraka|hakuna haraka|bila haraka|(?:uki|mki)pata (?:muda|nafasi)|"
    r"akuphuthumi|ayikho ijubane|uma (?:unesikhathi|ninesikhathi)|"
    r"no es urgente|sin prisa|nicht dringend|keine eile|nicht eilig)\b"
)
_DEADLINE = re.compile(
    r"\b(?:today|tonight|tomorrow|this (?:morning|afternoon|evening)|"
    r"in (?:an?|one|two|half an|\d+) (?:hours?|minutes?|mins?)|"
    r"before (?:noon|the weekend|my flight)|deadline|aujourd'hui|demain|ce soir|hoje|amanhã|"
    r"leo|kesho|namuhla|kusasa|hoy|heute|morgen)\b"
)


def urgency(
    text: str, intent: str, sentiment: Sentiment, emergency: tuple[Emergency, str] | None
) -> Urgent:
    """Each point with its reason, the weightiest first; the sum decides the level."""
    points = sorted(
        _points(text.replace("\u2019", "'"), intent, sentiment, emergency),
        key=lambda point: -abs(point.points),
    )
    total = sum(point.points for point in points)
    reasons = [f"{point.reason} ({point.points:+d})" for point in points]
    return Urgent(_level(total), _confidence(total), reasons)


def at_least(urgent: Urgent, number: int, intent: str) -> Urgent:
    """The tenant's word for an intent: `number` counts the levels from 1, 0 says nothing."""
    levels = list(Urgency)
    if number <= levels.index(urgent.urgency) + 1:
        return urgent
    level = levels[number - 1]
    reason = f"intent {intent} is {level.value} at least, says the tenant"
    return Urgent(level, _SAID, [reason, *urgent.reasons])


def _points(
    text: str, intent: str, sentiment: Sentiment, emergency: tuple[Emergency, str] | None
) -> Iterator[Point]:
    if emergency is not None:
        kind, words = emergency
        yield Point(_EMERGENCY, f"emergency, {kind.value.replace('_', ' ')}: '{words}'")
    plain = text.lower()
    patient = _PATIENCE.search(plain)
    # "not urgent" has the word "urgent" in it.
    hurried = _HURRY.search(_PATIENCE.sub(" ", plain) if patient else plain)
    if base := _BASE.get(intent, _BASE_OF_OTHERS):
        yield Point(base, f"intent {intent}")
    if weight := _FEELINGS.get(sentiment):
        yield Point(weight, f"sounds {sentiment.value.replace('_', ' ')}")
    if hurried is not None:
        yield Point(3, f"asks for haste: '{hurried.group()}'")
    if patient is not None:
        yield Point(-4, f"says it can wait: '{patient.group()}'")
    elif deadline := _DEADLINE.search(plain):
        yield Point(1, f"names a time: '{deadline.group()}'")
    if is_loud(text) and sentiment not in _PLEASED:
        yield Point(1, "written with emphasis")


@cache
def _level(total: int) -> Urgency:
    return next((level for level, least in _LEVELS.items() if total >= least), Urgency.LOW)


@cache
def _confidence(total: int) -> float:
    """Nearer to a border between two levels, less sure: 0.6 beside it, 0.95 from 4 points on."""
    distance = min(abs(total - least + 0.5) for least in _LEVELS.values())
    return min(0.95, 0.55 + 0.1 * distance)
