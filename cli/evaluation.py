"""What labelled texts say of the model that serves: figures from its answers (pure)."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

OUT_OF_SCOPE = "out_of_scope"
_COVERAGES = (1.0, 0.95, 0.9, 0.8)
_BINS = 10
_MOST_CONFUSIONS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    meant: str
    heard: str
    confidence: float

    @property
    def is_right(self) -> bool:
        return self.meant == self.heard


@dataclass(frozen=True, slots=True)
class Choice:
    """One text: the embedded label, and which intent a language model chose; none: it did not."""

    embedded: Answer
    chosen: str

    @property
    def by_model(self) -> Answer:
        return replace(self.embedded, heard=self.chosen or self.embedded.heard)

    def by_both(self, below: float) -> Answer:
        """As a turn is labelled: the model's word where the embedded label is not sure."""
        return self.by_model if self.embedded.confidence < below else self.embedded


def compared(choices: list[Choice], below: float) -> dict[str, Any]:
    """The same figures three times, and how often a model would be asked."""
    return {
        "embedded": evaluated([one.embedded for one in choices]),
        "model": evaluated([one.by_model for one in choices]),
        "both": evaluated([one.by_both(below) for one in choices]),
        "asked_of_model": _mean([one.embedded.confidence < below for one in choices]),
        "model_silent": _mean([not one.chosen for one in choices]),
    }


def evaluated(answers: list[Answer]) -> dict[str, Any]:
    """Shares are 0 to 1; turning away what was in scope counts as wrong."""
    inside = [one for one in answers if one.meant != OUT_OF_SCOPE]
    beside = [one for one in answers if one.meant == OUT_OF_SCOPE]
    figures: dict[str, Any] = {
        "questions": len(answers),
        "accuracy": _share(inside),
        "calibration_error": _calibration_error([o for o in inside if o.heard != OUT_OF_SCOPE]),
        "in_scope_turned_away": _mean([one.heard == OUT_OF_SCOPE for one in inside]),
    }
    if beside:
        figures["out_of_scope_recall"] = _share(beside)
    surest = sorted(inside, key=lambda one: (one.heard == OUT_OF_SCOPE, -one.confidence))
    for coverage in _COVERAGES:
        some = surest[: round(len(surest) * coverage)]
        figures[f"accuracy_at_{coverage:.0%}"] = _share(some)
    confused = Counter((one.meant, one.heard) for one in answers if not one.is_right)
    figures["confusions"] = [
        {"meant": meant, "heard": heard, "times": times}
        for (meant, heard), times in confused.most_common(_MOST_CONFUSIONS)
    ]
    return figures


def _calibration_error(answers: list[Answer]) -> float:
    """Expected calibration error over ten bins of equal width."""
    bins: dict[int, list[Answer]] = {}
    for one in answers:
        bins.setdefault(min(int(one.confidence * _BINS), _BINS - 1), []).append(one)
    gaps = (abs(_share(some) - _mean([o.confidence for o in some])) * len(some)
            for some in bins.values())  # fmt: skip
    return round(sum(gaps) / max(1, len(answers)), 4)


def _share(answers: list[Answer]) -> float:
    return _mean([one.is_right for one in answers])


def _mean(values: list[float] | list[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
