"""Finding what a tenant knows about a question: two queries, words and vectors, one ranking."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.responder import grounding
from services.responder.knowledge.elsewhere import ELSEWHERE
from services.responder.knowledge.search import (
    Found,
    Hit,
    Matches,
    leans,
    led,
    queries,
    ranking,
    signals,
)
from services.responder.knowledge.store import PassageStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.encoder import Encoder, Vectors
    from mesh.postgres import Pool
    from services.responder.knowledge.search import Passage, VectorMatch, WordMatch

_HITS = 10


class Finder:
    def __init__(self, pool: Pool, encoder: Encoder) -> None:
        self._pool = pool
        self._encoder = encoder
        self._background: Vectors | None = None

    async def prepare(self) -> Vectors:
        """Half a second of encoding, once; no customer should wait for it."""
        if self._background is None:
            self._background = await self._encoder.encode(ELSEWHERE)
        return self._background

    async def find(
        self, tenant_id: str, messages: Sequence[str], earlier: Sequence[str], limit: int = _HITS
    ) -> Found:
        """Passages by words and vectors, each with its evidence from 0 to 1; the best one first."""
        background = await self.prepare()
        asked = queries(messages, earlier)
        words, (vectors, near) = await asyncio.gather(
            self._by_words(tenant_id, asked), self._by_vectors(tenant_id, asked)
        )
        nearest = (vectors @ background.T).max(axis=1).tolist()
        found = list(map(Matches, words, near, nearest))
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            store = PassageStore(connection, tenant_id)
            best, version = await store.passages(ranking(found)[:limit])
        leaning = len(asked) > 1 and leans(messages)
        hits = [_hit(passage, found, leaning=leaning) for passage in best]
        return Found(led(hits, grounding.DEFAULT_THRESHOLD), version)

    async def _by_words(self, tenant_id: str, asked: Sequence[str]) -> list[list[WordMatch]]:
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            store = PassageStore(connection, tenant_id)
            return [await store.by_words(query) for query in asked]

    async def _by_vectors(
        self, tenant_id: str, asked: Sequence[str]
    ) -> tuple[Vectors, list[list[VectorMatch]]]:
        """Encoded without a connection: where that takes long, many wait for it."""
        vectors = await self._encoder.encode_beside(asked)
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            store = PassageStore(connection, tenant_id)
            return vectors, [await store.by_vector(vector) for vector in vectors]


def _hit(passage: Passage, found: Sequence[Matches], *, leaning: bool) -> Hit:
    said = [signals(passage.chunk_id, matches) for matches in found]
    return Hit(
        passage,
        grounding.evidence(said, passage.language, leans=leaning),
        grounding.weight(said, passage.language, leans=leaning),
    )
