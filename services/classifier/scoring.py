"""Arithmetic that training and serving share: rows of scores in, rows of chances out (pure)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.classifier.blend import Blend

    Floats: TypeAlias = NDArray[np.float32]
    Flags: TypeAlias = NDArray[np.bool_]

NEAREST = 7  # the column of `evidence` with the similarity of the nearest example
GLANCED = 20  # columns of `glances_of`, before those that are foretold
_EVIDENCE = 12  # columns of `scores_of`; the last is missing of an earlier model
# Figures chosen on folds of training data (docs/decisions/0023), the same for every tenant.
TEXT_SHARPNESS = 4.0  # of the margins' softmax
VOTERS = 20
# The nearest examples are sought among those of so many labels: as right as among all, and of
# 10,000 a fraction is compared.
LIKELIEST = 5
VOTE_SHARPNESS = 25.0
NEIGHBOURS = 5
AROUND = 10  # neighbours that say how dense the examples lie around a text
UNLIKE = -1.0  # of a place that no example fills
_TINY = np.float32(1e-9)
_SHARP, _HALF = np.float32(TEXT_SHARPNESS), np.float32(0.5)
# The methods of the same names take a microsecond longer, as much as such a row itself.
_most, _sum = np.maximum.reduce, np.add.reduce
_SPELT = 10  # columns of `glances_of` that the spelling fills; a model without gists has no others


@dataclass(frozen=True, slots=True)
class Scope:
    """Which labels are intents: all, unless a tenant taught what is beside the point."""

    flags: Flags
    inside: slice | Flags  # columns by which to choose; where all are chosen they stay in place

    @classmethod
    def of(cls, flags: Flags) -> Scope:
        return cls(flags, slice(None) if flags.all() else flags)

    @property
    def is_all(self) -> bool:
        return isinstance(self.inside, slice)

    def beside(self, chances: Floats) -> Floats | float:
        return 0.0 if self.is_all else chances[:, ~self.flags].sum(axis=1)


@dataclass(frozen=True, slots=True)
class Glances:
    """Of `n` texts, what the words say without a run of the encoder."""

    by_words: Floats  # chances, by the words as they are spelt
    by_gist: Floats  # by what each of them means
    together: Floats  # their mean
    columns: Floats  # `(n, GLANCED and more)`: how safe these alone are

    def __getitem__(self, rows: slice) -> Glances:
        return Glances(
            self.by_words[rows], self.by_gist[rows], self.together[rows], self.columns[rows]
        )

    def beside(self, columns: Floats) -> Glances:
        """With more signs of how safe they are."""
        return replace(self, columns=np.hstack((self.columns, columns)))


@dataclass(frozen=True, slots=True)
class Read:
    """Of `n` texts, what their vectors say, and with the words that."""

    logits: Floats
    by_vector: Floats
    mixed: Floats  # of `Blend.without_votes`

    @classmethod
    def of(cls, logits: Floats, glances: Glances, blend: Blend) -> Read:
        by_vector = softmax(logits)
        mixed = blend.without_votes(glances.by_words, glances.by_gist, by_vector)
        return cls(logits, by_vector, mixed)

    def likeliest(self) -> NDArray[np.intp]:
        """`(n, LIKELIEST)`: the labels whose examples may be what a text is nearest to."""
        most = min(LIKELIEST, self.mixed.shape[1])
        return np.argpartition(self.mixed, -most, axis=1)[:, -most:]


@dataclass(frozen=True, slots=True)
class Scores:
    """Of `n` texts, what all readers together say, and what tells a text that no intent covers."""

    blended: Floats
    evidence: Floats  # `(n, 12)`: a column a sign


def softmax(scores: NDArray[Any]) -> Floats:
    chances: Floats = np.exp(scores - _most(scores, axis=-1, keepdims=True))
    chances /= _sum(chances, axis=-1, keepdims=True)
    return chances


def scores_of(  # noqa: PLR0913, PLR0917  # each is an array or a choice of its own
    glances: Glances,
    read: Read,
    similarities: Floats,
    labels: NDArray[np.intp],
    densities: Floats,
    scope: Scope,
    blend: Blend,
) -> Scores:
    """`similarities`: `(n, examples)`, to examples whose labels follow, and how dense others lie
    around these (an earlier model does not know).
    """
    rows, nearest = np.arange(len(similarities))[:, None], nearest_of(similarities)
    similarities = similarities[rows, nearest]
    by_votes = _votes(similarities, labels[rows, nearest], read.logits.shape[1])
    blended = blend.with_votes(read.mixed, by_votes)
    signs = _EVIDENCE if densities.size else _EVIDENCE - 1
    evidence = np.empty((signs, len(blended)), np.float32)
    _tell_chances(evidence[:4], blended, scope)
    _tell_vector(evidence[4:NEAREST], read, scope)
    _tell_neighbours(evidence[NEAREST:9], similarities)
    evidence[9] = _most(by_votes[:, scope.inside], axis=1)
    agreed = glances.by_words * read.by_vector * by_votes  # the chance that three mean the same
    evidence[10] = np.cbrt(_most(agreed[:, scope.inside], axis=1))
    if densities.size:
        evidence[11] = _thinness(similarities, densities[rows, nearest])
    return Scores(blended, evidence.T)


def nearest_of(similarities: Floats) -> NDArray[np.intp]:
    """`(n, VOTERS)`: which examples are nearest, in no order."""
    voters = min(VOTERS, similarities.shape[1])
    return np.argpartition(similarities, -voters, axis=1)[:, -voters:]


def _votes(similarities: Floats, labels: NDArray[np.intp], count: int) -> Floats:
    """`(n, count)`: the nearest examples vote for their label, near ones far more.

    Of both a row a text, the label of each example beside its similarity.
    """
    texts = len(similarities)
    weight = np.exp(VOTE_SHARPNESS * (similarities - 1))
    places = labels + np.arange(0, texts * count, count)[:, None]
    given = np.bincount(places.ravel(), weight.ravel(), texts * count).reshape(texts, count)
    chances: Floats = (given / _sum(given, axis=1, keepdims=True)).astype(np.float32)
    return chances


def glances_of(margins: Floats, gists: Floats, told: Floats, scope: Scope) -> Glances:
    """`gists`: what the words' own vectors say; `told`: by `told_of`.

    Alike steps of spelling, gist and their mean are one call of numpy: of a single text a call
    costs more than what it does.
    """
    texts, inside, sharp = len(margins), scope.inside, margins * _SHARP
    if not gists.size:  # a model that was fitted before there were any
        by_words = softmax(sharp)
        columns = np.empty((_SPELT, texts), np.float32)
        highest = _three(margins[:, inside])
        _tell_spelling(columns, highest, _entropy(by_words), told, scope.beside(by_words))
        return Glances(by_words, by_words, by_words, columns.T)
    chances = np.empty((3 * texts, margins.shape[1]), np.float32)
    chances[: 2 * texts] = softmax(np.concatenate((sharp, gists)))
    by_words, by_gist, both = chances.reshape(3, texts, -1)
    np.multiply(by_words + by_gist, _HALF, out=both)
    highest = _three(np.concatenate((margins, gists, both))[:, inside])
    within = chances.reshape(3, texts, -1)[..., inside]
    entropies = _entropy(within)
    columns = np.empty((GLANCED, texts), np.float32)
    spelt = entropies[0] if scope.is_all else _entropy(by_words)
    _tell_spelling(columns, highest[:texts], spelt, told, scope.beside(by_words))
    _tell_gist(columns[_SPELT:], highest[texts:], entropies[1:], within)
    return Glances(by_words, by_gist, both, columns.T)


def _tell_spelling(
    columns: Floats, highest: Floats, entropy: Floats, told: Floats, beside: Floats | float
) -> None:
    third, second, best = highest.T
    columns[0], columns[1], columns[2] = best, best - second, entropy
    columns[3], columns[5:9] = told.T[0], told.T[1:]
    columns[4] = beside
    columns[9] = best - third


def _tell_gist(columns: Floats, highest: Floats, entropies: Floats, within: Floats) -> None:
    """`highest`: of the gists, then of their mean with the spelling; `entropies`: alike."""
    by_words, by_gist, _ = within
    _, second, best = highest.T.reshape(3, 2, -1)
    likeliest = _most(by_gist, axis=1)
    # The logarithm of the sum that the softmax divided by (the energy of Liu et al. 2020).
    columns[0] = best[0] + np.log(_sum(by_gist, axis=1) / likeliest)
    columns[1], columns[7] = best
    columns[2], columns[8] = best - second
    columns[3], columns[9] = entropies
    columns[4] = likeliest
    columns[5] = by_gist.argmax(axis=1) == by_words.argmax(axis=1)
    columns[6] = np.sqrt(_most(by_gist * by_words, axis=1))


def told_of(
    texts: int, rows: NDArray[np.intp], values: Floats, spoke: Floats, lengths: NDArray[Any]
) -> Floats:
    """`(texts, 5)`: which share of its terms is known, how many there are, what spoke for the best
    label, what against it, and which share of the text the former are.

    `rows`: the text of each known term; `values`: its weight there; `spoke`: for the best label.
    """
    said = np.zeros((texts, 5), np.float32)
    said[:, 0] = np.bincount(rows, minlength=texts) / np.maximum(lengths, 1)
    said[:, 1] = np.log1p(lengths)
    said[:, 2] = np.bincount(rows, np.maximum(spoke, 0), texts)
    said[:, 3] = np.bincount(rows, np.minimum(spoke, 0), texts)
    said[:, 4] = np.bincount(rows, values**2 * (spoke > 0), texts)
    return said


def calibrated(blended: Floats, scope: Flags, power: float) -> Floats:
    """`(n, labels)` chances among the labels in scope."""
    raised: Floats = np.where(scope, blended, 0) ** np.float32(power)
    raised /= np.maximum(_sum(raised, axis=1, keepdims=True), np.float32(1e-12))
    return raised


def _tell_chances(columns: Floats, blended: Floats, scope: Scope) -> None:
    _, second, best = _three(blended[:, scope.inside]).T
    columns[0], columns[1] = best, best - second
    columns[2], columns[3] = _entropy(blended), scope.beside(blended)


def _tell_vector(columns: Floats, read: Read, scope: Scope) -> None:
    by_vector = read.by_vector[:, scope.inside]
    highest, likeliest = _most(read.logits[:, scope.inside], axis=1), _most(by_vector, axis=1)
    columns[0] = highest + np.log(_sum(by_vector, axis=1) / likeliest)  # the energy, as of the gist
    columns[1], columns[2] = highest, likeliest


def _tell_neighbours(columns: Floats, similarities: Floats) -> None:
    count = min(NEIGHBOURS, similarities.shape[1])
    nearest = np.partition(similarities, -count, axis=1)[:, -count:]
    columns[0], columns[1] = _most(nearest, axis=1), _sum(nearest, axis=1) / count


def _thinness(similarities: Floats, densities: Floats) -> Floats:
    """How much more alike the nearest are to the text than examples to their own kind.

    An intent that is taught in many ways lies thin, and a text among its examples may lie as thin
    (local outliers, Breunig et al. 2000).
    """
    count = min(AROUND, similarities.shape[1])
    rows = np.arange(len(similarities))[:, None]
    nearest = np.argpartition(similarities, -count, axis=1)[:, -count:]
    alike = similarities[rows, nearest]
    filled = alike > UNLIKE
    beyond = (alike - densities[rows, nearest]) * filled
    thinness: Floats = _sum(beyond, axis=1) / _sum(filled, axis=1)
    return thinness


def _entropy(chances: Floats) -> Floats:
    entropy: Floats = -np.vecdot(chances, np.log(chances + _TINY))
    return entropy


def _three(columns: Floats) -> Floats:
    """`(n, 3)`: the highest three of each row, the best last; a missing one is nothing."""
    missing = max(0, 3 - columns.shape[1])
    ordered = np.sort(columns, axis=1)[:, -3:]
    return np.pad(ordered, ((0, 0), (missing, 0))) if missing else ordered
