"""What a held-out part of the examples says of a model; kept with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from services.classifier.features import key_of
from services.classifier.scoring import calibrated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.classifier.trial import Trial

    Floats: TypeAlias = NDArray[np.float32]

COVERAGES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7)
BINS = 10
MOST_CONFUSIONS = 50


class Outside(Protocol):
    @property
    def threshold(self) -> Floats:
        """From here on a row counts as out of scope."""

    def __call__(self, columns: Floats) -> Floats:
        """How likely each row is out of scope."""


@dataclass(frozen=True, slots=True)
class IntentFigures:
    intent: str
    questions: int
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Confusion:
    meant: str
    heard: str
    times: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Of answers about this sure, how many there were and how many were right."""

    confidence: float
    accuracy: float
    answers: int


@dataclass(frozen=True, slots=True)
class Covered:
    coverage: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Report:
    """Shares are 0 to 1. `right` and `wrong`: the keys of the questions, to compare two models."""

    questions: int = 0
    accuracy: float = 0.0
    calibration_error: float = 0.0
    in_scope_turned_away: float = 0.0
    out_of_scope_questions: int = 0
    out_of_scope_recall: float = 0.0
    intents: Sequence[IntentFigures] = ()
    confusions: Sequence[Confusion] = ()
    calibration: Sequence[Bin] = ()
    coverage: Sequence[Covered] = ()
    right: Sequence[int] = ()
    wrong: Sequence[int] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Report:
        kinds = {"intents": IntentFigures, "confusions": Confusion, "calibration": Bin,
                 "coverage": Covered}  # fmt: skip
        rows = {name: [kind(**row) for row in said[name]] for name, kind in kinds.items()}
        return cls(**{**said, **rows})

    def is_worse_than(self, live: Report) -> bool:
        """Whether more questions are lost than luck explains: two standard errors, at least two."""
        before = dict.fromkeys(live.right, True) | dict.fromkeys(live.wrong, False)
        lost = sum(before.get(key, False) for key in self.wrong)
        won = sum(not before.get(key, True) for key in self.right)
        asked_of_both = sum(key in before for key in (*self.right, *self.wrong))
        if asked_of_both < _FEWEST_IN_COMMON:
            return self._is_worse_on_others(live)
        return bool(lost - won > max(2.0, 2 * np.sqrt(lost + won)))

    def _is_worse_on_others(self, live: Report) -> bool:
        if not (self.questions and live.questions):
            return False
        error = sum(one.accuracy * (1 - one.accuracy) / one.questions for one in (self, live))
        return bool(live.accuracy - self.accuracy > max(0.02, 2 * np.sqrt(error)))


_FEWEST_IN_COMMON = 20


def of(
    texts: Sequence[str],
    exams: Sequence[Trial],
    hidings: Sequence[Trial],
    power: float,
    outside: Outside,
) -> Report:
    """Figures of the exam, where every intent was known; recall where intents were hidden."""
    if not exams:
        return Report()
    answers = [_answers(trial, power) for trial in exams]
    meant, heard = (np.concatenate([answer[place] for answer in answers]) for place in (0, 1))
    sure = np.concatenate([answer[2] for answer in answers])
    rows = np.concatenate([trial.rows[~trial.is_outside] for trial in exams])
    right = meant == heard
    keys = np.array([key_of(texts[row]) for row in rows], dtype=object)
    beside = _flags([*exams, *hidings], outside)
    return Report(
        questions=len(rows),
        accuracy=_mean(right),
        calibration_error=calibration_error(sure, right),
        in_scope_turned_away=_mean(_flags(exams, outside, are_outside=False)),
        out_of_scope_questions=len(beside),
        out_of_scope_recall=_mean(beside),
        intents=_by_intent(meant, heard),
        confusions=_confusions(meant, heard),
        calibration=bins(sure, right),
        coverage=coverage(sure, right),
        right=[int(key) for key in keys[right]],
        wrong=[int(key) for key in keys[~right]],
    )


def bins(sure: Floats, right: NDArray[np.bool_]) -> list[Bin]:
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    return [
        Bin(_mean(sure[place == one]), _mean(right[place == one]), int((place == one).sum()))
        for one in np.unique(place)
    ]


def calibration_error(sure: Floats, right: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten bins of equal width."""
    found = bins(sure, right)
    total = max(1, len(sure))
    return float(sum(abs(b.confidence - b.accuracy) * b.answers for b in found) / total)


def coverage(sure: Floats, right: NDArray[np.bool_]) -> list[Covered]:
    """How often the surest share of the answers is right."""
    ordered = right[np.argsort(-sure, kind="stable")]
    return [Covered(share, _mean(ordered[: round(len(ordered) * share)])) for share in COVERAGES]


def _answers(trial: Trial, power: float) -> tuple[NDArray[Any], NDArray[Any], Floats]:
    inside = ~trial.is_outside
    chances = calibrated(trial.scores.blended[inside], trial.scope, power)
    return trial.truth[inside], trial.labels[chances.argmax(axis=1)], chances.max(axis=1)


def _flags(
    trials: Sequence[Trial], outside: Outside, *, are_outside: bool = True
) -> NDArray[np.bool_]:
    found = [
        outside(trial.signs[trial.is_outside == are_outside]) >= outside.threshold
        for trial in trials
    ]
    return np.concatenate([np.zeros(0, np.bool_), *found])


def _by_intent(meant: NDArray[Any], heard: NDArray[Any]) -> list[IntentFigures]:
    return [
        IntentFigures(
            intent=str(intent),
            questions=int((meant == intent).sum()),
            precision=_mean(meant[heard == intent] == intent),
            recall=_mean(heard[meant == intent] == intent),
        )
        for intent in np.unique(np.concatenate([meant, heard]))
    ]


def _confusions(meant: NDArray[Any], heard: NDArray[Any]) -> list[Confusion]:
    pairs = Counter((str(m), str(h)) for m, h in zip(meant, heard, strict=True) if m != h)
    return [Confusion(*pair, times) for pair, times in pairs.most_common(MOST_CONFUSIONS)]


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else 0.0
