"""A fitted model as it serves: first its words are read, then, unless they suffice, its vector."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mesh.word_vectors import mean_of
from services.classifier.blend import Blend
from services.classifier.encoding import ENGLISH, shortened
from services.classifier.features import has_words, term_id, term_ids, terms, words_of
from services.classifier.gate import ServingGate
from services.classifier.intent import OUT_OF_SCOPE, Heard, Scored
from services.classifier.scoring import (
    NEAREST,
    Read,
    Scope,
    calibrated,
    glances_of,
    scores_of,
    softmax,
    told_of,
)
from services.classifier.weights import EXAMPLE_SCALE, NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.classifier.scoring import Glances
    from services.classifier.weights import Weights

    Floats: TypeAlias = NDArray[np.float32]

MOST_CHARACTERS = 4000  # of a message are counted; its intent is said by then
RANKED = 10


@dataclass(frozen=True, slots=True)
class Glance:
    """What the words alone say; `heard` is None where they do not suffice."""

    text: str
    all: Glances  # of this one text
    chances: Floats  # (labels,), of the labels in scope
    heard: Heard | None
    best: str
    sure: float  # that `best` is meant, as far as the words tell
    beside: float  # that nothing we know is meant


@dataclass(frozen=True, slots=True)
class Reason:
    """A term of the message and how much it spoke for the label."""

    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    key: int
    intent: str
    similarity: float


class Model:
    def __init__(self, weights: Weights, engine: str, encoder: str = ENGLISH) -> None:
        self.engine = engine
        self.encoder = encoder  # whose vectors it reads
        weights = _by_label(weights)
        self._weights = weights
        self._labels = [str(label) for label in weights.labels]
        self._scope = Scope.of(np.array([label != OUT_OF_SCOPE for label in self._labels]))
        self._in_scope = int(self._scope.flags.sum())
        self._blend = Blend.from_array(weights.share)
        self._example_labels = weights.example_labels.astype(np.intp)
        borders = np.searchsorted(self._example_labels, np.arange(len(self._labels) + 1))
        self._examples_of = [slice(*two) for two in pairwise(borders.tolist())]
        self._outside, self._sure, self._beside = (
            ServingGate.of(weights, name) for name in ("outside", "sure", "beside")
        )

    @property
    def intents(self) -> list[str]:
        return [label for label in self._labels if label != OUT_OF_SCOPE]

    def glance(self, text: str) -> Glance:
        """A fifth of a millisecond; most messages need no more."""
        words = words_of(text[:MOST_CHARACTERS])
        margins, told = self._margins(words)
        glances = glances_of(margins[None], self._gists(words)[None], told, self._scope)
        chances, columns = self._inside(glances.together[0], 0.0), glances.columns[0]
        sure, beside = self._sure.chance(columns), self._beside.chance(columns)
        heard = None
        if not has_words(text[:MOST_CHARACTERS]):
            heard = self._nothing()
        elif sure >= self._sure.threshold and beside < self._beside.threshold:
            heard = self._by_words(chances, sure, beside)
        best = self._labels[int(chances.argmax())]
        return Glance(text, glances, chances, heard, best, sure, beside)

    def hear(self, glance: Glance, vector: Floats) -> Heard:
        """With the vector of the same text, by the encoder that is named."""
        w, vector = self._weights, self._own(vector)
        standing: Floats = (vector - w.centre) / w.spread
        logits: Floats = (standing @ w.vector + w.vector_bias)[None]
        read = Read.of(logits, glance.all, self._blend)
        parts = [self._examples_of[label] for label in read.likeliest()[0]]
        scores = scores_of(
            glance.all,
            read,
            self._similarities(vector, parts)[None],
            np.concatenate([self._example_labels[part] for part in parts]),
            self._scope,
            self._blend,
        )
        signs = np.concatenate((scores.evidence[0], glance.all.columns[0]))
        outside = self._outside.chance(signs)
        chances = calibrated(scores.blended, self._scope.flags, float(w.power[0]))[0]
        return Heard(
            ranked=self._ranked(chances),
            outside=outside,
            is_outside=outside >= self._outside.threshold,
            is_far=bool(signs[NEAREST] < w.far_below[0]),
            feelings=self._felt(standing) if self.feels else (),
        )

    def hear_words(self, glance: Glance) -> Heard:
        """Where no vector can be waited for: the best guess, with as little trust as it earns."""
        heard = self._by_words(glance.chances, glance.sure, glance.beside)
        if glance.beside <= glance.sure:
            return heard
        return replace(heard, outside=glance.beside, is_outside=True)

    @property
    def feels(self) -> bool:
        return len(self._weights.feeling_bias) > 0

    def feelings(self, vector: Floats) -> list[float]:
        """Five chances, very negative first."""
        w = self._weights
        return self._felt((self._own(vector) - w.centre) / w.spread)

    def _felt(self, standing: Floats) -> list[float]:
        w = self._weights
        chances: list[float] = softmax(standing @ w.feeling + w.feeling_bias).tolist()
        return chances

    def reasons(self, text: str, intent: str, most: int) -> list[Reason]:
        """The terms that spoke for the intent most: words and pairs, then pieces of words."""
        if intent not in self._labels:
            return []
        rows, values = self._rows(words_of(text[:MOST_CHARACTERS]))[:2]
        spoke = values * self._weights.text[rows, self._labels.index(intent)].astype(np.float32)
        weight_of = dict(zip(self._weights.terms[rows].tolist(), spoke.tolist(), strict=True))
        named = {term: weight_of.get(number, 0.0) for term, number in named_terms(text)}
        spoken = (term for term, weight in named.items() if weight > 0)
        best = sorted(spoken, key=lambda term: (term.startswith("~"), -named[term]))
        return [Reason(term.strip("~"), named[term]) for term in best[:most]]

    def nearest(self, vector: Floats, most: int) -> list[Neighbour]:
        w = self._weights
        similarities = self._similarities(self._own(vector), self._examples_of)
        return [
            Neighbour(
                key=int(w.example_keys[row]),
                intent=self._labels[w.example_labels[row]],
                similarity=float(similarities[row]),
            )
            for row in np.argsort(-similarities)[:most]
        ]

    def _own(self, vector: Floats) -> Floats:
        return shortened(vector, len(self._weights.centre))

    def _inside(self, values: Floats, otherwise: float) -> Floats:
        return values if self._scope.is_all else np.where(self._scope.flags, values, otherwise)

    def _gists(self, words: Sequence[str]) -> Floats:
        w = self._weights
        if not w.gist.size:
            return NOTHING
        said: Floats = mean_of(words) @ w.gist + w.gist_bias
        return said

    def _margins(self, words: Sequence[str]) -> tuple[Floats, Floats]:
        """By words; and what else they tell, as `told_of` has it."""
        w = self._weights
        rows, values, terms = self._rows(words)
        weights = w.text.take(rows, axis=0).astype(np.float32)
        margins: Floats = values @ weights + w.text_bias
        best = int(self._inside(margins, -np.inf).argmax())
        spoke = values * weights[:, best]
        told = told_of(1, np.zeros(len(rows), np.intp), values, spoke, np.array([terms]))
        return margins, told

    def _rows(self, words: Sequence[str]) -> tuple[NDArray[np.intp], Floats, int]:
        """The known terms' rows, their weights in this text, and how many terms there are."""
        w, counted = self._weights, Counter(term_ids(words))
        distinct = np.fromiter(counted, np.uint32, len(counted))
        places = w.terms.searchsorted(distinct)
        known = w.terms.take(places, mode="clip") == distinct
        rows = places[known]
        values = w.idf.take(rows)
        if len(counted) < counted.total():
            counts = np.fromiter(counted.values(), np.float32, len(counted))
            values *= 1 + np.log(counts[known])
        values /= np.float32(math.sqrt(float(values @ values)) or 1.0)
        return rows, values, len(counted)

    def _similarities(self, vector: Floats, parts: Sequence[slice]) -> Floats:
        # Bytes in memory, floats only while they are multiplied, a label's at a time: they stay in
        # the processor's cache.
        examples = self._weights.examples
        found = [examples[part].astype(np.float32) @ vector for part in parts]
        return np.asarray(np.concatenate(found) / EXAMPLE_SCALE, np.float32)

    def _by_words(self, by_words: Floats, sure: float, beside: float) -> Heard:
        """The chance that the words are right goes to the best, the rest to the others."""
        best = int(by_words.argmax())
        others = by_words.copy()
        others[best] = 0
        chances = others * ((1 - sure) / max(float(others.sum()), 1e-9))
        chances[best] = sure
        # It passed: whatever is left of doubt stands below what the whole model turns away.
        outside = beside * self._outside.threshold
        return Heard(ranked=self._ranked(chances), outside=outside, is_outside=False)

    def _nothing(self) -> Heard:
        """Of signs and smileys alone every intent is as likely as the others: none is meant."""
        alike = (self._scope.flags / self._in_scope).astype(np.float32)
        return Heard(ranked=self._ranked(alike), outside=1.0, is_outside=True, is_far=True)

    def _ranked(self, chances: Floats) -> Sequence[Scored]:
        best = np.argsort(-chances)[: min(RANKED, self._in_scope)]
        scored = zip(best.tolist(), chances[best].tolist(), strict=True)
        return [Scored(self._labels[row], chance) for row, chance in scored]


def named_terms(text: str) -> list[tuple[str, int]]:
    """Terms with their numbers, whole words and pairs first."""
    from_text = Counter(terms(text[:MOST_CHARACTERS]))
    return [(term, term_id(term)) for term in from_text]


def _by_label(weights: Weights) -> Weights:
    """The examples of a label side by side: those that may be nearest are read where they lie."""
    order = np.argsort(weights.example_labels, kind="stable")
    return replace(
        weights,
        examples=weights.examples[order],
        example_labels=weights.example_labels[order],
        example_keys=weights.example_keys[order],
    )
