"""A yes or no that training fitted, as it serves: one text's columns in, a chance out (pure)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.classifier.weights import Weights

    Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ServingGate:
    """A logistic regression over columns, their standardising folded into its weights."""

    weights: NDArray[np.float64]
    bias: float
    threshold: float

    @classmethod
    def of(cls, weights: Weights, name: str) -> ServingGate:
        centre, spread, slopes, bias, threshold = (
            getattr(weights, f"{name}{part}").astype(np.float64)
            for part in ("_centre", "_spread", "", "_bias", "_threshold")
        )
        folded = slopes / spread
        return cls(folded, float(bias[0] - centre @ folded), float(threshold[0]))

    def chance(self, columns: Floats) -> float:
        # A model that was fitted earlier reads fewer columns.
        score = float(columns[: len(self.weights)] @ self.weights) + self.bias
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))
