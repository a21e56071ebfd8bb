"""Articles, their passages and the passages' words in PostgreSQL; vectors by pgvector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec
import numpy as np

from mesh.encoder import ENCODER_ID
from services.responder.knowledge.article import (
    Article,
    ArticleChangedMeanwhile,
    ArticleExists,
    ArticleNotFound,
    SlugTaken,
    Status,
)
from services.responder.knowledge.search import LIST_LENGTH, Passage, VectorMatch, WordMatch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mesh.encoder import Vectors
    from mesh.postgres import Connection
    from services.responder.knowledge.encoded import EncodedChunk


class ArticleStore:
    """Articles and their passages of the tenant whose transaction this is."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def take_slug(self, article: Article) -> None:
        """Raise `SlugTaken` when another of its language has it; waits for who asks the same."""
        if not article.slug:
            return
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('slug ' || $1, 0))",
            f"{self._tenant_id}/{article.language}/{article.slug}",
        )
        other = await self._connection.fetchval(
            """SELECT article_id FROM articles
                WHERE tenant_id = $1 AND language = $2 AND slug = $3 AND article_id <> $4""",
            *(self._tenant_id, article.language, article.slug, article.id),
        )
        if other is not None:
            raise SlugTaken(article.slug, other)

    async def add(self, article: Article) -> Article:
        """Raise `ArticleExists` or `SlugTaken` instead of making a second one."""
        await self.take_slug(article)
        row = await self._connection.fetchrow(
            """
            INSERT INTO articles (tenant_id, article_id, language, title, body, url, slug, status)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT DO NOTHING
            RETURNING article_id, version, language, title, body, url, slug, status, updated_at
            """,
            *(self._tenant_id, article.id, article.language, article.title, article.body),
            *(article.url, article.slug, article.status.value),
        )
        if row is None:
            raise ArticleExists(article.id)
        return _article(row)

    async def get(self, article_id: UUID) -> Article:
        row = await self._connection.fetchrow(
            """
            SELECT article_id, version, language, title, body, url, slug, status, updated_at
              FROM articles
             WHERE tenant_id = $1 AND article_id = $2
            """,
            *(self._tenant_id, article_id),
        )
        if row is None:
            raise ArticleNotFound(article_id)
        return _article(row)

    async def newest(
        self, limit: int, *, before: tuple[datetime, UUID] | None, language: str
    ) -> list[Article]:
        """Without bodies, newest first; `before` is where the last page ended."""
        moment, article_id = before or (None, None)
        rows = await self._connection.fetch(
            """
            SELECT article_id, version, language, title, '' AS body, url, slug, status, updated_at
              FROM articles
             WHERE tenant_id = $1
               AND ($2::timestamptz IS NULL OR (updated_at, article_id) < ($2, $3::uuid))
               AND ($4 = '' OR language = $4)
             ORDER BY updated_at DESC, article_id DESC
             LIMIT $5
            """,
            *(self._tenant_id, moment, article_id, language, limit),
        )
        return [_article(row) for row in rows]

    async def save(self, article: Article) -> Article:
        """Raise `ArticleChangedMeanwhile` unless the row is still one version behind."""
        row = await self._connection.fetchrow(
            """
            UPDATE articles
               SET version = $3, language = $4, title = $5, body = $6, url = $7, slug = $8,
                   status = $9, updated_at = now()
             WHERE tenant_id = $1 AND article_id = $2 AND version = $3 - 1
            RETURNING article_id, version, language, title, body, url, slug, status, updated_at
            """,
            *(self._tenant_id, article.id, article.version, article.language, article.title),
            *(article.body, article.url, article.slug, article.status.value),
        )
        if row is None:
            raise ArticleChangedMeanwhile(article.id)
        return _article(row)

    async def remove(self, article_id: UUID) -> None:
        """Its passages and their words go with it."""
        gone = await self._connection.fetchval(
            "DELETE FROM articles WHERE tenant_id = $1 AND article_id = $2 RETURNING article_id",
            *(self._tenant_id, article_id),
        )
        if gone is None:
            raise ArticleNotFound(article_id)
        await self._published()

    async def replace_chunks(self, article: Article, passages: Sequence[EncodedChunk]) -> None:
        """Passages of this version instead of all earlier ones."""
        await self._connection.execute(
            "DELETE FROM chunks WHERE tenant_id = $1 AND article_id = $2",
            *(self._tenant_id, article.id),
        )
        chunks = [each.chunk for each in passages]
        ids = [uuid4() for _ in chunks]
        texts = [chunk.searchable(article.title) for chunk in chunks]
        await self._connection.execute(
            """
            INSERT INTO chunks (tenant_id, chunk_id, article_id, article_version, position, heading,
                                text, language, configuration, words, encoder, sentences)
            SELECT $1, said.chunk_id, $2, $3, said.position, said.heading, said.text, $4, $5,
                   said.words, $6, said.sentences
              FROM unnest($7::uuid[], $8::int[], $9::text[], $10::text[], $11::int[], $12::bytea[])
                   AS said (chunk_id, position, heading, text, words, sentences)
            """,
            *(self._tenant_id, article.id, article.version, article.language),
            *(article.configuration, ENCODER_ID, ids, [chunk.position for chunk in chunks]),
            *([chunk.heading for chunk in chunks], [chunk.text for chunk in chunks]),
            *([len(text.split()) for text in texts], [each.sentences for each in passages]),
        )
        await self._connection.execute(
            """
            INSERT INTO vectors (tenant_id, chunk_id, encoder, embedding, heading)
            SELECT $1, said.chunk_id, $2, said.embedding::public.halfvec,
                   said.heading::public.halfvec
              FROM unnest($3::uuid[], $4::text[], $5::text[])
                   AS said (chunk_id, embedding, heading)
            """,
            *(self._tenant_id, ENCODER_ID, ids, [_vector(each.vector) for each in passages]),
            [None if each.heading is None else _vector(each.heading) for each in passages],
        )
        await self._connection.execute(
            """
            INSERT INTO postings (tenant_id, term, chunk_id, count, words)
            SELECT $1, $2 || ':' || word.lexeme, said.chunk_id, cardinality(word.positions),
                   said.words
              FROM unnest($3::uuid[], $4::text[], $5::int[]) AS said (chunk_id, text, words),
                   unnest(to_tsvector($2::text::regconfig, said.text)) AS word
            """,
            *(self._tenant_id, article.configuration, ids, texts),
            [len(text.split()) for text in texts],
        )
        await self._published()

    async def _published(self) -> None:
        await self._connection.execute(
            """
            INSERT INTO knowledge_versions (tenant_id, version) VALUES ($1, 1)
            ON CONFLICT (tenant_id) DO UPDATE SET version = knowledge_versions.version + 1
            """,
            self._tenant_id,
        )


class PassageStore:
    """Searching one tenant's passages; the exact scan suits up to 10,000 of them."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def by_words(self, query: str) -> list[WordMatch]:
        """BM25 (k1 1.2, b 0.75), asked once in each configuration that the tenant has.

        What belongs to a word is reckoned once: a common one stands in thousands of passages.
        """
        rows = await self._connection.fetch(
            """
            WITH n AS MATERIALIZED (
              SELECT sum(chunks)::float8 AS chunks,
                     (sum(words) / sum(chunks))::float8 AS words
                FROM sizes WHERE tenant_id = $1 AND chunks > 0
            ), q AS MATERIALIZED (
              SELECT configuration, configuration || ':' || lexeme AS term,
                     cardinality(positions) AS weight
                FROM sizes, unnest(to_tsvector(configuration::regconfig, $2))
               WHERE tenant_id = $1 AND chunks > 0
            ), rare AS MATERIALIZED (
              SELECT q.configuration, q.term, q.weight,
                     ln(1 + (n.chunks - held.chunks + 0.5) / (held.chunks + 0.5)) AS rarity
                FROM n, q, LATERAL (SELECT count(*)::float8 AS chunks FROM postings p
                                     WHERE p.tenant_id = $1 AND p.term = q.term) AS held
            ), d AS MATERIALIZED (
              SELECT rare.term, 2.2 * rare.weight * rare.rarity AS gain, 0.9 / n.words AS a_word,
                     rare.rarity / sum(rare.rarity) OVER (PARTITION BY configuration) AS share
                FROM rare, n
            )
            SELECT p.chunk_id, sum(d.share) AS covered,
                   sum(d.gain * p.count / (p.count + 0.3::float8 + d.a_word * p.words)) AS score
              FROM d JOIN postings p ON p.tenant_id = $1 AND p.term = d.term
             GROUP BY p.chunk_id
             ORDER BY score DESC, p.chunk_id
             LIMIT $3
            """,
            *(self._tenant_id, query, LIST_LENGTH),
        )
        return [WordMatch(row["chunk_id"], row["score"], row["covered"]) for row in rows]

    async def by_vector(self, vector: Vectors) -> list[VectorMatch]:
        """Every passage is compared: an index of vectors behind a tenant loses rows in silence.

        MATERIALIZED: a kept plan would read the vector out of its text once for each passage. All
        vectors are of length one, so the inner product ranks as the cosine does and is cheaper.
        Only ids and distances are sorted; headings are compared of what was found.
        """
        rows = await self._connection.fetch(
            """
            WITH asked AS MATERIALIZED (SELECT $2::text::public.halfvec AS vector),
            found AS MATERIALIZED (
              SELECT chunk_id,
                     embedding OPERATOR(public.<#>) (SELECT vector FROM asked) AS distance
                FROM vectors
               WHERE tenant_id = $1 AND encoder = $3
               ORDER BY distance, chunk_id
               LIMIT $4
            )
            SELECT v.chunk_id, 1 - (v.embedding OPERATOR(public.<=>) asked.vector) AS cosine,
                   1 - (v.heading OPERATOR(public.<=>) asked.vector) AS heading
              FROM found JOIN vectors v ON v.tenant_id = $1 AND v.chunk_id = found.chunk_id
             CROSS JOIN asked
             ORDER BY cosine DESC, v.chunk_id
            """,
            *(self._tenant_id, _vector(vector), ENCODER_ID, LIST_LENGTH),
        )
        return [VectorMatch(row["chunk_id"], row["cosine"], row["heading"]) for row in rows]

    async def passages(self, chunk_ids: Sequence[UUID]) -> tuple[list[Passage], int]:
        """In the order of the ids; and the version that they are of.

        It rises with every change of what can be found; 0 before the first.
        """
        rows = await self._connection.fetch(
            """
            SELECT known.version, found.*
              FROM (SELECT max(version) AS version FROM knowledge_versions WHERE tenant_id = $1)
                   AS known
              LEFT JOIN (
                SELECT wanted.rank, c.chunk_id, c.article_id, a.title, c.heading, c.text, a.url,
                       c.language, CASE WHEN c.encoder = $3 THEN c.sentences END AS sentences
                  FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted (chunk_id, rank)
                  JOIN chunks c ON c.tenant_id = $1 AND c.chunk_id = wanted.chunk_id
                  JOIN articles a ON a.tenant_id = c.tenant_id AND a.article_id = c.article_id
              ) AS found ON true
             ORDER BY found.rank
            """,
            *(self._tenant_id, list(chunk_ids), ENCODER_ID),
        )
        found = [Passage(*row[2:]) for row in rows if row["chunk_id"]]
        return found, rows[0]["version"] or 0


def _vector(values: Vectors) -> str:
    """As pgvector reads it; more digits than half a float has."""
    return msgspec.json.encode(np.round(values.astype(np.float64), 7).tolist()).decode()


def _article(row: Any) -> Article:
    return Article(
        id=row["article_id"],
        title=row["title"],
        body=row["body"],
        language=row["language"],
        url=row["url"],
        slug=row["slug"],
        status=Status(row["status"]),
        version=row["version"],
        updated_at=row["updated_at"],
    )
