"""What a set of answers is worth: right inside the scope, apart from what is beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.classifier.intent import OUT_OF_SCOPE, Heard

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    Asked: TypeAlias = Sequence[tuple[str, str]]
    Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    floor: float | None = None
    is_at_most: bool = False

    def line(self) -> str:
        if self.floor is None:
            return f"{self.name:<62} {self.value:>9.4g}"
        reached = self.value <= self.floor if self.is_at_most else self.value >= self.floor
        sign = "<=" if self.is_at_most else ">="
        verdict = "" if reached else "MISSED"
        return f"{self.name:<62} {self.value:>9.4g}  {sign} {self.floor:<7g} {verdict}"


def in_scope(heard: Sequence[Heard], asked: Asked) -> tuple[NDArray[np.bool_], Floats]:
    inside = [(one.ranked[0], intent) for one, (_, intent) in zip(heard, asked, strict=True)
              if intent != OUT_OF_SCOPE]  # fmt: skip
    right = np.array([best.intent == intent for best, intent in inside])
    return right, np.array([best.confidence for best, _ in inside], np.float32)


def outside_scores(heard: Sequence[Heard], asked: Asked) -> tuple[Floats, Floats]:
    score = np.array([one.outside for one in heard], np.float32)
    is_beside = np.array([intent == OUT_OF_SCOPE for _, intent in asked])
    return score[~is_beside], score[is_beside]


def auroc(heard: Sequence[Heard], asked: Asked) -> float:
    inside, beside = outside_scores(heard, asked)
    return rank_of(beside, inside)


def rank_of(beside: Floats, inside: Floats) -> float:
    """The chance that what is beside the scope scores higher (area under the curve)."""
    ordered = np.sort(inside)
    below = np.searchsorted(ordered, beside, "left") + np.searchsorted(ordered, beside, "right")
    return float(below.mean() / 2 / len(inside))


def percent(values: Sequence[bool] | NDArray[np.bool_]) -> float:
    return float(np.mean(values)) * 100
