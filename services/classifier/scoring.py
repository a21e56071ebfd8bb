"""Arithmetic that training and serving share: rows of scores in, rows of chances out (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.classifier.blend import Blend

    Floats: TypeAlias = NDArray[np.float32]
    Flags: TypeAlias = NDArray[np.bool_]

NEAREST = 7  # the column of `evidence` with the similarity of the nearest example
GLANCED = 20  # columns of `glances_of`, before those that are foretold
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
_TINY = 1e-9
_HIGHEST = (-3, -2, -1)
_SPELT = 10  # columns of `glances_of` that the spelling fills; a model without gists has no others


@dataclass(frozen=True, slots=True)
class Glances:
    """Of `n` texts, what the words say without a run of the encoder."""

    by_words: Floats  # chances, by the words as they are spelt
    by_gist: Floats  # by what each of them means
    columns: Floats  # `(n, GLANCED and more)`: how safe these alone are

    def __getitem__(self, rows: slice) -> Glances:
        return Glances(self.by_words[rows], self.by_gist[rows], self.columns[rows])

    @property
    def together(self) -> Floats:
        return _mean(self.by_words, self.by_gist)

    def beside(self, columns: Floats) -> Glances:
        """With more signs of how safe they are."""
        return Glances(self.by_words, self.by_gist, np.hstack((self.columns, columns)))


@dataclass(frozen=True, slots=True)
class Scores:
    """Of `n` texts: chances by vector, by the nearest examples, and of all readers together."""

    by_vector: Floats
    by_votes: Floats
    blended: Floats
    evidence: Floats  # `(n, 12)`: what tells a message that no intent covers; a column a sign


def softmax(scores: NDArray[Any]) -> Floats:
    raised: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return chances


def votes(similarities: Floats, labels: NDArray[np.intp], count: int) -> Floats:
    """`(n, count)`: the nearest examples vote for their label, near ones far more.

    Of both a row a text, the label of each example beside its similarity.
    """
    rows = np.arange(len(similarities))[:, None]
    weight = np.exp(VOTE_SHARPNESS * (similarities - 1))
    places = (rows * count + labels).ravel()
    summed = np.bincount(places, weight.ravel(), len(similarities) * count)
    given = summed.reshape(len(similarities), count)
    chances: Floats = (given / given.sum(axis=1, keepdims=True)).astype(np.float32)
    return chances


def nearest_of(similarities: Floats) -> NDArray[np.intp]:
    """`(n, VOTERS)`: which examples are nearest, in no order."""
    voters = min(VOTERS, similarities.shape[1])
    return np.argpartition(-similarities, voters - 1, axis=1)[:, :voters]


def likeliest(glances: Glances, by_vector: Floats, blend: Blend) -> NDArray[np.intp]:
    """`(n, LIKELIEST)`: the labels whose examples may be what a text is nearest to."""
    mixed = blend(glances.by_words, glances.by_gist, by_vector)
    most = min(LIKELIEST, mixed.shape[1])
    return np.argpartition(-mixed, most - 1, axis=1)[:, :most]


def scores_of(  # noqa: PLR0913, PLR0917  # each is an array of its own
    glances: Glances,
    logits: Floats,
    by_vector: Floats,
    similarities: Floats,
    labels: NDArray[np.intp],
    densities: Floats,
    scope: Flags,
    blend: Blend,
) -> Scores:
    """`logits`: `(n, labels)`, `by_vector`: their softmax; `similarities`: `(n, m)` to examples,
    whose labels follow, and how dense others lie around these (an earlier model does not know).
    """
    by_words = glances.by_words
    nearest = nearest_of(similarities)
    similarities = np.take_along_axis(similarities, nearest, axis=1)
    by_votes = votes(similarities, np.take_along_axis(labels, nearest, axis=1), logits.shape[1])
    blended = blend(by_words, glances.by_gist, by_vector, by_votes)
    evidence = np.stack(
        (
            *_of_chances(blended, scope),
            *_of_vector(logits, by_vector, scope),
            *_of_neighbours(similarities, by_votes, scope),
            _agreement(by_words, by_vector, by_votes, scope),
            *(
                [_thinness(similarities, np.take_along_axis(densities, nearest, axis=1))]
                if densities.size
                else []
            ),
        ),
        axis=1,
    ).astype(np.float32)
    return Scores(by_vector, by_votes, blended, evidence)


def glances_of(margins: Floats, gists: Floats, told: Floats, scope: Flags) -> Glances:
    """`gists`: what the words' own vectors say; `told`: by `told_of`.

    Alike steps of spelling, gist and their mean are one call of numpy: of a single text a call
    costs more than what it does.
    """
    if not gists.size:  # a model that was fitted before there were any
        by_words = softmax(margins * np.float32(TEXT_SHARPNESS))
        highest = _three(_inside(margins, scope))
        return Glances(by_words, by_words, _of_spelling(highest, by_words, told, scope))
    texts = len(margins)
    alone = softmax(np.concatenate((margins * np.float32(TEXT_SHARPNESS), gists)))
    by_words, by_gist = alone[:texts], alone[texts:]
    both = _mean(by_words, by_gist)
    highest = _three(_inside(np.concatenate((margins, gists, both)), scope))
    spelt = _of_spelling([place[:texts] for place in highest], by_words, told, scope)
    meant = _of_gists([place[texts:] for place in highest], by_words, by_gist, both, scope)
    return Glances(by_words, by_gist, np.hstack((spelt, meant)))


def _of_spelling(highest: Sequence[Floats], by_words: Floats, told: Floats, scope: Flags) -> Floats:
    best, second, third = highest
    columns = np.zeros((len(by_words), _SPELT), np.float32)
    columns[:, 0], columns[:, 1] = best, best - second
    columns[:, 2] = _entropy(by_words)
    columns[:, 3] = told[:, 0]
    if not scope.all():
        columns[:, 4] = by_words[:, ~scope].sum(axis=1)
    columns[:, 5:9] = told[:, 1:]
    columns[:, 9] = best - third
    return columns


def _of_gists(
    highest: Sequence[Floats], by_words: Floats, by_gist: Floats, both: Floats, scope: Flags
) -> Floats:
    """`highest`: of the gists, then of `both`."""
    texts = len(both)
    inside = _inside(np.concatenate((by_words, by_gist, both)), scope)
    by_words, by_gist, both = inside[:texts], inside[texts : 2 * texts], inside[2 * texts :]
    columns = np.empty((texts, GLANCED - _SPELT), np.float32)
    best, second, _ = highest
    likeliest_gist = by_gist.max(axis=1)
    entropies = _entropy(inside[texts:])
    # The logarithm of the sum that the softmax divided by (the energy of Liu et al. 2020).
    columns[:, 0] = best[:texts] + np.log(by_gist.sum(axis=1) / likeliest_gist)
    columns[:, 1], columns[:, 2] = best[:texts], best[:texts] - second[:texts]
    columns[:, 3], columns[:, 4] = entropies[:texts], likeliest_gist
    columns[:, 5] = by_gist.argmax(axis=1) == by_words.argmax(axis=1)
    columns[:, 6] = np.sqrt((by_gist * by_words).max(axis=1))
    columns[:, 7], columns[:, 8] = best[texts:], best[texts:] - second[texts:]
    columns[:, 9] = entropies[texts:]
    return columns


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
    chances: Floats = raised / np.maximum(raised.sum(axis=1, keepdims=True), 1e-12)
    return chances


def _of_chances(blended: Floats, scope: Flags) -> tuple[Floats, ...]:
    best, second, _ = _three(_inside(blended, scope))
    return best, best - second, _entropy(blended), blended[:, ~scope].sum(axis=1)


def _of_vector(logits: Floats, by_vector: Floats, scope: Flags) -> tuple[Floats, ...]:
    raised = _inside(logits, scope)
    return _energy(raised), raised.max(axis=1), _inside(by_vector, scope).max(axis=1)


def _of_neighbours(similarities: Floats, by_votes: Floats, scope: Flags) -> tuple[Floats, ...]:
    count = min(NEIGHBOURS, similarities.shape[1])
    nearest = -np.partition(-similarities, count - 1, axis=1)[:, :count]
    return nearest.max(axis=1), nearest.mean(axis=1), _inside(by_votes, scope).max(axis=1)


def _thinness(similarities: Floats, densities: Floats) -> Floats:
    """How much more alike the nearest are to the text than examples to their own kind.

    An intent that is taught in many ways lies thin, and a text among its examples may lie as thin
    (local outliers, Breunig et al. 2000).
    """
    count = min(AROUND, similarities.shape[1])
    nearest = np.argpartition(-similarities, count - 1, axis=1)[:, :count]
    alike = np.take_along_axis(similarities, nearest, axis=1)
    filled = alike > UNLIKE
    beyond = (alike - np.take_along_axis(densities, nearest, axis=1)) * filled
    thinness: Floats = beyond.sum(axis=1) / filled.sum(axis=1)
    return thinness


def _agreement(by_words: Floats, by_vector: Floats, by_votes: Floats, scope: Flags) -> Floats:
    """The chance that three readers mean the same."""
    agreed: Floats = _inside(by_words * by_vector * by_votes, scope).max(axis=1)
    return np.cbrt(agreed)


def _mean(one: Floats, other: Floats) -> Floats:
    mean: Floats = (one + other) * np.float32(0.5)
    return mean


def _energy(logits: Floats) -> Floats:
    """Of Liu et al. 2020."""
    highest = logits.max(axis=1)
    energy: Floats = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
    return energy


def _entropy(chances: Floats) -> Floats:
    entropy: Floats = -(chances * np.log(chances + _TINY)).sum(axis=1)
    return entropy


def _inside(columns: Floats, scope: Flags) -> Floats:
    return columns if scope.all() else columns[:, scope]


def _three(columns: Floats) -> tuple[Floats, ...]:
    """The highest three of each row; where there are fewer, the others are nothing."""
    if columns.shape[1] < len(_HIGHEST):
        ordered = np.sort(columns, axis=1)[:, ::-1]
        return tuple(np.pad(ordered, ((0, 0), (0, len(_HIGHEST) - columns.shape[1]))).T)
    highest = np.partition(columns, _HIGHEST, axis=1)
    return highest[:, -1], highest[:, -2], highest[:, -3]
