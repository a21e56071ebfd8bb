"""Finding what a tenant knows about a question: two queries, words and vectors, one ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.responder import grounding
from services.responder.knowledge.search import Hit, Matches, queries, ranking, signals
from services.responder.knowledge.store import PassageStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.encoder import Encoder
    from mesh.postgres import Pool

_HITS = 10


class Finder:
    def __init__(self, pool: Pool, encoder: Encoder) -> None:
        self._pool = pool
        self._encoder = encoder

    async def find(
        self, tenant_id: str, messages: Sequence[str], earlier: Sequence[str], limit: int = _HITS
    ) -> list[Hit]:
        """Best passages first, each with its evidence from 0 to 1; none is an empty list."""
        asked = queries(messages, earlier)
        vectors = await self._encoder.encode(asked)
        found: list[Matches] = []
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            store = PassageStore(connection, tenant_id)
            for query, vector in zip(asked, vectors, strict=True):
                found.append(
                    Matches(await store.by_words(query), await store.by_vector(vector.tolist()))
                )
            best = await store.passages(ranking(found)[:limit])
        return [
            Hit(passage, max(grounding.evidence(signals(passage.chunk_id, m)) for m in found))
            for passage in best
        ]
