"""The heads of one fit, by scikit-learn; of new texts they say what the served model says."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from services.classifier.blend import Blend
from services.classifier.encoding import last_columns
from services.classifier.foretelling import Foretelling, densities_of
from services.classifier.intent import OUT_OF_SCOPE
from services.classifier.scoring import (
    UNLIKE,
    VOTERS,
    Glances,
    Read,
    Scope,
    Scores,
    glances_of,
    nearest_of,
    scores_of,
    told_of,
)
from services.classifier.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from services.classifier.words import Counts

    Floats: TypeAlias = NDArray[np.float32]
    Names: TypeAlias = NDArray[np.str_]

SEED = 7
SMALLEST_SPREAD = 1e-3  # three of the encoder's columns never move
# Kept to vote and to show: 4 MB a tenant, 2 ms a message that is compared to all of them.
MOST_VOTERS = 10_000
_ROWS_AT_ONCE = 2048
# Liblinear is as right after three rounds as after a thousand, on folds of BANKING77; on CLINC150
# it is 0.2 points less right, in half the time.
_TEXT_C, _TEXT_ROUNDS = 1.0, 3
_FEW_EXAMPLES = 12  # an intent: fewer need less smoothing, and teach the last layer's columns only
_VECTOR_C, _VECTOR_C_OF_FEW = 0.02, 0.2
_VECTOR_ROUNDS, _VECTOR_TOLERANCE = 150, 1e-3
STEPS_OF_A_FIT = 3
_GIST_ROUNDS, _GIST_SMOOTHING = 4, 100.0


@dataclass(frozen=True, slots=True)
class Heads:
    labels: Names
    blend: Blend
    words: Words
    text: Floats  # (terms, labels)
    text_bias: Floats
    gist: Floats  # (columns of `word_vectors`, labels)
    gist_bias: Floats
    centre: Floats
    spread: Floats
    vector: Floats  # (the encoder's dimensions, labels)
    vector_bias: Floats
    voters: NDArray[np.int64]  # rows of the examples that vote
    examples: Floats
    example_labels: NDArray[np.intp]
    densities: Floats  # of the examples
    foretelling: Foretelling

    @classmethod
    def fit(
        cls,
        texts: Counts,
        gists: Floats,
        vectors: Floats,
        names: Names,
        told: Callable[[], None] = lambda: None,
    ) -> Heads:
        """`told` is called `STEPS_OF_A_FIT` times: of many labels a step takes a minute. `vectors`
        are standardised where they lie: of 100,000 examples a copy is 300 MB.
        """
        words = Words.fit(texts)
        labels, rows = np.unique(names, return_inverse=True)
        centre, spread = _frame(vectors)
        voters = _voters(names)
        examples, taught = vectors[voters], rows[voters]
        standing = vectors
        standing -= centre
        standing /= spread
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # stopped early on purpose
            text = _text_head(words.read(texts), names)
            told()
            vector = _vector_head(standing, names, few=len(names) / len(labels) < _FEW_EXAMPLES)
            told()
            lines = _lines(gists, standing)
            gist = _gist_head(gists, lines, names, vector)
            told()
        return cls(
            labels,
            Blend.of(len(names), len(labels)),
            words,
            *_a_column_each(text),
            *gist,
            centre,
            spread,
            *_a_column_each(vector),
            voters,
            examples,
            taught,
            densities_of(examples, taught),
            Foretelling.fit(gists, lines * spread, examples - centre, taught),
        )

    @property
    def scope(self) -> NDArray[np.bool_]:
        return np.asarray(self.labels != OUT_OF_SCOPE)

    def glances(self, texts: Counts, gists: Floats) -> Glances:
        """All that is told without a vector."""
        matrix = self.words.read(texts)
        margins = np.asarray(matrix @ self.text + self.text_bias, np.float32)
        best = np.where(self.scope, margins, -np.inf).argmax(axis=1)
        known = matrix.tocoo()
        spoke = known.data * self.text[known.col, best[known.row]]
        lengths = np.array([len(terms) for terms, _ in texts])
        told = told_of(len(texts), known.row, known.data, spoke, lengths)
        meant = np.asarray(gists @ self.gist + self.gist_bias, np.float32)
        glances = glances_of(margins, meant, told, Scope.of(self.scope))
        best = np.where(self.scope, glances.together, -1).argmax(axis=1)
        return glances.beside(self.foretelling.standing(gists, best, self.example_labels))

    def scores(self, glances: Glances, vectors: Floats) -> Scores:
        parts = [
            self._scores(glances[some], vectors[some])
            for start in range(0, len(vectors), _ROWS_AT_ONCE)
            for some in [slice(start, start + _ROWS_AT_ONCE)]
        ]
        return Scores(
            np.concatenate([part.blended for part in parts]),
            np.concatenate([part.evidence for part in parts]),
        )

    def _scores(self, glances: Glances, vectors: Floats) -> Scores:
        standing = (vectors - self.centre) / self.spread
        logits = np.asarray(standing @ self.vector + self.vector_bias, np.float32)
        read = Read.of(logits, glances, self.blend)
        found, alike = self._nearest(vectors, read.likeliest())
        return scores_of(
            glances,
            read,
            alike,
            self.example_labels[found],
            self.densities[found],
            Scope.of(self.scope),
            self.blend,
        )

    def _nearest(self, vectors: Floats, among: NDArray[np.intp]) -> tuple[NDArray[np.intp], Floats]:
        """Examples of the labels among which serving seeks, and how alike they are: of each label
        the nearest. Where it has fewer stand the first ones, as UNLIKE as can be.
        """
        found = np.zeros((*among.shape, VOTERS), np.intp)
        alike = np.full(found.shape, UNLIKE, np.float32)
        for label in np.unique(among):
            taught = np.flatnonzero(self.example_labels == label)
            if not len(taught):  # what is out of scope does not vote
                continue
            texts, places = np.nonzero(among == label)
            similarities = np.asarray(vectors[texts] @ self.examples[taught].T, np.float32)
            nearest = nearest_of(similarities)
            filled = (texts[:, None], places[:, None], np.arange(nearest.shape[1]))
            found[filled] = taught[nearest]
            alike[filled] = np.take_along_axis(similarities, nearest, axis=1)
        return found.reshape(len(vectors), -1), alike.reshape(len(vectors), -1)


def _voters(names: Names) -> NDArray[np.int64]:
    """Of each intent equally many: the first of each, then the second of each, and so on."""
    inside = np.flatnonzero(names != OUT_OF_SCOPE)
    order = np.argsort(names[inside], kind="stable")
    grouped = names[inside][order]
    starts = np.searchsorted(grouped, grouped)
    turn = np.empty(len(inside), np.int64)
    turn[order] = np.arange(len(inside)) - starts
    return np.sort(inside[np.argsort(turn, kind="stable")[:MOST_VOTERS]])


def _text_head(texts: csr_matrix, names: Names) -> LinearSVC:
    # Left to itself it leaves the dual where there are more examples than terms, and there
    # three rounds are not enough: 58 % right in place of 89, in twice the time.
    head = LinearSVC(C=_TEXT_C, max_iter=_TEXT_ROUNDS, dual=True, random_state=SEED)
    return head.fit(texts, names)


def _vector_head(standing: Floats, names: Names, *, few: bool) -> LogisticRegression:
    """Of few examples an intent it reads the last layer alone; the other columns weigh nothing."""
    c = _VECTOR_C_OF_FEW if few else _VECTOR_C
    head = LogisticRegression(C=c, max_iter=_VECTOR_ROUNDS, tol=_VECTOR_TOLERANCE)
    read = last_columns(standing.shape[1]) if few else standing.shape[1]
    head.fit(standing[:, :read], names)
    head.coef_ = np.pad(head.coef_, ((0, 0), (0, standing.shape[1] - read)))
    return head


def _lines(gists: Floats, standing: Floats) -> Floats:
    """`(columns of gists, columns of vectors)`: what the words' own vectors foretell of these."""
    centre, spread = _frame(gists)
    read = (gists - centre) / spread
    smoothing = _GIST_SMOOTHING * np.eye(read.shape[1], dtype=np.float32)
    foretold: Floats = np.linalg.solve(read.T @ read + smoothing, read.T @ standing)
    return foretold / spread[:, None]


def _gist_head(
    gists: Floats, lines: Floats, names: Names, vector: LogisticRegression
) -> tuple[Floats, Floats]:
    """Begun with what `vector` says of what the lines foretell.

    Four rounds from there are as right as twenty from nothing.
    """
    centre, spread = _frame(gists)
    head = LogisticRegression(
        C=vector.C, max_iter=_GIST_ROUNDS, tol=_VECTOR_TOLERANCE, warm_start=True
    )
    begun = (spread[:, None] * lines) @ vector.coef_.T
    head.coef_, head.intercept_ = begun.T, vector.intercept_.copy()
    head.fit((gists - centre) / spread, names)
    weights, bias = _a_column_each(head)
    folded = weights / spread[:, None]
    return folded, bias - centre @ folded


def _frame(columns: Floats) -> tuple[Floats, Floats]:
    """Their means, and how far they spread around these."""
    return columns.mean(axis=0), np.maximum(columns.std(axis=0), SMALLEST_SPREAD)


def _a_column_each(fitted: LinearSVC | LogisticRegression) -> tuple[Floats, Floats]:
    """Weights and biases; of two labels scikit-learn keeps one column for both."""
    weights, bias = fitted.coef_.T, fitted.intercept_
    if weights.shape[1] == 1:
        # Half each: the difference of both, which a softmax reads, stays what it was.
        half = 0.5 if isinstance(fitted, LogisticRegression) else 1.0
        weights, bias = np.hstack([-weights, weights]) * half, np.hstack([-bias, bias]) * half
    return np.asarray(weights, np.float32), np.asarray(bias, np.float32)
