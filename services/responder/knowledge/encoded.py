"""An article cut and encoded: what a search compares, and the sentences that may be quoted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mesh.encoder import DIMENSIONS, Vectors
from services.responder.knowledge.chunk import Chunk, choices, cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.encoder import Encoder
    from services.responder.knowledge.article import Article

# What half a float loses is far below what tells two sentences apart.
_HALF = np.dtype("<f2")
_SENTENCES_MOST = 2000


@dataclass(frozen=True, slots=True)
class EncodedChunk:
    chunk: Chunk
    vector: Vectors
    heading: Vectors | None
    sentences: bytes | None  # of `choices`, packed; None where there is nothing to choose


async def encoded(encoder: Encoder, article: Article) -> list[EncodedChunk]:
    """Passages in order; what is not published has none."""
    chunks = cut(article.body) if article.is_published else []
    texts = [chunk.searchable(article.title) for chunk in chunks]
    parts = _choices(chunks)
    said = [
        *texts,
        *(chunk.heading for chunk in chunks),
        *(part for each in parts for part in each),
    ]
    vectors = iter(await encoder.encode(said))
    whole = [next(vectors) for _ in chunks]
    headings = [next(vectors) for _ in chunks]
    return [
        EncodedChunk(
            chunk,
            vector,
            heading if chunk.heading else None,
            packed([next(vectors) for _ in each]) if each else None,
        )
        for chunk, vector, heading, each in zip(chunks, whole, headings, parts, strict=True)
    ]


def _choices(chunks: Sequence[Chunk]) -> list[list[str]]:
    """As many as fit into the encoder's memory; those of a book's end are made when asked for."""
    left, parts = _SENTENCES_MOST, []
    for chunk in chunks:
        parts.append(choices(chunk.text)[:left] if left > 0 else [])
        left -= len(parts[-1])
    return parts


def packed(vectors: Sequence[Vectors]) -> bytes:
    return np.stack(vectors).astype(_HALF).tobytes()


def unpacked(sentences: bytes) -> Vectors:
    """A row a sentence."""
    return np.frombuffer(sentences, _HALF).reshape(-1, DIMENSIONS).astype(np.float32)
