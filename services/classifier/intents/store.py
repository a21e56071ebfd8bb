"""Intents and their examples, as a tenant teaches them; vectors of examples that were encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg

from mesh.errors import Conflict, NotFound
from services.classifier.features import hash_of, key_of
from services.classifier.intent import Example

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from mesh.postgres import Connection


class IntentNotFound(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"there is no intent {name!r}")


class ExampleNotFound(NotFound):
    def __init__(self, example_id: UUID) -> None:
        super().__init__(f"there is no example {example_id}")


class ExampleKnown(Conflict):
    def __init__(self) -> None:
        super().__init__("these words are an example already: change or remove that one")


@dataclass(frozen=True, slots=True)
class Intent:
    name: str
    description: str = ""
    least_urgency: int = 0  # as the contract numbers them; 0: the policy decides
    examples: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """An example with its place in the list."""

    id: int
    example_id: UUID
    example: Example
    is_correction: bool


class IntentStore:
    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def put(self, intents: Sequence[Intent]) -> None:
        """Make or change; what is left empty stays as it was."""
        await self._connection.executemany(
            """
            INSERT INTO intents (tenant_id, name, description, least_urgency)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (tenant_id, name) DO UPDATE
               SET description = CASE WHEN $3 = '' THEN intents.description ELSE $3 END,
                   least_urgency = CASE WHEN $4 = 0 THEN intents.least_urgency ELSE $4 END
            """,
            [
                (self._tenant_id, intent.name, intent.description, intent.least_urgency)
                for intent in intents
            ],
        )

    async def intents_of(self, texts: Sequence[str]) -> dict[int, str]:
        """By key, the intent under which each of the texts stands already."""
        rows = await self._connection.fetch(
            "SELECT key, intent FROM examples WHERE tenant_id = $1 AND key = ANY($2::bigint[])",
            *(self._tenant_id, [key_of(text) for text in texts]),
        )
        return {row["key"]: row["intent"] for row in rows}

    async def add(self, examples: Sequence[Example]) -> int:
        """How many were new; a text that is there stays under its intent."""
        rows = await self._connection.fetch(
            """
            INSERT INTO examples (tenant_id, key, intent, text, language)
            SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[])
            ON CONFLICT (tenant_id, key) DO NOTHING
            RETURNING id
            """,
            self._tenant_id,
            [key_of(example.text) for example in examples],
            [example.intent for example in examples],
            [example.text for example in examples],
            [example.language for example in examples],
        )
        return len(rows)

    async def correct(self, example: Example) -> None:
        """An agent's word counts more than what stood there."""
        if not await self._connection.fetchval(
            "SELECT true FROM intents WHERE tenant_id = $1 AND name = $2",
            *(self._tenant_id, example.intent),
        ):
            raise IntentNotFound(example.intent)
        await self._connection.execute(
            """
            INSERT INTO examples (tenant_id, key, intent, text, language, is_correction)
            VALUES ($1, $2, $3, $4, $5, true)
            ON CONFLICT (tenant_id, key) DO UPDATE SET intent = $3, is_correction = true
            """,
            *(self._tenant_id, key_of(example.text), example.intent, example.text),
            example.language,
        )

    async def replace(self, example_id: UUID, example: Example) -> Stored:
        try:
            row = await self._connection.fetchrow(
                """
                WITH old AS (SELECT key FROM examples WHERE tenant_id = $1 AND example_id = $2),
                     unused AS (DELETE FROM vectors v USING old
                                 WHERE v.tenant_id = $1 AND v.key = old.key AND v.key <> $3)
                UPDATE examples SET key = $3, intent = $4, text = $5, language = $6
                 WHERE tenant_id = $1 AND example_id = $2
                RETURNING id, example_id, intent, text, language, is_correction
                """,
                *(self._tenant_id, example_id, key_of(example.text)),
                *(example.intent, example.text, example.language),
            )
        except asyncpg.UniqueViolationError as error:
            raise ExampleKnown from error
        except asyncpg.ForeignKeyViolationError as error:
            raise IntentNotFound(example.intent) from error
        if row is None:
            raise ExampleNotFound(example_id)
        return _stored(row)

    async def remove(self, example_id: UUID) -> None:
        done = await self._connection.execute(
            """
            WITH gone AS (DELETE FROM examples
                           WHERE tenant_id = $1 AND example_id = $2 RETURNING key),
                 unused AS (DELETE FROM vectors v USING gone
                             WHERE v.tenant_id = $1 AND v.key = gone.key)
            SELECT FROM gone
            """,
            *(self._tenant_id, example_id),
        )
        if done == "SELECT 0":
            raise ExampleNotFound(example_id)

    async def forget(self, text_hashes: Sequence[bytes]) -> int:
        """Corrections with one of these texts, and their vectors; how many there were."""
        rows = await self._connection.fetch(
            "SELECT key, text FROM examples WHERE tenant_id = $1 AND is_correction",
            self._tenant_id,
        )
        wanted = set(text_hashes)
        keys = [row["key"] for row in rows if hash_of(row["text"]) in wanted]
        for statement in (
            "DELETE FROM vectors WHERE tenant_id = $1 AND key = ANY($2::bigint[])",
            "DELETE FROM examples WHERE tenant_id = $1 AND key = ANY($2::bigint[])",
        ):
            await self._connection.execute(statement, self._tenant_id, keys)
        return len(keys)

    async def by_name(self, limit: int, *, after: str) -> list[Intent]:
        rows = await self._connection.fetch(
            """
            SELECT i.name, i.description, i.least_urgency,
                   (SELECT count(*) FROM examples e
                     WHERE e.tenant_id = i.tenant_id AND e.intent = i.name) AS examples
              FROM intents i
             WHERE i.tenant_id = $1 AND i.name > $2
             ORDER BY i.name
             LIMIT $3
            """,
            *(self._tenant_id, after, limit),
        )
        return [Intent(**dict(row)) for row in rows]

    async def least_urgencies(self) -> dict[str, int]:
        rows = await self._connection.fetch(
            "SELECT name, least_urgency FROM intents WHERE tenant_id = $1 AND least_urgency > 0",
            self._tenant_id,
        )
        return {row["name"]: row["least_urgency"] for row in rows}

    async def delete(self, name: str) -> int:
        """How many examples went with it."""
        examples: int = await self._connection.fetchval(
            "SELECT count(*) FROM examples WHERE tenant_id = $1 AND intent = $2",
            *(self._tenant_id, name),
        )
        done = await self._connection.execute(
            "DELETE FROM intents WHERE tenant_id = $1 AND name = $2", *(self._tenant_id, name)
        )
        if done == "DELETE 0":
            raise IntentNotFound(name)
        return examples

    async def examples(
        self, *, intent: str = "", after: int = 0, limit: int | None = None
    ) -> list[Stored]:
        rows = await self._connection.fetch(
            """
            SELECT id, example_id, intent, text, language, is_correction FROM examples
             WHERE tenant_id = $1 AND ($2 = '' OR intent = $2) AND id > $3
             ORDER BY id
             LIMIT $4
            """,
            *(self._tenant_id, intent, after, limit),
        )
        return [_stored(row) for row in rows]

    async def texts(self, keys: Sequence[int]) -> dict[int, str]:
        rows = await self._connection.fetch(
            "SELECT key, text FROM examples WHERE tenant_id = $1 AND key = ANY($2::bigint[])",
            *(self._tenant_id, keys),
        )
        return {row["key"]: row["text"] for row in rows}

    async def vectors(self, encoder_id: str, limit: int, *, after: int = -1) -> dict[int, bytes]:
        """Half-precision bytes by key, the keys ascending; none is below 0."""
        rows = await self._connection.fetch(
            """
            SELECT key, vector FROM vectors
             WHERE tenant_id = $1 AND encoder_id = $2 AND key > $3
             ORDER BY key
             LIMIT $4
            """,
            *(self._tenant_id, encoder_id, after, limit),
        )
        return {row["key"]: row["vector"] for row in rows}

    async def keep_vectors(self, encoder_id: str, vectors: Mapping[int, bytes]) -> None:
        await self._connection.execute(
            """
            INSERT INTO vectors (tenant_id, encoder_id, key, vector)
            SELECT $1, $2, * FROM unnest($3::bigint[], $4::bytea[])
            ON CONFLICT DO NOTHING
            """,
            *(self._tenant_id, encoder_id, list(vectors), list(vectors.values())),
        )


def _stored(row: asyncpg.Record) -> Stored:
    return Stored(
        id=row["id"],
        example_id=row["example_id"],
        example=Example(row["text"], row["intent"], row["language"]),
        is_correction=row["is_correction"],
    )
