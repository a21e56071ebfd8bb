"""What training tries on examples it does not learn from: how often it is right, what is beside.

An exam holds examples out; a hiding round hides whole intents besides, whose examples are then
out of scope. What a text is held out for depends on its own words only: the next training of the
same tenant asks the same questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

import numpy as np

from services.classifier.heads import Heads
from services.classifier.intent import OUT_OF_SCOPE
from services.classifier.scoring import Glances, Scores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from services.classifier.words import Counts

    Floats: TypeAlias = NDArray[np.float32]
    Names: TypeAlias = NDArray[np.str_]
    Flags: TypeAlias = NDArray[np.bool_]

BUCKETS = 5
HIDDEN_PARTS = 4
FEWEST_INTENTS_TO_HIDE = 6
FEWEST_EXAMPLES_TO_HIDE = 5  # an intent
# Of a set this large one bucket asks enough; of a small one every bucket is needed.
_SMALL, _MIDDLING = 1_000, 4_000
_EXAMS = {_SMALL: BUCKETS, _MIDDLING: 2}
_HIDINGS = {_SMALL: HIDDEN_PARTS, _MIDDLING: 3}
_FEWEST_ROUNDS = {"exams": 1, "hidings": 2}
# Of a round, in scope and beside it: more tell nothing new, and of a thousand intents each question
# takes 30 kB until the end.
MOST_ASKED = 4_000


@dataclass(frozen=True, slots=True)
class Taught:
    """Examples as arrays; a name of its own for an intent is taught and never asked."""

    texts: Sequence[str]
    counts: Counts
    gists: Floats  # the means of their words' own vectors
    vectors: Floats | NDArray[np.float16]  # as they are stored; floats while they are read
    names: Names
    is_asked: Flags
    told: Callable[[], None] = lambda: None  # after every step of a fit

    def fit(self, rows: Flags) -> Heads:
        counts = [self.counts[row] for row in np.flatnonzero(rows).tolist()]
        return Heads.fit(counts, self.gists[rows], self.floats(rows), self.names[rows], self.told)

    def floats(self, rows: Flags) -> Floats:
        """A copy of these rows."""
        return self.vectors[rows].astype(np.float32, copy=False)

    def hashes(self) -> NDArray[np.int64]:
        return np.array([crc32(text.encode(errors="replace")) for text in self.texts])


@dataclass(frozen=True, slots=True)
class Trial:
    """What one fit said of questions it had not learnt."""

    rows: NDArray[np.int64]  # of the examples that were asked
    labels: Names
    scope: Flags
    scores: Scores
    glances: Glances
    truth: Names
    is_outside: Flags
    is_hiding: bool

    @property
    def signs(self) -> Floats:
        """A column a sign that no intent is meant."""
        return self.scores.evidence

    @property
    def is_right_by_words(self) -> Flags:
        return np.asarray(~self.is_outside & (self._best(self.glances.together) == self.truth))

    @property
    def is_right(self) -> Flags:
        return np.asarray(~self.is_outside & (self._best(self.scores.blended) == self.truth))

    def _best(self, chances: Floats) -> Names:
        return np.asarray(self.labels[np.where(self.scope, chances, -1).argmax(axis=1)])


def rounds(examples: int) -> int:
    """How many there are at most, exams and hidings."""
    tables = ((_EXAMS, "exams"), (_HIDINGS, "hidings"))
    return sum(_rounds(table, examples, _FEWEST_ROUNDS[name]) for table, name in tables)


def exams(taught: Taught) -> Iterator[Trial]:
    hashes = taught.hashes()
    buckets = hashes % BUCKETS
    for number in range(_rounds(_EXAMS, len(buckets), _FEWEST_ROUNDS["exams"])):
        asked = _leaving_one(taught, _some((buckets == number) & taught.is_asked, hashes))
        if asked.any():
            yield _trial(taught, asked, np.zeros_like(asked), np.zeros_like(asked))


def hidings(taught: Taught) -> Iterator[Trial]:
    """None when there is not enough to hide."""
    names = taught.names[taught.is_asked]
    intents, counts = np.unique(names[names != OUT_OF_SCOPE], return_counts=True)
    enough = counts >= FEWEST_EXAMPLES_TO_HIDE
    if enough.sum() < FEWEST_INTENTS_TO_HIDE:
        return
    hashes = taught.hashes()
    buckets = hashes % BUCKETS
    part = np.array([crc32(name.encode()) for name in intents]).argsort().argsort() % HIDDEN_PARTS
    for number in range(_rounds(_HIDINGS, len(buckets), _FEWEST_ROUNDS["hidings"])):
        hidden = np.isin(taught.names, intents[part == number])
        asked = _some((buckets == number) & taught.is_asked & ~hidden, hashes)
        beside = _some(hidden & taught.is_asked, hashes)
        yield _trial(taught, _leaving_one(taught, asked), hidden, beside)


def _rounds(table: dict[int, int], examples: int, fewest: int) -> int:
    return next((rounds for most, rounds in table.items() if examples < most), fewest)


def _some(rows: Flags, hashes: NDArray[np.int64]) -> Flags:
    """Of too many those that come first by their hash: the next training asks the same."""
    found = np.flatnonzero(rows)
    kept = np.zeros_like(rows)
    kept[found[np.argsort(hashes[found] // BUCKETS, kind="stable")[:MOST_ASKED]]] = True
    return kept


def _leaving_one(taught: Taught, asked: Flags) -> Flags:
    """Every intent keeps an example to learn from."""
    asked = asked.copy()
    for name in np.setdiff1d(taught.names[asked], taught.names[~asked]):
        asked[np.flatnonzero(taught.names == name)[0]] = False
    return asked


def _trial(taught: Taught, held_out: Flags, hidden: Flags, beside: Flags) -> Trial:
    """`beside`: those of the hidden that are asked."""
    heads = taught.fit(~held_out & ~hidden)
    asked = held_out | beside
    counts = [taught.counts[row] for row in np.flatnonzero(asked).tolist()]
    glances = heads.glances(counts, taught.gists[asked])
    scores = heads.scores(glances, taught.floats(asked))
    return Trial(
        rows=np.flatnonzero(asked),
        labels=heads.labels,
        scope=heads.scope,
        scores=scores,
        glances=glances,
        truth=taught.names[asked],
        is_outside=(hidden | (taught.names == OUT_OF_SCOPE))[asked],
        is_hiding=bool(hidden.any()),
    )
