"""Enough evidence to answer, or ask back, or a person (pure)."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.responder.knowledge.search import Signals

# What speaks for a passage and against it, added up, and how that sum becomes a probability. Chosen
# on the tuning half of the demo questions; `bench/answers.py` prints both (docs/decisions/0030).
_COVERED = 0.3
_ELSEWHERE = 0.8
_STEEPNESS = 7.0
_EVEN = 0.52
DEFAULT_THRESHOLD = 0.5
# The encoder learnt English: in another language its nearness says less (docs/decisions/0030).
_LEARNT, _UNLEARNT = "en", 0.08
# Of a turn that leans on what was said before; the rest is everything together.
_OF_THE_TURN = 0.2
# Of one that says itself what it is about: which passage leads (docs/decisions/0144).
_OF_ITS_OWN = 0.66

# So few words may mean too many things: one question back is better than a guess.
_AMBIGUOUS_WORDS = 3


class Decision(StrEnum):
    ANSWER = "answer"
    ASK = "ask"
    PERSON = "person"


def evidence(said: Sequence[Signals], language: str, *, leans: bool = False) -> float:
    """0 to 1: how likely a passage of that language answers one of the queries; one is enough."""
    if leans:
        total = weight(said, language, leans=True)
    else:
        total = max(weight([signals], language) for signals in said)
    return 1 / (1 + math.exp(-_STEEPNESS * (total - _EVEN)))


def weight(said: Sequence[Signals], language: str, *, leans: bool = False) -> float:
    """What speaks for a passage over the turn itself and everything that was said."""
    share = _OF_THE_TURN if leans else _OF_ITS_OWN
    total = share * _total(said[0]) + (1 - share) * _total(said[-1])
    return total if language == _LEARNT else total - _UNLEARNT


def _total(signals: Signals) -> float:
    total = signals.cosine + signals.heading + _COVERED * signals.covered
    return total - _ELSEWHERE * signals.elsewhere


def decide(
    best_evidence: float, question: str, *, threshold: float, asked_back_before: bool
) -> Decision:
    """Answer on evidence; else one question back where the wording is short; else a person."""
    if best_evidence >= (threshold or DEFAULT_THRESHOLD):
        return Decision.ANSWER
    if len(question.split()) <= _AMBIGUOUS_WORDS and not asked_back_before:
        return Decision.ASK
    return Decision.PERSON
