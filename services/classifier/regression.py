"""A yes or no as training fits it; `gate` has it as it serves.

Apart from serving, where scikit-learn would stay resident.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from sklearn.linear_model import LogisticRegression

from services.classifier.heads import SMALLEST_SPREAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

NEVER = np.full(1, 2.0, np.float32)  # a threshold that no chance reaches


@dataclass(frozen=True, slots=True)
class Gate:
    """A logistic regression on standardised columns, and where it says yes."""

    centre: Floats
    spread: Floats
    weights: Floats
    bias: Floats
    threshold: Floats

    @classmethod
    def fit(
        cls,
        columns: Floats,
        truth: NDArray[np.bool_],
        weight: Floats | None = None,
        *,
        c: float = 1.0,
    ) -> Gate:
        centre = columns.mean(axis=0)
        spread = np.maximum(columns.std(axis=0), SMALLEST_SPREAD)
        if truth.all() or not truth.any():  # nothing to tell apart: the same chance for all
            odds = np.log((truth.sum() + 1) / ((~truth).sum() + 1))
            return cls(centre, spread, np.zeros_like(centre), floats([odds]), NEVER)
        fitted = LogisticRegression(C=c, max_iter=1000)
        fitted.fit((columns - centre) / spread, truth, sample_weight=weight)
        return cls(centre, spread, floats(fitted.coef_[0]), floats(fitted.intercept_), NEVER)

    @classmethod
    def taught_by(cls, chances: Floats, columns: Floats, *, c: float) -> Gate:
        """What the columns tell of another's chances; each row is a yes and a no by its chance.

        Its doubt teaches more than the yes or no that it was taught itself.
        """
        truth = np.repeat([True, False], len(chances))
        weight = np.concatenate((chances, 1 - chances))
        return cls.fit(np.vstack((columns, columns)), truth, weight, c=c)

    @classmethod
    def shut(cls, columns: int) -> Gate:
        """It never says yes."""
        nothing = np.zeros(columns, np.float32)
        return cls(nothing, nothing + 1, nothing, floats([0]), NEVER)

    def __call__(self, columns: Floats) -> Floats:
        standing = (columns - self.centre) / self.spread
        return floats(1 / (1 + np.exp(-(standing @ self.weights + self.bias))))

    def at(self, threshold: float) -> Gate:
        return replace(self, threshold=floats([threshold]))


def floats(values: object) -> Floats:
    return np.asarray(values, dtype=np.float32)
