"""The heads, fitted from examples in seconds, in a process of its own.

scikit-learn would stay resident in the one that serves.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from mesh.encoder import Encoder
from services.classifier.features import terms
from services.classifier.intent import OUT_OF_SCOPE, Example, read_examples
from services.classifier.model import (
    TEXT_SHARPNESS,
    Weights,
    blend,
    calibrated,
    evidence_of,
    softmax,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Names: TypeAlias = NDArray[np.str_]

INTENTS = Path(__file__).parent / "default_intents"
FEELINGS = Path(__file__).parent / "feelings"
STEPS = ("very_negative", "negative", "neutral", "positive", "very_positive")

ROUNDS = 4
IN_SCOPE_TURNED_AWAY = 0.05
# A hidden intent lies nearer to its neighbours than what people really ask beside the point.
HIDDEN_INTENT_WEIGHT = 0.25
SMALLEST_SPREAD = 1e-3  # three of the encoder's 384 columns never move
SEED = 7


@dataclass(frozen=True, slots=True)
class Heads:
    """Both linear heads of one fit; `scores` says of new texts what the served model would."""

    labels: Names
    words: TfidfVectorizer
    text: LinearSVC
    centre: Floats
    spread: Floats
    vector: LogisticRegression
    examples: Floats

    @classmethod
    def fit(cls, texts: NDArray[np.object_], vectors: Floats, names: Names) -> Heads:
        words = TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=2, dtype=np.float32)
        text = LinearSVC(C=0.5, random_state=SEED).fit(words.fit_transform(texts), names)
        centre = vectors.mean(axis=0)
        spread = np.maximum(vectors.std(axis=0), SMALLEST_SPREAD)
        vector = LogisticRegression(C=0.02, max_iter=150, tol=1e-3)
        vector.fit((vectors - centre) / spread, names)
        inside = vectors[names != OUT_OF_SCOPE]
        return cls(text.classes_, words, text, centre, spread, vector, inside)

    @property
    def scope(self) -> NDArray[np.bool_]:
        return np.asarray(self.labels != OUT_OF_SCOPE)

    def scores(self, texts: NDArray[np.object_], vectors: Floats) -> tuple[Floats, Floats]:
        """Blended chances and the evidence against every intent."""
        margins = self.text.decision_function(self.words.transform(texts))
        logits = self.vector.decision_function((vectors - self.centre) / self.spread)
        blended = blend(softmax(margins * TEXT_SHARPNESS), softmax(logits))
        near = vectors @ self.examples.T
        return blended, evidence_of(blended, logits, margins, near, self.scope)


@dataclass(frozen=True, slots=True)
class Trial:
    """One round: a quarter of the examples held out, a quarter of the intents hidden whole."""

    chances: Floats  # of the held-out examples whose intent was known, by label
    truth: NDArray[np.intp]
    scope: NDArray[np.bool_]
    evidence: Floats
    is_outside: NDArray[np.bool_]
    weight: Floats


# On matrices of this size threads cost fifty times what they save: 2.4 s a fit against 0.05.
@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
def train(examples: Sequence[Example], encoder: Encoder, feelings: Sequence[Example]) -> Weights:
    """Fit everything; the same examples give the same weights."""
    texts = np.array([example.text for example in examples], dtype=object)
    names = np.array([example.intent for example in examples])
    vectors = encoder.encode_now([example.text for example in examples])
    trials = [_trial(texts, vectors, names, number) for number in range(ROUNDS)]
    outside, outside_centre, outside_spread, threshold = _fit_outside(trials)
    heads = Heads.fit(texts, vectors, names)
    feeling = _fit_feelings(feelings, encoder, heads)
    vocabulary = "\n".join(heads.words.get_feature_names_out())
    return Weights(
        labels=heads.labels,
        vocabulary=np.frombuffer(vocabulary.encode(), np.uint8),
        idf=_floats(heads.words.idf_),
        text=_floats(heads.text.coef_.T),
        text_bias=_floats(heads.text.intercept_),
        centre=heads.centre,
        spread=heads.spread,
        vector=_floats(heads.vector.coef_.T),
        vector_bias=_floats(heads.vector.intercept_),
        examples=heads.examples,
        outside_centre=outside_centre,
        outside_spread=outside_spread,
        outside=_floats(outside.coef_[0]),
        outside_bias=_floats(outside.intercept_),
        outside_threshold=_floats([threshold]),
        power=_floats([_fit_power(trials)]),
        feeling=_floats(feeling.coef_.T),
        feeling_bias=_floats(feeling.intercept_),
    )


def _trial(texts: NDArray[np.object_], vectors: Floats, names: Names, number: int) -> Trial:
    chance = np.random.default_rng(SEED)
    intents = [name for name in np.unique(names) if name != OUT_OF_SCOPE]
    hidden = np.isin(names, chance.permutation(intents)[number::ROUNDS])
    held_out = chance.integers(ROUNDS, size=len(names)) == number
    seen = ~hidden & ~held_out
    heads = Heads.fit(texts[seen], vectors[seen], names[seen])
    asked = hidden | held_out
    blended, evidence = heads.scores(texts[asked], vectors[asked])
    is_outside = (hidden | (names == OUT_OF_SCOPE))[asked]
    return Trial(
        chances=blended[~is_outside],
        truth=np.searchsorted(heads.labels, names[asked][~is_outside]),
        scope=heads.scope,
        evidence=evidence,
        is_outside=is_outside,
        weight=np.where(hidden[asked], HIDDEN_INTENT_WEIGHT, 1).astype(np.float32),
    )


def _fit_outside(trials: Sequence[Trial]) -> tuple[LogisticRegression, Floats, Floats, float]:
    evidence = np.concatenate([trial.evidence for trial in trials])
    is_outside = np.concatenate([trial.is_outside for trial in trials])
    weight = np.concatenate([trial.weight for trial in trials])
    centre, spread = evidence.mean(axis=0), np.maximum(evidence.std(axis=0), SMALLEST_SPREAD)
    standing = (evidence - centre) / spread
    fitted = LogisticRegression(C=1.0).fit(standing, is_outside, sample_weight=weight)
    inside = fitted.predict_proba(standing)[~is_outside, 1]
    return fitted, centre, spread, float(np.quantile(inside, 1 - IN_SCOPE_TURNED_AWAY))


def _fit_power(trials: Sequence[Trial]) -> float:
    """The exponent under which the true label is least surprising, on held-out examples."""

    def surprise(power: float) -> float:
        chances = [
            calibrated(trial.chances, trial.scope, power)[np.arange(len(trial.truth)), trial.truth]
            for trial in trials
        ]
        return float(-np.log(np.concatenate(chances) + 1e-6).mean())

    return min(np.arange(0.5, 6.0, 0.1), key=surprise)


def _fit_feelings(
    feelings: Sequence[Example], encoder: Encoder, heads: Heads
) -> LogisticRegression:
    vectors = encoder.encode_now([example.text for example in feelings])
    steps = np.array([STEPS.index(example.intent) for example in feelings])
    fitted = LogisticRegression(C=0.01, max_iter=150, tol=1e-3, class_weight="balanced")
    return fitted.fit((vectors - heads.centre) / heads.spread, steps)


def _floats(values: object) -> Floats:
    return np.asarray(values, dtype=np.float32)


if __name__ == "__main__":
    weights = train(read_examples(INTENTS), Encoder(), read_examples(FEELINGS))
    Path(sys.argv[1]).write_bytes(weights.to_bytes())
