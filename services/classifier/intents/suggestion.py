"""Groups of texts that mean the same, with a name for each: intents that a tenant may lack."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from services.classifier.features import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

NEAR = 0.42  # cosine of two texts of a group
ALIKE = 0.55  # of a text to its group's middle
FEWEST_TEXTS = 3
_ROUNDS = 3
_SHOWN = 5
_WORDS_IN_NAME = 3
_SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    name: str
    texts: int
    examples: list[str]


def suggest(texts: Sequence[str], vectors: Floats) -> list[Suggestion]:
    """The largest group first; `(n, dimensions)` rows of unit length."""
    groups = _groups(vectors)
    everywhere = Counter(term for text in texts for term in set(_naming_terms(text)))
    taken: set[str] = set()
    found = []
    for rows in groups:
        name = _name([texts[row] for row in rows], everywhere, len(texts), taken)
        taken.add(name)
        found.append(Suggestion(name, len(rows), [texts[row] for row in rows[:_SHOWN]]))
    return found


def _groups(vectors: Floats) -> list[list[int]]:
    """Rows by group, the most typical first: leaders found in turn, then moved to the middle."""
    middles = _leaders(vectors)
    for _ in range(_ROUNDS):
        nearest, likeness = _nearest(vectors, middles)
        kept = [
            vectors[(nearest == number) & (likeness >= ALIKE)] for number in range(len(middles))
        ]
        middles = np.stack([_middle(rows) for rows in kept if len(rows)] or [vectors[0]])
    nearest, likeness = _nearest(vectors, middles)
    groups = [
        sorted(
            np.flatnonzero((nearest == number) & (likeness >= ALIKE)), key=lambda r: -likeness[r]
        )
        for number in range(len(middles))
    ]
    large = [[int(row) for row in rows] for rows in groups if len(rows) >= FEWEST_TEXTS]
    return sorted(large, key=len, reverse=True)


def _leaders(vectors: Floats) -> Floats:
    """Who has most others near leads; who is near is taken."""
    near = vectors @ vectors.T >= NEAR
    free, leaders = np.ones(len(vectors), np.bool_), []
    while free.any():
        count = np.where(free, (near & free).sum(axis=1), 0)
        leader = int(count.argmax())
        leaders.append(leader)
        free &= ~near[leader]
        free[leader] = False
    return vectors[leaders]


def _nearest(vectors: Floats, middles: Floats) -> tuple[NDArray[np.intp], Floats]:
    similarities = vectors @ middles.T
    return similarities.argmax(axis=1), similarities.max(axis=1)


def _middle(rows: Floats) -> Floats:
    mean = rows.mean(axis=0)
    unit: Floats = mean / np.linalg.norm(mean)
    return unit


def _name(group: Sequence[str], everywhere: Counter[str], texts: int, taken: set[str]) -> str:
    """The words that this group has and the others have not."""
    here = Counter(term for text in group for term in set(_naming_terms(text)))

    def telling(term: str) -> float:
        elsewhere = (everywhere[term] - here[term] + 1) / (texts - len(group) + 2)
        pair = 1.3 if " " in term else 1.0
        return float(pair * here[term] / len(group) * np.log(1 / elsewhere))

    best = sorted(here, key=lambda term: (-telling(term), term))
    words: list[str] = []
    for term in best:
        words += [word for word in term.split() if word not in words]
        if len(words) >= _WORDS_IN_NAME - 1:
            break
    name = "_".join(words[:_WORDS_IN_NAME]) or "unnamed"
    return name if name not in taken else f"{name}_{len(taken) + 1}"


def _naming_terms(text: str) -> list[str]:
    words = words_of(text)
    long = [word for word in words if len(word) >= _SHORTEST_WORD]
    return [
        *long,
        *(f"{a} {b}" for a, b in pairwise(words) if min(len(a), len(b)) >= _SHORTEST_WORD),
    ]
