"""Public sets for benches, from ../shared/datasets; one that is not there is empty."""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from services.classifier.intent import OUT_OF_SCOPE, Example

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
DATASETS = ROOT.parent / "shared" / "datasets"


def taught(name: str) -> list[Example]:
    return [Example(text, intent, "en") for text, intent in pairs(name)]


def pairs(name: str) -> list[tuple[str, str]]:
    return [(row["text"], row.get("label", OUT_OF_SCOPE)) for row in rows(name)]


def rows(name: str) -> list[dict[str, str]]:
    file = DATASETS / f"{name}.csv"
    if not file.exists():
        sys.stdout.write(f"{name}: not there\n")
        return []
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def draw(examples: Sequence[Example], shots: int, draw: int) -> list[Example]:
    few: dict[str, list[Example]] = defaultdict(list)
    for place in np.random.default_rng(draw).permutation(len(examples)):
        few[examples[place].intent].append(examples[place])
    return [example for group in few.values() for example in group[:shots]]
