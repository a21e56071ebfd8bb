"""The encoders as the classifier uses them: a message says in seventy words what it is about.

256 pieces would take 80 ms of a core, and nothing may be labelled that slowly.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from mesh import multilingual
from mesh.encoder import DIMENSIONS, Encoder, encoder_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from mesh.encoder import TextEncoder, Vectors

_PIECES = 96
# What a head reads besides the vector: between words and meaning labels lie less smooth
# (decision 0145).
_LAYERS = (3,)
ENCODER_ID = encoder_id(_PIECES, _LAYERS)
ENGLISH, MULTILINGUAL = "english", "multilingual"
ID_OF = {ENGLISH: ENCODER_ID, MULTILINGUAL: multilingual.ENCODER_ID}


def open_encoder(*, cached_vectors: int = 4096) -> Encoder:
    return Encoder(cached_vectors=cached_vectors, pieces=_PIECES, layers=_LAYERS)


def open_named(name: str, *, cached_vectors: int = 4096) -> TextEncoder:
    """Raise `EncoderFileMissing` where its extra is not installed."""
    if name == MULTILINGUAL:
        return multilingual.MultilingualEncoder(cached_vectors=cached_vectors)
    return open_encoder(cached_vectors=cached_vectors)


def last_columns(width: int) -> int:
    """How many of an encoder's columns are its last layer's; they come first."""
    return DIMENSIONS if width == DIMENSIONS * (1 + len(_LAYERS)) else width


def shortened(vectors: Vectors, width: int) -> Vectors:
    """The first columns, of unit length: the last layer's alone, as models read that are older."""
    if vectors.shape[-1] == width:
        return vectors
    first = vectors[..., :width]
    unit: Vectors = first / np.linalg.norm(first, axis=-1, keepdims=True)
    return unit


def installed() -> tuple[str, ...]:
    return (ENGLISH, MULTILINGUAL) if multilingual.is_installed() else (ENGLISH,)


class Encoders:
    """The platform's own from the start, another once a tenant chose it."""

    def __init__(self, english: Encoder, names: Collection[str] | None = None) -> None:
        self.english = english
        self.names = installed() if names is None else names
        self._opened: dict[str, asyncio.Task[TextEncoder]] = {}

    def open(self, name: str) -> asyncio.Task[TextEncoder]:
        """Begins once; whoever stops waiting, what was begun goes on for the next."""
        if name not in self._opened or _failed(self._opened[name]):
            self._opened[name] = asyncio.create_task(asyncio.to_thread(open_named, name))
        return self._opened[name]

    async def get(self, name: str) -> TextEncoder:
        return self.english if name == ENGLISH else await asyncio.shield(self.open(name))


def _failed(opened: asyncio.Task[TextEncoder]) -> bool:
    return opened.done() and opened.exception() is not None
