"""How long a question to a large knowledge base takes, step by step.

`python -m bench.search [PASSAGES] [OF_OTHER_TENANTS]` (10000 0) starts a PostgreSQL of its own and
fills it with random words and vectors: the time to compare them does not depend on their meaning.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from bench.answers import MIGRATIONS
from cli.embedded.postgres import Postgres
from mesh.encoder import DIMENSIONS, ENCODER_ID, Encoder
from mesh.migrate import migrate
from mesh.postgres import open_pool
from services.responder.knowledge.finder import Finder
from services.responder.knowledge.store import PassageStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.postgres import Pool

_TENANT, _OTHER = "large", "other"
_WORDS_A_PASSAGE = 100
_A_TRANSACTION = 2000
_QUESTIONS = 40
# Words as rare as their rank, as in any language (Zipf).
_VOCABULARY = [f"w{''.join(chr(97 + int(c)) for c in str(n))}" for n in range(20_000)]
_WEIGHTS = [1 / (rank + 10) for rank in range(len(_VOCABULARY))]


async def fill(pool: Pool, tenant_id: str, passages: int) -> None:
    numbers = np.random.default_rng(1)
    async with pool.transaction(tenant_id) as connection:
        article: str = await connection.fetchval(
            """
            INSERT INTO articles (tenant_id, article_id, language, title, body, status)
            VALUES ($1, gen_random_uuid(), 'en', 'Everything', '', 'published')
            RETURNING article_id
            """,
            tenant_id,
        )
    for start in range(0, passages, _A_TRANSACTION):
        count = min(_A_TRANSACTION, passages - start)
        vectors = numbers.standard_normal((count, DIMENSIONS))
        shown = ["[" + ",".join(f"{x:.4g}" for x in vector) + "]" for vector in vectors]
        texts = [_words(_WORDS_A_PASSAGE) for _ in range(count)]
        async with pool.transaction(tenant_id) as connection:
            await connection.execute("SELECT set_config('statement_timeout', '0', true)")
            ids = [uuid4() for _ in texts]
            await connection.execute(
                """
                INSERT INTO chunks (tenant_id, chunk_id, article_id, article_version, position,
                                    heading, text, language, configuration, words, encoder)
                SELECT $1, said.id, $2, 1, 0, 'h', said.text, 'en', 'english', $3, $4
                  FROM unnest($5::uuid[], $6::text[]) AS said (id, text)
                """,
                *(tenant_id, article, _WORDS_A_PASSAGE, ENCODER_ID, ids, texts),
                timeout=600,
            )
            await connection.execute(
                """
                INSERT INTO vectors (tenant_id, chunk_id, encoder, embedding, heading)
                SELECT $1, said.id, $2, said.v::public.halfvec, said.v::public.halfvec
                  FROM unnest($3::uuid[], $4::text[]) AS said (id, v)
                """,
                *(tenant_id, ENCODER_ID, ids, shown),
                timeout=600,
            )
            await connection.execute(
                """
                INSERT INTO postings (tenant_id, term, chunk_id, count, words)
                SELECT $1, 'english:' || word.lexeme, said.id, cardinality(word.positions), $2
                  FROM unnest($3::uuid[], $4::text[]) AS said (id, text),
                       unnest(to_tsvector('english', said.text)) AS word
                """,
                *(tenant_id, _WORDS_A_PASSAGE, ids, texts),
                timeout=600,
            )


async def ask(pool: Pool) -> None:
    encoder = Encoder()
    finder = Finder(pool, encoder)
    await finder.prepare()
    took: dict[str, list[float]] = {"encode": [], "words": [], "vectors": [], "all": []}
    for question in [_words(9) for _ in range(_QUESTIONS)]:
        started = time.perf_counter()
        vector = (await encoder.encode([question]))[0].tolist()
        took["encode"].append(time.perf_counter() - started)
        async with pool.transaction(_TENANT, readonly=True) as connection:
            store = PassageStore(connection, _TENANT)
            started = time.perf_counter()
            await store.by_words(question)
            took["words"].append(time.perf_counter() - started)
            started = time.perf_counter()
            await store.by_vector(vector)
            took["vectors"].append(time.perf_counter() - started)
        started = time.perf_counter()
        await finder.find(_TENANT, [question + " please"], [])
        took["all"].append(time.perf_counter() - started)
    for step, seconds in took.items():
        p50, best = statistics.median(seconds) * 1000, min(seconds) * 1000
        print(f"{step:8} p50 {p50:6.1f} ms   best {best:6.1f} ms")  # noqa: T201  # its result


def _words(count: int) -> str:
    return " ".join(random.choices(_VOCABULARY, _WEIGHTS, k=count))  # noqa: S311  # no secret


async def main(arguments: Sequence[str]) -> None:
    passages = int(arguments[0]) if arguments else 10_000
    others = int(arguments[1]) if len(arguments) > 1 else 0
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        postgres = Postgres(Path(folder) / "postgres", fsync=False)
        postgres.start()
        try:
            await migrate(postgres.url, "responder", MIGRATIONS)
            async with open_pool(postgres.url, schema="responder", role="responder_app") as pool:
                await fill(pool, _OTHER, others)
                await fill(pool, _TENANT, passages)
                await ask(pool)
        finally:
            postgres.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
