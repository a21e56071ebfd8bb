"""Linear heads on words and on the encoder's vector: a score a label; numpy only."""

from __future__ import annotations

import io
import math
from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from services.classifier.features import terms
from services.classifier.intent import OUT_OF_SCOPE, Heard, Scored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

MOST_CHARACTERS = 4000  # of a message are counted; its intent is said by then
TEXT_SHARPNESS = 4.0  # of the margins' softmax; CLASSIFIER's figure for this kind of head
TEXT_SHARE = 0.45  # of the blend; anything from 0.4 to 0.5 is as good on folds of the examples
NEIGHBOURS = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """What training leaves: every field an array, so that a file of them needs no pickle."""

    labels: NDArray[np.str_]
    vocabulary: NDArray[np.uint8]  # the terms, UTF-8, one a line
    idf: Floats
    text: Floats  # (terms, labels)
    text_bias: Floats
    centre: Floats  # of the vectors, (384,)
    spread: Floats
    vector: Floats  # (384, labels)
    vector_bias: Floats
    examples: Floats  # vectors of the in-scope examples, (n, 384)
    outside_centre: Floats
    outside_spread: Floats
    outside: Floats  # weights of `Evidence`'s columns
    outside_bias: Floats
    outside_threshold: Floats
    power: Floats  # makes a confidence as often right as it says
    feeling: Floats  # (384, 5)
    feeling_bias: Floats

    def to_bytes(self) -> bytes:
        """In half precision: confidences move by a thousandth, half of the bytes are saved."""
        arrays: dict[str, Any] = {f.name: _halved(getattr(self, f.name)) for f in fields(self)}
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Weights:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return cls(**{field.name: _single(arrays[field.name]) for field in fields(cls)})


class Model:
    def __init__(self, weights: Weights, engine: str) -> None:
        self.engine = engine
        self._weights = weights
        self._index = index_of(weights.vocabulary)
        self._labels = [str(label) for label in weights.labels]
        self._scope = np.array([label != OUT_OF_SCOPE for label in self._labels])

    def hear(self, text: str, vector: Floats) -> Heard:
        """Label one text and its `(384,)` vector."""
        w = self._weights
        margins, by_words = self._by_words(text)
        standing: Floats = (vector - w.centre) / w.spread
        logits: Floats = standing @ w.vector + w.vector_bias
        blended = blend(by_words, softmax(logits))
        evidence = evidence_of(
            blended[None], logits[None], margins[None], (w.examples @ vector)[None], self._scope
        )[0]
        outside = self._outside(evidence)
        feelings = softmax(standing @ w.feeling + w.feeling_bias)
        return Heard(
            ranked=self._ranked(blended),
            outside=outside,
            is_outside=outside >= float(w.outside_threshold[0]),
            feelings=[float(chance) for chance in feelings],
        )

    def _by_words(self, text: str) -> tuple[Floats, Floats]:
        w = self._weights
        counted = Counter(terms(text[:MOST_CHARACTERS]))
        known = [(self._index[term], n) for term, n in counted.items() if term in self._index]
        if not known:
            return w.text_bias, softmax(w.text_bias * TEXT_SHARPNESS)
        rows = np.array([row for row, _ in known])
        counts = np.array([n for _, n in known], np.float32)
        weighted = (1 + np.log(counts)) * w.idf[rows]
        margins = (weighted / np.linalg.norm(weighted)) @ w.text[rows] + w.text_bias
        return margins, softmax(margins * TEXT_SHARPNESS)

    def _ranked(self, blended: Floats) -> list[Scored]:
        chances = calibrated(blended[None], self._scope, float(self._weights.power[0]))[0]
        scored = (
            Scored(label, float(chance))
            for label, chance in zip(self._labels, chances, strict=True)
            if label != OUT_OF_SCOPE
        )
        return sorted(scored, key=lambda one: -one.confidence)

    def _outside(self, evidence: Floats) -> float:
        w = self._weights
        standing = (evidence - w.outside_centre) / w.outside_spread
        return 1 / (1 + math.exp(-float(standing @ w.outside + w.outside_bias[0])))


def softmax(scores: NDArray[Any]) -> Floats:
    raised: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return chances


def blend(by_words: Floats, by_vector: Floats) -> Floats:
    mixed: Floats = TEXT_SHARE * by_words + (1 - TEXT_SHARE) * by_vector
    return mixed


def calibrated(blended: Floats, scope: NDArray[np.bool_], power: float) -> Floats:
    """`(n, labels)` chances among the labels in scope."""
    raised: Floats = np.where(scope, blended, 0) ** np.float32(power)
    chances: Floats = raised / np.maximum(raised.sum(axis=1, keepdims=True), 1e-12)
    return chances


def evidence_of(
    blended: Floats,
    logits: Floats,
    margins: Floats,
    similarities: Floats,
    scope: NDArray[np.bool_],
) -> Floats:
    """`(n, 8)`: what tells a message that no intent covers; one column a sign."""
    inside = np.sort(blended[:, scope], axis=1)
    nearest = -np.sort(-similarities, axis=1)[:, :NEIGHBOURS]
    columns = (
        inside[:, -1],
        inside[:, -1] - inside[:, -2],
        -(blended * np.log(blended + 1e-9)).sum(axis=1),
        np.log(np.exp(logits[:, scope]).sum(axis=1)),  # the energy of Liu et al. 2020
        margins[:, scope].max(axis=1),
        nearest[:, 0],
        nearest.mean(axis=1),
        blended[:, ~scope].sum(axis=1),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def index_of(vocabulary: NDArray[np.uint8]) -> dict[str, int]:
    words = vocabulary.tobytes().decode().split("\n")
    return {word: row for row, word in enumerate(words)}


def _halved(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float16) if array.dtype == np.float32 and array.size > 1 else array


def _single(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float32) if array.dtype == np.float16 else array
