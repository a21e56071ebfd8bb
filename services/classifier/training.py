"""A tenant's model, fitted in seconds from its examples, in a process of its own.

scikit-learn would stay resident in the one that serves.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from services.classifier import report
from services.classifier.features import key_of
from services.classifier.foretelling import FORETOLD
from services.classifier.heads import STEPS_OF_A_FIT, Heads
from services.classifier.intent import OUT_OF_SCOPE, Example, name_as_words
from services.classifier.regression import NEVER, Gate, floats
from services.classifier.scoring import GLANCED, NEAREST, calibrated
from services.classifier.trial import Taught, Trial, exams, hidings, rounds
from services.classifier.weights import MOST_OF_A_BYTE, NOTHING, Weights
from services.classifier.words import counted, gists_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

    Progress: TypeAlias = Callable[[str, float], None]

STEPS = ("very_negative", "negative", "neutral", "positive", "very_positive")
IN_SCOPE_TURNED_AWAY = 0.05
# What the words alone may cost: of all questions wrong, of what is out of scope unseen.
_GLANCES_ASTRAY = 0.0006
_BESIDE_UNSEEN = 0.01
_BESIDE_C = 0.03
_OUTSIDE_C = 0.01  # what is hidden is nearer than most of what will come: it is not learnt by heart
_FAR = 0.05  # of what is out of scope on purpose lies farther from every example than this
_HIDDEN_WEIGHT = 0.25
_FEWEST_QUESTIONS = 40  # to fit a number on
_TINY = 1e-9
_EXAMINED, _FITTED = 0.7, 0.95  # of the whole, told to who waits


class Encodes(Protocol):
    def encode_now(self, texts: Sequence[str]) -> Floats | NDArray[np.float16]:
        """`(n, dimensions)` of unit length."""


class NothingToTell(ValueError):
    """One intent, or none: whatever is asked, the answer is the same."""


# On matrices of this size threads cost fifty times what they save: 2.4 s a fit against 0.05.
@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
def train(
    examples: Sequence[Example],
    encoder: Encodes,
    feelings: Sequence[Example] = (),
    *,
    preset: Weights | None = None,
    progress: Progress = lambda _, __: None,
) -> tuple[Weights, report.Report]:
    """Fit everything; the same examples give the same weights.

    `preset`: whose sense of what is beside the point is used where there is too little to fit one.
    """
    if len({example.intent for example in examples} - {OUT_OF_SCOPE}) < 2:  # noqa: PLR2004
        raise NothingToTell("training needs examples of at least two intents")
    taught = _taught(examples, encoder)
    progress("examining", 0.0)
    taught = replace(taught, told=_steps(progress, "examining", 0.0, rounds(len(taught.texts))))
    asked, hiding = list(exams(taught)), list(hidings(taught))
    progress("fitting", _EXAMINED)
    taught = replace(taught, told=_steps(progress, "fitting", _EXAMINED, 1))
    heads = taught.fit(np.ones(len(taught.names), np.bool_))
    outside, far = _fit_outside(asked, hiding, preset)
    power, (sure, beside) = _fit_power(asked), _fit_glance(asked, hiding, outside)
    progress("reporting", _FITTED)
    weights = _weights(taught, heads, outside, sure, beside)
    feeling, feeling_bias = _fit_feelings(feelings, encoder, heads)
    weights = replace(
        weights,
        far_below=floats([far]),
        power=floats([power]),
        feeling=feeling,
        feeling_bias=feeling_bias,
    )
    return weights, report.of(taught.texts, asked, hiding, power, outside)


def _steps(progress: Progress, stage: str, start: float, fits: int) -> Callable[[], None]:
    """To be called after every step of so many fits."""
    end = _FITTED if start else _EXAMINED
    done = count(1)

    def told() -> None:
        share = min(1.0, next(done) / (STEPS_OF_A_FIT * fits))
        progress(stage, start + (end - start) * share)

    return told


def _taught(examples: Sequence[Example], encoder: Encodes) -> Taught:
    """The examples, and the name of each intent that reads as words: worth two examples of five."""
    intents = sorted({example.intent for example in examples} - {OUT_OF_SCOPE})
    texts = [*(example.text for example in examples), *map(name_as_words, intents)]
    names = np.array([*(example.intent for example in examples), *intents])
    is_asked = np.arange(len(texts)) < len(examples)
    vectors = encoder.encode_now(texts)
    return Taught(texts, counted(texts), gists_of(texts), vectors, names, is_asked)


def _fit_outside(
    asked: Sequence[Trial], hiding: Sequence[Trial], preset: Weights | None
) -> tuple[Gate, float]:
    """On hidden intents; the threshold turns away a twentieth of what the exam had in scope."""
    signs_inside = [trial.signs[~trial.is_outside] for trial in asked]
    if not any(map(len, signs_inside)):
        return _lent(preset)
    inside = np.concatenate(signs_inside)
    if not hiding:
        gate, far = _lent(preset)
        # Whose examples lie thinner than the lender's turns away less; of few questions the
        # highest is nearer to a twentieth of all than their own twentieth (conformal prediction).
        share = min(1.0, (1 - IN_SCOPE_TURNED_AWAY) * (1 + 1 / len(inside)))
        own = np.quantile(gate(inside), share)
        return gate.at(max(float(gate.threshold[0]), float(own))), far
    signs = np.concatenate([trial.signs for trial in hiding])
    is_outside = np.concatenate([trial.is_outside for trial in hiding])
    gate = Gate.fit(signs, is_outside, _weight(hiding), c=_OUTSIDE_C)
    far = float(np.quantile(signs[is_outside, NEAREST], _FAR))
    return gate.at(float(np.quantile(gate(inside), 1 - IN_SCOPE_TURNED_AWAY))), far


def _weight(hiding: Sequence[Trial]) -> Floats:
    """Where a tenant says what is beside the point, that counts more than what we hide."""
    hidden = np.concatenate([t.is_outside & (t.truth != OUT_OF_SCOPE) for t in hiding])
    is_told = any((trial.truth == OUT_OF_SCOPE).any() for trial in hiding)
    return floats(np.where(hidden & is_told, _HIDDEN_WEIGHT, 1.0))


def _lent(preset: Weights | None) -> tuple[Gate, float]:
    if preset is None or not preset.lent.size:
        raise NothingToTell("there are too few examples to tell what is out of scope")
    gate = Gate(
        preset.lent_centre,
        preset.lent_spread,
        preset.lent,
        preset.lent_bias,
        preset.lent_threshold,
    )
    return gate, float(preset.lent_far_below[0])


def _fit_power(asked: Sequence[Trial]) -> float:
    """The exponent under which the true label is least surprising, on held-out examples."""

    def surprise(power: float) -> float:
        chances = [
            _chance_of_truth(trial, calibrated(trial.scores.blended, trial.scope, power))
            for trial in asked
        ]
        return float(-np.log(np.concatenate(chances) + 1e-6).mean())

    if sum(len(trial.rows) for trial in asked) < _FEWEST_QUESTIONS:
        return 1.5
    near = min(np.arange(0.5, 6.0, 0.5), key=surprise)
    return float(min(np.arange(near - 0.4, near + 0.5, 0.1), key=surprise))


def _chance_of_truth(trial: Trial, chances: Floats) -> Floats:
    inside = ~trial.is_outside
    truth = np.searchsorted(trial.labels, trial.truth[inside])
    return chances[inside][np.arange(len(truth)), truth]


def _fit_glance(
    asked: Sequence[Trial], hiding: Sequence[Trial], outside: Gate
) -> tuple[Gate, Gate]:
    """When the words alone may answer: they are likely right, and something is likely meant."""
    if not hiding or sum(len(trial.rows) for trial in asked) < _FEWEST_QUESTIONS:
        shut = Gate.shut(GLANCED + FORETOLD)
        return shut, shut
    # Whatever was held out, where intents were hidden too: the more questions, the less luck.
    held_out = [(trial, ~trial.is_outside | (not trial.is_hiding)) for trial in (*asked, *hiding)]
    glances = np.concatenate([trial.glances.columns[rows] for trial, rows in held_out])
    right = np.concatenate([trial.is_right[rows] for trial, rows in held_out])
    by_words = np.concatenate([trial.is_right_by_words[rows] for trial, rows in held_out])
    sure = Gate.fit(glances, by_words)
    hidden_glances = np.concatenate([trial.glances.columns for trial in hiding])
    is_outside = np.concatenate([trial.is_outside for trial in hiding])
    told = np.concatenate([outside(trial.signs) for trial in hiding])
    beside = Gate.taught_by(told, hidden_glances, c=_BESIDE_C)
    known = is_outside & (told >= outside.threshold)
    known = known if known.any() else is_outside
    missed = np.quantile(beside(hidden_glances[known]), _BESIDE_UNSEEN)
    beside = beside.at(float(missed))
    passed = beside(glances) < beside.threshold
    return sure.at(_least(sure(glances)[passed], (right & ~by_words)[passed], len(right))), beside


def _least(sure: Floats, astray: NDArray[np.bool_], questions: int) -> float:
    """The lowest threshold under which hardly more of all questions are answered wrongly.

    Of so few that go astray none is counted: a line through all says how many to expect.
    """
    if not astray.any():
        return float(sure.min(initial=NEVER[0]))
    odds = np.log(sure / (1 - sure + _TINY) + _TINY)[:, None]
    expected = LogisticRegression().fit(odds, astray).predict_proba(odds)[:, 1]
    order = np.argsort(-sure)
    allowed = np.flatnonzero(np.cumsum(expected[order]) <= _GLANCES_ASTRAY * questions)
    return float(sure[order[allowed[-1]]]) if len(allowed) else float(NEVER[0])


def _fit_feelings(
    feelings: Sequence[Example], encoder: Encodes, heads: Heads
) -> tuple[Floats, Floats]:
    if not feelings:
        return np.zeros((len(heads.centre), 0), np.float32), np.zeros(0, np.float32)
    vectors = encoder.encode_now([example.text for example in feelings])
    steps = np.array([STEPS.index(example.intent) for example in feelings])
    fitted = LogisticRegression(C=0.01, max_iter=150, tol=1e-3, class_weight="balanced")
    fitted.fit((vectors - heads.centre) / heads.spread, steps)
    return floats(fitted.coef_.T), floats(fitted.intercept_)


def _weights(taught: Taught, heads: Heads, outside: Gate, sure: Gate, beside: Gate) -> Weights:
    # The largest column fits into a byte: one that is cut makes its text less like every other.
    scale = MOST_OF_A_BYTE / float(np.abs(heads.examples).max())
    return Weights(
        labels=heads.labels,
        share=heads.blend.as_array(),
        terms=heads.words.terms,
        idf=heads.words.idf,
        text=heads.text.astype(np.float16),
        text_bias=heads.text_bias,
        gist=heads.gist,
        gist_bias=heads.gist_bias,
        centre=heads.centre,
        spread=heads.spread,
        vector=heads.vector,
        vector_bias=heads.vector_bias,
        examples=_bytes(heads.examples, scale),
        example_scale=floats([scale]),
        example_labels=heads.example_labels.astype(np.int16),
        densities=heads.densities,
        foretelling=heads.foretelling.weights,
        foretelling_bias=heads.foretelling.bias,
        placed=_bytes(heads.foretelling.examples, MOST_OF_A_BYTE),
        placed_densities=heads.foretelling.densities,
        example_keys=np.array([key_of(taught.texts[row]) for row in heads.voters], np.uint64),
        far_below=NEVER,
        **_arrays("lent", Gate(*[NOTHING] * 5)),
        lent_far_below=NOTHING,
        power=NEVER,
        feeling=np.zeros((len(heads.centre), 0), np.float32),
        feeling_bias=np.zeros(0, np.float32),
        **_arrays("outside", outside),
        **_arrays("sure", sure),
        **_arrays("beside", beside),
    )


def _arrays(name: str, gate: Gate) -> dict[str, Floats]:
    return {
        f"{name}_centre": gate.centre,
        f"{name}_spread": gate.spread,
        name: gate.weights,
        f"{name}_bias": gate.bias,
        f"{name}_threshold": gate.threshold,
    }


def _bytes(rows: Floats, scale: float) -> NDArray[np.int8]:
    whole: NDArray[np.int8] = np.rint(rows * np.float32(scale)).astype(np.int8)
    return whole
