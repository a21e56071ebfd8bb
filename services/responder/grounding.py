"""Enough evidence to answer, or ask back, or a person (pure)."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.responder.knowledge.search import Signals

# A logistic over what speaks for the best passage, fitted on half of the demo questions
# (docs/decisions/0030-evidence.md); the other half is what its figures are quoted on.
_BIAS = -6.2
_COSINE = 5.2
_MARGIN = 4.0
_COVERED = 3.6
_AGREED = 0.5
DEFAULT_THRESHOLD = 0.5

# Fewer words than this may mean too many things: one question back is better than a guess.
_AMBIGUOUS_WORDS = 3


class Decision(StrEnum):
    ANSWER = "answer"
    ASK = "ask"
    PERSON = "person"


def evidence(signals: Signals) -> float:
    """0 to 1: how likely the passage answers the question."""
    score = (
        _BIAS
        + _COSINE * signals.cosine
        + _MARGIN * signals.margin
        + _COVERED * signals.covered
        + _AGREED * signals.agreed
    )
    return 1 / (1 + math.exp(-score))


def decide(
    best_evidence: float, question: str, *, threshold: float, asked_back_before: bool
) -> Decision:
    """Answer on evidence; else one question back where the wording is short; else a person."""
    if best_evidence >= (threshold or DEFAULT_THRESHOLD):
        return Decision.ANSWER
    if len(question.split()) <= _AMBIGUOUS_WORDS and not asked_back_before:
        return Decision.ASK
    return Decision.PERSON
