"""Finding what a tenant knows about a question: two queries, words and vectors, one ranking."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.responder import grounding
from services.responder.knowledge.elsewhere import ELSEWHERE
from services.responder.knowledge.search import Found, Hit, Matches, led, queries, ranking, signals
from services.responder.knowledge.store import PassageStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.encoder import Encoder, Vectors
    from mesh.postgres import Pool
    from services.responder.knowledge.search import Passage

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
        encoding = asyncio.create_task(self._encoder.encode(asked))
        try:
            async with self._pool.transaction(tenant_id, readonly=True) as connection:
                store = PassageStore(connection, tenant_id)
                words = [await store.by_words(query) for query in asked]  # which need no vectors
            vectors = await encoding  # without a connection: where it takes long, many wait here
        finally:
            encoding.cancel()
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            store = PassageStore(connection, tenant_id)
            near = [await store.by_vector(vector) for vector in vectors.tolist()]
            nearest = (vectors @ background.T).max(axis=1).tolist()
            found = list(map(Matches, words, near, nearest))
            best = await store.passages(ranking(found)[:limit])
            version = await store.version()
        hits = [_hit(passage, found) for passage in best]
        return Found(led(hits, grounding.DEFAULT_THRESHOLD), version)


def _hit(passage: Passage, found: Sequence[Matches]) -> Hit:
    """One query that it answers is enough."""
    said = [grounding.evidence(signals(passage.chunk_id, matches)) for matches in found]
    return Hit(passage, max(said))
