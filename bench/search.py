"""How long a question to a large knowledge base takes, step by step.

`python -m bench.search [PASSAGES] [OF_OTHER_TENANTS]` (10000 0) starts a PostgreSQL of its own and
fills it with random words and vectors: the time to compare them does not depend on their meaning.
`answer` is a whole reply of the tier `knowledge`: search, evidence, the sentences that answer.
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

import asyncpg
import numpy as np
from pydantic import SecretStr

from bench.answers import MIGRATIONS
from cli.embedded.postgres import Postgres
from mesh.encoder import DIMENSIONS, ENCODER_ID, Encoder
from mesh.migrate import migrate
from mesh.postgres import open_pool
from mesh.valkey import Valkey
from services.responder.knowledge.chunk import choices
from services.responder.knowledge.encoded import packed
from services.responder.knowledge.finder import Finder
from services.responder.knowledge.store import PassageStore
from services.responder.memory import Memory
from services.responder.providers.knowledge import Quoting
from services.responder.providers.provider import Tier
from services.responder.reply import Replying
from tests.responder.scene import Nobody, a_question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mesh.postgres import Connection, Pool

_TENANT, _KEY = "large", "a key for the bench alone"
_WORDS_A_PASSAGE = 100
_A_TRANSACTION = 2000
_QUESTIONS = 40
# Words as rare as their rank, as in any language (Zipf).
_VOCABULARY = [f"w{''.join(chr(97 + int(c)) for c in str(n))}" for n in range(20_000)]
_WEIGHTS = [1 / (rank + 10) for rank in range(len(_VOCABULARY))]


# Twenty words each, and one vector for all: what an exact scan of one tenant must not touch.
_CROWD = """
SET statement_timeout = 0;
SET session_replication_role = replica;
CREATE TEMP TABLE made AS
  SELECT 'other-' || n % 100 AS tenant_id, gen_random_uuid() AS chunk_id
    FROM generate_series(1, :passages) AS n;
INSERT INTO responder.chunks (tenant_id, chunk_id, article_id, article_version, position, heading,
                              text, language, configuration, words, encoder)
  SELECT tenant_id, chunk_id, chunk_id, 1, 0, '', '', 'en', 'english', 20, 'x' FROM made;
INSERT INTO responder.vectors (tenant_id, chunk_id, encoder, embedding)
  SELECT tenant_id, chunk_id, 'x', v
    FROM made, (SELECT array_agg(random())::public.halfvec AS v FROM generate_series(1, 384)) AS v;
INSERT INTO responder.postings (tenant_id, term, chunk_id, count, words)
  SELECT tenant_id, 'english:w' || n * n, chunk_id, 1, 20 FROM made, generate_series(1, 10) n;
"""


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
        vectors = numbers.standard_normal((count, DIMENSIONS), np.float32)
        async with pool.transaction(tenant_id) as connection:
            await connection.execute("SELECT set_config('statement_timeout', '0', true)")
            await _insert(connection, tenant_id, article, vectors)


async def _insert(
    connection: Connection, tenant_id: str, article: str, vectors: NDArray[np.float32]
) -> None:
    """A passage a vector, with its words."""
    shown = ["[" + ",".join(f"{x:.4g}" for x in vector) + "]" for vector in vectors]
    texts = [_passage() for _ in vectors]
    ids = [uuid4() for _ in texts]
    await connection.execute(
        """
        INSERT INTO chunks (tenant_id, chunk_id, article_id, article_version, position,
                            heading, text, language, configuration, words, encoder,
                            sentences)
        SELECT $1, said.id, $2, 1, 0, 'h', said.text, 'en', 'english', $3, $4,
               said.sentences
          FROM unnest($5::uuid[], $6::text[], $7::bytea[]) AS said (id, text, sentences)
        """,
        *(tenant_id, article, _WORDS_A_PASSAGE, ENCODER_ID, ids, texts),
        [packed(vectors[: len(choices(text))]) for text in texts],
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


async def crowd(url: str, passages: int) -> None:
    """Passages of a hundred other tenants, made by the server: they only have to be there."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_CROWD.replace(":passages", str(int(passages))), timeout=3000)
        await connection.execute("VACUUM (ANALYZE)", timeout=3000)
    finally:
        await connection.close()


async def ask(pool: Pool) -> None:
    encoder = Encoder()
    finder = Finder(pool, encoder)
    await finder.prepare()
    chain = Replying(finder, Quoting(encoder), [], Memory(Valkey(None), SecretStr(_KEY)), Nobody())
    took: dict[str, list[float]] = {
        name: [] for name in ("encode", "words", "vectors", "search", "answer")
    }
    cpu = 0.0
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
        took["search"].append(time.perf_counter() - started)
        started, before = time.perf_counter(), time.process_time()
        draft = await chain.reply(
            a_question(question + " again", tenant_id=_TENANT, threshold=1e-9)
        )
        took["answer"].append(time.perf_counter() - started)
        cpu += time.process_time() - before
        if draft.tier is not Tier.KNOWLEDGE:
            raise RuntimeError(f"the tier {draft.tier} answered")
    for step, seconds in took.items():
        p50, best = statistics.median(seconds) * 1000, min(seconds) * 1000
        print(f"{step:8} p50 {p50:6.1f} ms   best {best:6.1f} ms")  # noqa: T201  # its result
    print(f"CPU of this process an answer: {cpu / _QUESTIONS * 1000:.1f} ms")  # noqa: T201


def _words(count: int) -> str:
    return " ".join(random.choices(_VOCABULARY, _WEIGHTS, k=count))  # noqa: S311  # no secret


def _passage() -> str:
    """Sentences, since an answer is three of them."""
    return " ".join(f"{_words(12).capitalize()}." for _ in range(_WORDS_A_PASSAGE // 12))


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
                await crowd(postgres.url, others)
                await fill(pool, _TENANT, passages)
                await ask(pool)
        finally:
            postgres.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
