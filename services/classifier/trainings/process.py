"""The process that fits: reads a folder, writes into it, says on stdout how far it is.

`python -m services.classifier.trainings.process FOLDER ENCODER`, with what `workshop` put there.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from services.classifier.encoding import open_named
from services.classifier.features import key_of
from services.classifier.intent import Example
from services.classifier.training import NothingToTell, train
from services.classifier.trainings.workshop import (
    EXAMPLES,
    FEELINGS,
    KNOWN,
    NEW,
    PRESET,
    REFUSAL,
    REPORT,
    VECTORS_A_FILE,
    WEIGHTS,
    lay_vectors,
    read_vectors,
    vector_files,
)
from services.classifier.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mesh.encoder import TextEncoder

    Halves = NDArray[np.float16]

_TEXTS_AT_ONCE = 64
_ENCODED = 0.6  # of the whole; a first training spends most of its time there
_NICENESS = 10  # who serves goes first


class Remembering:
    """Encodes what is not known yet. One vector a key: the encoder hears no capitals.

    Half precision, as they come back from the database: the same examples give the same model.
    """

    def __init__(self, folder: Path, encoder: str) -> None:
        self._folder = folder
        self._name = encoder
        self._encoder: TextEncoder | None = None
        self._known: dict[int, Halves] = {}
        self._written = 0
        for file in vector_files(folder, KNOWN):
            self._known.update(zip(*read_vectors(file), strict=True))

    def encode_now(self, texts: Sequence[str]) -> Halves:
        """Each text is asked for once: what is given away is not remembered."""
        keys = [key_of(text) for text in texts]
        unknown = {
            key: text for key, text in zip(keys, texts, strict=True) if key not in self._known
        }
        waiting = list(unknown.items())
        for start in range(0, len(waiting), VECTORS_A_FILE):
            self._encode(waiting[start : start + VECTORS_A_FILE], start, len(waiting))
        vectors = np.stack([self._known[key] for key in keys])
        for key in set(keys):
            del self._known[key]
        return vectors

    def _encode(self, waiting: Sequence[tuple[int, str]], done: int, of: int) -> None:
        """What becomes one file; `done` and `of` are for who waits."""
        self._encoder = self._encoder or open_named(self._name, cached_vectors=1)
        for start in range(0, len(waiting), _TEXTS_AT_ONCE):
            some = waiting[start : start + _TEXTS_AT_ONCE]
            vectors = self._encoder.encode_now([text for _, text in some]).astype(np.float16)
            self._known.update(zip((key for key, _ in some), vectors, strict=True))
            say("encoding", _ENCODED * (done + start + len(some)) / of)
        keys = [key for key, _ in waiting]
        rows = np.stack([self._known[key] for key in keys])
        lay_vectors(self._folder, NEW, self._written, keys, rows)
        self._written += 1


def main(folder: Path, encoder: str) -> None:
    os.nice(_NICENESS)
    vectors = Remembering(folder, encoder)
    preset = folder / PRESET
    try:
        weights, report = train(
            _examples(folder / EXAMPLES),
            vectors,
            _examples(folder / FEELINGS),
            preset=Weights.from_bytes(preset.read_bytes()) if preset.exists() else None,
            progress=lambda stage, share: say(stage, _ENCODED + (1 - _ENCODED) * share),
        )
    except NothingToTell as nothing:
        (folder / REFUSAL).write_text(str(nothing), encoding="utf-8")
        return
    (folder / WEIGHTS).write_bytes(weights.to_bytes())
    (folder / REPORT).write_text(json.dumps(report.as_json()), encoding="utf-8")


def say(stage: str, share: float) -> None:
    sys.stdout.write(f"{share:.3f} {stage}\n")
    sys.stdout.flush()


def _examples(file: Path) -> list[Example]:
    with file.open(encoding="utf-8") as lines:
        return [Example(*json.loads(line)) for line in lines]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
