"""Arithmetic that training and serving share: rows of scores in, rows of chances out (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Flags: TypeAlias = NDArray[np.bool_]

NEAREST = 7  # the column of `evidence` with the similarity of the nearest example
GLANCED = 10  # columns of `glance_of`
# Figures chosen on folds of training data (docs/decisions/0023), the same for every tenant.
TEXT_SHARPNESS = 4.0  # of the margins' softmax
VECTOR_SHARE, VOTE_SHARE, TEXT_SHARE = 0.4, 0.2, 0.4
FULL_TEXT_FROM = 5  # examples an intent; with one the words say nothing that the vector does not
VOTERS = 20
# The nearest examples are sought among those of so many labels: as right as among all, and of
# 10,000 a fraction is compared.
LIKELIEST = 5
VOTE_SHARPNESS = 25.0
NEIGHBOURS = 5
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Scores:
    """Of `n` texts: chances by words, by vector, by the nearest examples, and their blend."""

    by_words: Floats
    by_vector: Floats
    by_votes: Floats
    blended: Floats
    evidence: Floats  # `(n, 11)`: what tells a message that no intent covers; a column a sign


def softmax(scores: NDArray[Any]) -> Floats:
    raised: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return chances


def text_share(examples: int, labels: int) -> float:
    """How much the words count: little while an intent has hardly an example."""
    each = examples / max(labels, 1)
    return TEXT_SHARE * min(1.0, max(0.0, (each - 1) / (FULL_TEXT_FROM - 1)))


def votes(similarities: Floats, labels: NDArray[np.intp], count: int) -> Floats:
    """`(n, count)`: the nearest examples vote for their label, near ones far more."""
    voters = min(VOTERS, similarities.shape[1])
    nearest = np.argpartition(-similarities, voters - 1, axis=1)[:, :voters]
    rows = np.arange(len(similarities))[:, None]
    weight = np.exp(VOTE_SHARPNESS * (similarities[rows, nearest] - 1))
    places = (rows * count + labels[nearest]).ravel()
    summed = np.bincount(places, weight.ravel(), len(similarities) * count)
    given = summed.reshape(len(similarities), count)
    chances: Floats = (given / given.sum(axis=1, keepdims=True)).astype(np.float32)
    return chances


def likeliest(margins: Floats, logits: Floats, share: float) -> NDArray[np.intp]:
    """`(n, LIKELIEST)`: the labels whose examples may be what a text is nearest to."""
    mixed = share * softmax(margins * TEXT_SHARPNESS) + VECTOR_SHARE * softmax(logits)
    most = min(LIKELIEST, mixed.shape[1])
    return np.argpartition(-mixed, most - 1, axis=1)[:, :most]


def scores_of(  # noqa: PLR0913, PLR0917  # each is an array of its own
    margins: Floats,
    logits: Floats,
    similarities: Floats,
    labels: NDArray[np.intp],
    scope: Flags,
    share: float,
) -> Scores:
    """`margins`, `logits`: `(n, labels)`; `similarities`: to examples, whose labels follow."""
    by_words, by_vector = softmax(margins * TEXT_SHARPNESS), softmax(logits)
    by_votes = votes(similarities, labels, margins.shape[1])
    mixed = share * by_words + VECTOR_SHARE * by_vector + VOTE_SHARE * by_votes
    blended: Floats = mixed / (share + VECTOR_SHARE + VOTE_SHARE)
    evidence = np.stack(
        (
            *_of_chances(blended, scope),
            *_of_vector(logits, by_vector, scope),
            *_of_neighbours(similarities, by_votes, scope),
            _agreement(by_words, by_vector, by_votes, scope),
        ),
        axis=1,
    ).astype(np.float32)
    return Scores(by_words, by_vector, by_votes, blended, evidence)


def glance_of(margins: Floats, by_words: Floats, told: Floats, scope: Flags) -> Floats:
    """`(n, GLANCED)`: what the words tell of how safe they alone are; `told`: by `told_of`."""
    best, second, third = _three(_inside(margins, scope))
    columns = np.zeros((len(margins), GLANCED), np.float32)
    columns[:, 0], columns[:, 1] = best, best - second
    columns[:, 2] = _entropy(by_words)
    columns[:, 3] = told[:, 0]
    if not scope.all():
        columns[:, 4] = by_words[:, ~scope].sum(axis=1)
    columns[:, 5:9] = told[:, 1:]
    columns[:, 9] = best - third
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
    highest = raised.max(axis=1)
    # The energy of Liu et al. 2020.
    energy = highest + np.log(np.exp(raised - highest[:, None]).sum(axis=1))
    return energy, highest, _inside(by_vector, scope).max(axis=1)


def _of_neighbours(similarities: Floats, by_votes: Floats, scope: Flags) -> tuple[Floats, ...]:
    count = min(NEIGHBOURS, similarities.shape[1])
    nearest = -np.partition(-similarities, count - 1, axis=1)[:, :count]
    return nearest.max(axis=1), nearest.mean(axis=1), _inside(by_votes, scope).max(axis=1)


def _agreement(by_words: Floats, by_vector: Floats, by_votes: Floats, scope: Flags) -> Floats:
    """The chance that three readers mean the same."""
    agreed: Floats = _inside(by_words * by_vector * by_votes, scope).max(axis=1)
    return np.cbrt(agreed)


def _entropy(chances: Floats) -> Floats:
    entropy: Floats = -(chances * np.log(chances + _TINY)).sum(axis=1)
    return entropy


def _inside(columns: Floats, scope: Flags) -> Floats:
    return columns if scope.all() else columns[:, scope]


def _three(columns: Floats) -> tuple[Floats, ...]:
    """The highest three of each row; where there are fewer, the others are nothing."""
    places = min(3, columns.shape[1])
    highest = np.sort(np.partition(columns, -places, axis=1)[:, -places:], axis=1)
    nothing = [np.zeros_like(columns[:, 0])] * (3 - places)
    return *(highest[:, -place] for place in range(1, places + 1)), *nothing
