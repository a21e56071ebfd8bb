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
    NEW_VECTORS,
    PRESET,
    REFUSAL,
    REPORT,
    VECTORS,
    WEIGHTS,
)
from services.classifier.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mesh.encoder import TextEncoder

    Floats = NDArray[np.float32]

_TEXTS_AT_ONCE = 64
_ENCODED = 0.6  # of the whole; a first training spends most of its time there
_NICENESS = 10  # who serves goes first


class Remembering:
    """Encodes what is not known yet. One vector a key: the encoder hears no capitals."""

    def __init__(self, folder: Path, encoder: str) -> None:
        self._name = encoder
        self._encoder: TextEncoder | None = None
        self._known: dict[int, Floats] = {}
        self.new: dict[int, Floats] = {}
        if (folder / VECTORS).exists():
            with np.load(folder / VECTORS) as arrays:
                keys, vectors = arrays["keys"], arrays["vectors"].astype(np.float32)
            self._known = dict(zip(keys.tolist(), vectors, strict=True))

    def encode_now(self, texts: Sequence[str]) -> Floats:
        keys = [key_of(text) for text in texts]
        unknown = {
            key: text for key, text in zip(keys, texts, strict=True) if key not in self._known
        }
        for start in range(0, len(unknown), _TEXTS_AT_ONCE):
            some = list(unknown.items())[start : start + _TEXTS_AT_ONCE]
            self._encode([key for key, _ in some], [text for _, text in some])
            say("encoding", _ENCODED * (start + len(some)) / len(unknown))
        return np.stack([self._known[key] for key in keys])

    def _encode(self, keys: Sequence[int], texts: Sequence[str]) -> None:
        self._encoder = self._encoder or open_named(self._name, cached_vectors=1)
        vectors = self._encoder.encode_now(texts)
        # As they come back from the database: the same examples give the same model.
        halved = vectors.astype(np.float16).astype(np.float32)
        self.new.update(zip(keys, halved, strict=True))
        self._known.update(zip(keys, halved, strict=True))


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
    new = np.array(list(vectors.new.values()), np.float16)
    np.savez(folder / NEW_VECTORS, keys=np.array(list(vectors.new), np.int64), vectors=new)


def say(stage: str, share: float) -> None:
    sys.stdout.write(f"{share:.3f} {stage}\n")
    sys.stdout.flush()


def _examples(file: Path) -> list[Example]:
    with file.open(encoding="utf-8") as lines:
        return [Example(*json.loads(line)) for line in lines]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
