"""What the encoder would say of a text, foretold from its words' own vectors without a run (pure).

A message whose words fit an intent may lie far from all that was taught of it. Lines through the
examples lead from gists to vectors; of what they foretell the directions that vary most are kept,
and how near a text lies there to its intent's examples says most of what the vector would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

FORETOLD = 2  # columns of `standing_of`
_DIRECTIONS = 64  # as good as all of them; 24 lose a quarter of what they give
_NEAREST = 3
_CROWD = 5  # examples of the same label
_LONELY = 0.5  # how dense it is where no label has two examples
_NO_LENGTH = 1e-6


@dataclass(frozen=True, slots=True)
class Foretelling:
    """Lines from gists to the kept directions, and where the examples lie in these."""

    weights: Floats  # (columns of gists, directions)
    bias: Floats
    examples: Floats  # (examples, directions), of unit length
    densities: Floats  # of the examples

    @classmethod
    def fit(
        cls, gists: Floats, lines: Floats, examples: Floats, labels: NDArray[np.intp]
    ) -> Foretelling:
        """`gists`: of all texts; `lines`: `(columns of gists, columns of vectors)`; `examples`:
        their vectors, centred as what the lines foretell.
        """
        centre = gists.mean(axis=0)
        kept = _directions(gists - centre, lines)
        weights = lines @ kept
        placed = unit(examples @ kept)
        return cls(weights, -centre @ weights, placed, densities_of(placed, labels))

    def standing(self, gists: Floats, best: NDArray[np.intp], labels: NDArray[np.intp]) -> Floats:
        """`(n, FORETOLD)`; `best`: the label that each text's words point to."""
        said = unit(gists @ self.weights + self.bias)
        columns = np.zeros((len(said), FORETOLD), np.float32)
        for label in np.unique(best):
            texts, some = best == label, labels == label
            columns[texts] = standing_of(said[texts] @ self.examples[some].T, self.densities[some])
        return columns


def standing_of(similarities: Floats, densities: Floats) -> Floats:
    """`(n, FORETOLD)`: how alike the nearest example is, and how much denser they lie around the
    text than around the nearest of them.
    """
    count, rows = min(_NEAREST, similarities.shape[1]), np.arange(len(similarities))[:, None]
    nearest = np.argpartition(similarities, -count, axis=1)[:, -count:]
    near = similarities[rows, nearest]
    columns = np.empty((len(near), FORETOLD), np.float32)
    columns[:, 0] = np.maximum.reduce(near, axis=1)
    columns[:, 1] = np.add.reduce(near - densities[nearest], axis=1) / count
    return columns


def densities_of(examples: Floats, labels: NDArray[np.intp]) -> Floats:
    """How alike the nearest examples of the same label are to each; rows of unit length."""
    densities = np.full(len(examples), np.nan, np.float32)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        count = min(_CROWD, len(rows) - 1)
        if count:
            alike = examples[rows] @ examples[rows].T
            np.fill_diagonal(alike, -np.inf)
            densities[rows] = np.partition(alike, -count, axis=1)[:, -count:].mean(axis=1)
    lonely = np.isnan(densities)
    densities[lonely] = _LONELY if lonely.all() else densities[~lonely].mean()
    return densities


def unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    placed: Floats = (rows / np.maximum(lengths, _NO_LENGTH)).astype(np.float32)
    return placed


def _directions(gists: Floats, lines: Floats) -> Floats:
    """`(columns of vectors, _DIRECTIONS)`: along which `gists @ lines` varies most.

    By way of the gists' columns, as the vectors have twice as many.
    """
    spread, turned = np.linalg.eigh(gists.T @ gists)
    varied = (turned * np.sqrt(np.maximum(spread, 0))).T @ lines
    variances, mixed = np.linalg.eigh(varied @ varied.T)
    most = mixed[:, -_DIRECTIONS:]
    lengths = np.sqrt(np.maximum(variances[-_DIRECTIONS:], _NO_LENGTH))
    return np.asarray(varied.T @ most / lengths, np.float32)
