"""How often the classifier is right, how sure it is, how fast; `python -m bench.classification`.

Our held-out sentences always; BANKING77 and CLINC150 from ../shared/datasets, when they are there,
with 10 examples an intent and a few hundred questions each, so that a run stays near a minute.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mesh.encoder import Encoder
from services.classifier import training
from services.classifier.intent import OUT_OF_SCOPE, Example, Heard, read_examples
from services.classifier.model import Model, Weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    Asked: TypeAlias = Sequence[tuple[str, str]]

ROOT = Path(__file__).parents[1]
DATASETS = ROOT.parent / "shared" / "datasets"
SHOTS = 10
QUESTIONS = 600
COVERAGES = (1.0, 0.95, 0.9, 0.8)


def main() -> None:
    encoder = Encoder()
    figures = {"held_out": _held_out(encoder)}
    for name, load in (("banking77", _banking), ("clinc150", _clinc)):
        if (DATASETS / name).is_dir():
            figures[name] = _few_shot(encoder, *load(DATASETS / name))
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


def _held_out(encoder: Encoder) -> dict[str, float]:
    lines = (ROOT / "tests/classifier/held_out.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [(row["text"], row["intent"]) for row in map(json.loads, lines)]
    return _measured(encoder, read_examples(training.INTENTS), asked)


def _few_shot(encoder: Encoder, examples: list[Example], asked: Asked) -> dict[str, float]:
    chance = np.random.default_rng(training.SEED)
    few: dict[str, list[Example]] = defaultdict(list)
    for place in chance.permutation(len(examples)):
        few[examples[place].intent].append(examples[place])
    taught = [example for group in few.values() for example in group[:SHOTS]]
    some = [asked[place] for place in chance.permutation(len(asked))[:QUESTIONS]]
    return _measured(encoder, taught, some)


def _measured(encoder: Encoder, examples: list[Example], asked: Asked) -> dict[str, float]:
    started = time.process_time()
    weights = training.train(examples, encoder, read_examples(training.FEELINGS))
    fitted = time.process_time()
    model = Model(Weights.from_bytes(weights.to_bytes()), "bench")
    heard = [model.hear(text, encoder.encode_now([text])[0]) for text, _ in asked]
    spent = time.process_time() - fitted
    intents = [intent for _, intent in asked]
    return {
        "examples": len(examples),
        "questions": len(asked),
        "training_cpu_seconds": round(fitted - started, 1),
        "messages_a_cpu_second": round(len(asked) / spent),
        **_accuracy(heard, intents),
        **_outside(heard, intents),
    }


def _accuracy(heard: Sequence[Heard], intents: Sequence[str]) -> dict[str, float]:
    """In scope: the best intent, and how the surest share of answers does."""
    inside = [(h.ranked[0], intent) for h, intent in zip(heard, intents, strict=True)
              if intent != OUT_OF_SCOPE]  # fmt: skip
    inside.sort(key=lambda pair: -pair[0].confidence)
    right = np.array([best.intent == intent for best, intent in inside])
    sure = np.array([best.confidence for best, _ in inside])
    curve = {
        f"accuracy_at_{round(share * 100)}_percent": round(
            float(right[: int(len(right) * share)].mean()), 3
        )
        for share in COVERAGES
    }
    return {**curve, "calibration_error": round(_calibration_error(sure, right), 3)}


def _calibration_error(sure: np.ndarray, right: np.ndarray) -> float:
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [
        abs(sure[bins == place].mean() - right[bins == place].mean()) * (bins == place).mean()
        for place in np.unique(bins)
    ]
    return float(sum(gaps))


def _outside(heard: Sequence[Heard], intents: Sequence[str]) -> dict[str, float]:
    beside = np.array([intent == OUT_OF_SCOPE for intent in intents])
    flagged = np.array([h.is_outside for h in heard])
    score = np.array([h.outside for h in heard])
    figures = {"in_scope_turned_away": round(float(flagged[~beside].mean()), 3)}
    if beside.any():
        wins = (score[beside][:, None] > score[~beside]).mean()
        figures |= {
            "out_of_scope_recall": round(float(flagged[beside].mean()), 3),
            "out_of_scope_auroc": round(float(wins), 3),
        }
    return figures


def _banking(folder: Path) -> tuple[list[Example], Asked]:
    return _taught(folder / "train.csv"), _pairs(folder / "test.csv")


def _clinc(folder: Path) -> tuple[list[Example], Asked]:
    beside = [(text, OUT_OF_SCOPE) for text, _ in _pairs(folder / "oos_test.csv")]
    return _taught(folder / "train.csv"), [*_pairs(folder / "test.csv"), *beside]


def _taught(file: Path) -> list[Example]:
    return [Example(text, intent, "en") for text, intent in _pairs(file)]


def _pairs(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return [(row["text"], row["label"]) for row in csv.DictReader(opened)]


if __name__ == "__main__":
    main()
