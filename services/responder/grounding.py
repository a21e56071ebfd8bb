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

# So few words may mean too many things: one question back is better than a guess.
_AMBIGUOUS_WORDS = 3


class Decision(StrEnum):
    ANSWER = "answer"
    ASK = "ask"
    PERSON = "person"


def evidence(said: Sequence[Signals], language: str, *, leans: bool = False) -> float:
    """0 to 1: how likely a passage of that language answers one of the queries; one is enough."""
    totals = [_total(signals) for signals in said]
    total = max(totals)
    if leans:
        total = _OF_THE_TURN * totals[0] + (1 - _OF_THE_TURN) * totals[-1]
    if language != _LEARNT:
        total -= _UNLEARNT
    return 1 / (1 + math.exp(-_STEEPNESS * (total - _EVEN)))


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
