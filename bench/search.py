"""How long a question to a large knowledge base takes, step by step.

`python -m bench.search [PASSAGES] [OF_OTHER_TENANTS]` (10000 0) starts a PostgreSQL of its own and
fills it with random words and vectors: the time to compare them does not depend on their meaning.
A million of others takes some minutes and 6 GB of disk.
`answer` is a whole reply of the tier `knowledge`: search, evidence, the sentences that answer.
"""

from __future__ import annotations

import asyncio
import io
import random
import statistics
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

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
    from collections.abc import Coroutine, Sequence

    from numpy.typing import NDArray

    from mesh.postgres import Pool

_TENANT, _KEY = "large", "a key for the bench alone"
_WORDS_A_PASSAGE = 100
_AT_ONCE = 2000
_QUESTIONS = 40
# Words as rare as their rank, as in any language (Zipf).
_VOCABULARY = [f"w{''.join(chr(97 + int(c)) for c in str(n))}" for n in range(20_000)]
_WEIGHTS = list(accumulate(1 / (rank + 10) for rank in range(len(_VOCABULARY))))


# Rows first and indexes afterwards, and no log of what nobody keeps: a million takes minutes.
_BARE = """
ALTER TABLE responder.vectors SET UNLOGGED;
ALTER TABLE responder.postings SET UNLOGGED;
ALTER TABLE responder.vectors DROP CONSTRAINT vectors_pkey;
ALTER TABLE responder.postings DROP CONSTRAINT postings_pkey;
DROP INDEX responder.vectors_of_tenant, responder.postings_of_chunk, responder.postings_of_term,
           responder.chunks_of_article;
"""
_INDEXED = """
SET maintenance_work_mem = '512MB';
ALTER TABLE responder.vectors ADD PRIMARY KEY (tenant_id, chunk_id);
ALTER TABLE responder.postings ADD PRIMARY KEY (tenant_id, term, chunk_id);
CREATE INDEX vectors_of_tenant ON responder.vectors (tenant_id, encoder)
  INCLUDE (chunk_id, embedding);
CREATE INDEX postings_of_chunk ON responder.postings (tenant_id, chunk_id);
CREATE INDEX postings_of_term ON responder.postings (tenant_id, term)
  INCLUDE (chunk_id, count, words);
CREATE INDEX chunks_of_article ON responder.chunks (tenant_id, article_id, position);
"""
# Passages of a hundred tenants, made by the server: vectors out of a thousand, words of this
# language, inserted in turns as they come in life, so that no tenant's rows lie together.
_CROWD = """
SET synchronous_commit = off;
SET session_replication_role = replica;
CREATE TEMP TABLE few AS
  SELECT n, (SELECT array_agg(random() - 0.5 + 0 * (n + d))
               FROM generate_series(1, 384) AS d)::public.halfvec AS v
    FROM generate_series(0, 999) AS n;
CREATE TEMP TABLE made AS
  SELECT n, 'other-' || n % 100 AS tenant_id, gen_random_uuid() AS chunk_id
    FROM generate_series(1, :passages) AS n;
INSERT INTO responder.chunks (tenant_id, chunk_id, article_id, article_version, position, heading,
                              text, language, configuration, words, encoder)
  SELECT tenant_id, chunk_id, chunk_id, 1, 0, '', '', 'en', 'english', 100, ':encoder' FROM made;
INSERT INTO responder.vectors (tenant_id, chunk_id, encoder, embedding, heading)
  SELECT tenant_id, chunk_id, ':encoder', v, v FROM made JOIN few ON few.n = made.n % 1000;
INSERT INTO responder.postings (tenant_id, term, chunk_id, count, words)
  SELECT tenant_id, 'english:' || word, chunk_id, 1, 100
    FROM made, LATERAL (
      SELECT DISTINCT (:vocabulary)[1 + (power(random(), 3) * 1999)::int + 0 * made.n] AS word
        FROM generate_series(1, :words)) AS said;
"""
_WORDS_OF_OTHERS = 8


async def fill(url: str, tenant_id: str, passages: int) -> None:
    """By COPY, as fast as the server takes it; the trigger that counts passages works."""
    numbers, article = np.random.default_rng(1), uuid4()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET search_path = responder, public; SET statement_timeout = 0")
        await connection.execute(
            """
            INSERT INTO articles (tenant_id, article_id, language, title, body, status)
            VALUES ($1, $2, 'en', 'Everything', '', 'published')
            """,
            *(tenant_id, article),
        )
        for start in range(0, passages, _AT_ONCE):
            count = min(_AT_ONCE, passages - start)
            vectors = numbers.standard_normal((count, DIMENSIONS), np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            await _copy(connection, tenant_id, article, vectors)
    finally:
        await connection.close()


async def _copy(
    connection: asyncpg.Connection[asyncpg.Record],
    tenant_id: str,
    article: UUID,
    vectors: NDArray[np.float32],
) -> None:
    """A passage a vector, with its words."""
    said = [(uuid4(), _passage()) for _ in vectors]
    await connection.copy_records_to_table(
        "chunks",
        schema_name="responder",
        columns=[
            *("tenant_id", "chunk_id", "article_id", "article_version", "position", "heading"),
            *("text", "language", "configuration", "words", "encoder", "sentences"),
        ],
        records=[
            (
                *(tenant_id, chunk, article, 1, 0, "h", text, "en", "english", _WORDS_A_PASSAGE),
                *(ENCODER_ID, packed(vectors[: len(choices(text))])),
            )
            for chunk, text in said
        ],
    )
    # Whose keys are looked up for each word, which costs most of an import, is known here.
    await connection.execute("SET session_replication_role = replica")
    lines = []
    for (chunk, _), vector in zip(said, vectors.tolist(), strict=True):
        shown = f"[{','.join(f'{x:.5f}' for x in vector)}]"
        lines.append(f"{tenant_id}\t{chunk}\t{ENCODER_ID}\t{shown}\t{shown}\n".encode())
    await connection.copy_to_table(
        "vectors",
        schema_name="responder",
        source=io.BytesIO(b"".join(lines)),
        columns=["tenant_id", "chunk_id", "encoder", "embedding", "heading"],
    )
    await connection.execute(
        """
        INSERT INTO postings (tenant_id, term, chunk_id, count, words)
        SELECT $1, 'english:' || word.lexeme, said.id, cardinality(word.positions), $2
          FROM unnest($3::uuid[], $4::text[]) AS said (id, text),
               unnest(to_tsvector('english', said.text)) AS word
        """,
        *(tenant_id, _WORDS_A_PASSAGE, *map(list, zip(*said, strict=True))),
    )
    await connection.execute("SET session_replication_role = origin")


async def crowd(url: str, passages: int) -> None:
    """Passages of a hundred other tenants, made by the server: they only have to be there."""
    made = _CROWD
    for name, value in {
        ":passages": str(int(passages)),
        ":encoder": ENCODER_ID,
        ":vocabulary": "ARRAY[" + ",".join(f"'{word}'" for word in _VOCABULARY[:2000]) + "]",
        ":words": str(_WORDS_OF_OTHERS),
    }.items():
        made = made.replace(name, value)
    await run(url, made)


async def run(url: str, statements: str) -> None:
    """Statements that take minutes."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute(statements, timeout=3000)
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
        vector = (await encoder.encode([question]))[0]
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
    return " ".join(random.choices(_VOCABULARY, cum_weights=_WEIGHTS, k=count))  # noqa: S311  # no secret


def _passage() -> str:
    """Sentences, since an answer is three of them."""
    return " ".join(f"{_words(12).capitalize()}." for _ in range(_WORDS_A_PASSAGE // 12))


async def _filled(url: str, passages: int, others: int) -> None:
    await run(url, _BARE)
    await _timed("others", crowd(url, others))
    await _timed("tenant", fill(url, _TENANT, passages))
    await _timed("indexes", run(url, _INDEXED))
    await _timed("vacuum", run(url, "VACUUM (ANALYZE)"))  # as autovacuum leaves it


async def _timed(name: str, step: Coroutine[None, None, None]) -> None:
    started = time.perf_counter()
    await step
    print(f"{name} filled in {time.perf_counter() - started:.0f} s", flush=True)  # noqa: T201


async def main(arguments: Sequence[str]) -> None:
    passages = int(arguments[0]) if arguments else 10_000
    others = int(arguments[1]) if len(arguments) > 1 else 0
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        postgres = Postgres(Path(folder) / "postgres", fsync=False)
        postgres.start()
        try:
            await migrate(postgres.url, "responder", MIGRATIONS)
            await _filled(postgres.url, passages, others)
            async with open_pool(postgres.url, schema="responder", role="responder_app") as pool:
                await ask(pool)
        finally:
            postgres.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
