"""The floors under retrieval on a public set of questions, some of several turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.answers import MTRAG, measure_mtrag, mtrag_articles, publish

if TYPE_CHECKING:
    from mesh.encoder import Encoder
    from mesh.postgres import Pool
    from services.responder.knowledge.finder import Finder


@pytest.mark.skipif(not MTRAG.exists(), reason="questions not found at ../shared/knowledge")
async def test_questions_of_several_turns_find_their_passages(
    pool: Pool, encoder: Encoder, finder: Finder, tenant: str
) -> None:
    """Of one domain: all of them, which `python -m bench.answers --mtrag` asks, take minutes."""
    await publish(pool, encoder, tenant, mtrag_articles("cloud"))

    found = await measure_mtrag(finder, tenant, "report", "cloud")

    assert found.hit_1 >= 0.86
    assert found.hit_5 >= 0.97
    assert found.reciprocal_rank >= 0.91
