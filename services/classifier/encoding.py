"""The encoder as the classifier uses it: a message says in seventy words what it is about.

256 pieces would take 80 ms of a core, and nothing may be labelled that slowly.
"""

from __future__ import annotations

from mesh.encoder import Encoder, encoder_id

_PIECES = 96
ENCODER_ID = encoder_id(_PIECES)


def open_encoder(*, cached_vectors: int = 4096) -> Encoder:
    return Encoder(cached_vectors=cached_vectors, pieces=_PIECES)
