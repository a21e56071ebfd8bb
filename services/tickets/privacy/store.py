"""Erasures in PostgreSQL. Beside the inbox' the one store that reaches into every room's tables."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from services.tickets.privacy.erasure import Erasure, State, names_somebody, spellings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.privacy.held import Held

# What could not be read, where one of these names is somewhere in the bytes.
_LETTERS = """
SELECT id, raw FROM dead_letters l
 WHERE EXISTS (SELECT 1 FROM unnest($1::bytea[]) AS n (name) WHERE position(n.name IN l.raw) > 0)
"""
_NOBODYS_NOTES = """
SELECT id, raw FROM inbound_notes l
 WHERE customer_id IS NULL AND account_id = ANY($2::uuid[])
   AND EXISTS (SELECT 1 FROM unnest($1::bytea[]) AS n (name) WHERE position(n.name IN l.raw) > 0)
"""


class ErasureStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def root_of(self, customer_id: UUID) -> UUID | None:
        """Whom this one turned out to be; None: nobody. Locked, so that nobody merges meanwhile."""
        return await self._connection.fetchval(  # type: ignore[no-any-return]
            """
            WITH person AS MATERIALIZED (
              SELECT coalesce(merged_into, id) AS id FROM customers WHERE id = $1)
            SELECT c.id FROM person JOIN customers c ON c.id = person.id FOR NO KEY UPDATE OF c
            """,
            customer_id,
        )

    async def find(self, customer_id: UUID) -> Erasure | None:
        """Under any id that the person ever had."""
        row = await self._connection.fetchrow(
            """
            SELECT customer_id, state, conversation_ids, text_hashes, removed::text AS removed,
                   started_at, finished_at
              FROM erasures
             WHERE customer_id = (SELECT coalesce(merged_into, id) FROM customers WHERE id = $1)
            """,
            customer_id,
        )
        return _erasure(row) if row else None

    async def lock(self, root: UUID) -> None:
        """Two that erase the same person take turns."""
        await self._connection.execute(
            "SELECT 1 FROM erasures WHERE customer_id = $1 FOR UPDATE", root
        )

    async def person(self, root: UUID) -> list[UUID]:
        rows = await self._connection.fetch(
            "SELECT id FROM customers WHERE id = $1 OR merged_into = $1 ORDER BY id", root
        )
        return [row["id"] for row in rows]

    async def aliases(self, person: Sequence[UUID]) -> list[Record]:
        return await self._connection.fetch(
            """
            SELECT account_id, alias_hash, value FROM customer_aliases
             WHERE customer_id = ANY($1::uuid[])
            """,
            person,
        )

    async def fence(self, person: Sequence[UUID]) -> list[UUID]:
        """From here on no worker holds, and no message joins, a conversation of theirs. Its ids."""
        rows = await self._connection.fetch(
            """
            SELECT id FROM conversations WHERE customer_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE
            """,
            person,
        )
        ids = [row["id"] for row in rows]
        await self._connection.execute(
            """
            WITH parts AS (
              UPDATE deliveries SET state = 'cancelled', reason = 'erased', lease_until = NULL,
                finished_at = now(), fence = nextval('fence_seq')
               WHERE conversation_id = ANY($1::uuid[])
                 AND state IN ('pending', 'claimed', 'ambiguous'))
            UPDATE conversations SET peer_hash = sha256(uuid_send(gen_random_uuid())),
                   reply_address = '', thread = '', holder_version = holder_version + 1,
                   version = version + 1
             WHERE id = ANY($1::uuid[])
            """,
            ids,
        )
        return ids

    async def begin(self, tenant_id: str, root: UUID, conversations: Sequence[UUID]) -> None:
        """Leases that workers hold now are the longest that anything of theirs is still in hand."""
        await self._connection.execute(
            """
            INSERT INTO erasures (tenant_id, customer_id, conversation_ids, settles_at)
            SELECT $1, $2, $3, greatest(now(),
              (SELECT max(lease_until) FROM conv_queue WHERE conversation_id = ANY($3)),
              (SELECT max(lease_until) FROM deliveries
                WHERE conversation_id = ANY($3) AND state = 'sending'))
            """,
            *(tenant_id, root, conversations),
        )

    async def bury(self, tenant_id: str, marks: Sequence[bytes]) -> None:
        """Erased once more, it is the later time that counts."""
        await self._connection.execute(
            """
            INSERT INTO erasure_tombstones (tenant_id, mark) SELECT $1, * FROM unnest($2::bytea[])
            ON CONFLICT (tenant_id, mark) DO UPDATE SET erased_at = now()
            """,
            *(tenant_id, list(dict.fromkeys(marks))),
        )

    async def forget_identity(self, person: Sequence[UUID]) -> None:
        await self._connection.execute(
            """
            UPDATE customers SET name = '', attributes = '{}', marketing_stopped_at = NULL,
                   erased_at = now(), version = version + 1
             WHERE id = ANY($1::uuid[])
            """,
            person,
        )

    @asynccontextmanager
    async def seeing(self, other: str, own: str) -> AsyncIterator[None]:
        """In the block the transaction is another's: that of letters that came for no tenant."""
        see = "SELECT set_config('cassava.tenant_id', $1, true)"
        await self._connection.execute(see, other)
        yield
        await self._connection.execute(see, own)

    async def letters_naming(self, names: Sequence[str]) -> list[Record]:
        """Dead letters in which one of these stands as a value."""
        found = await self._connection.fetch(_LETTERS, _needles(names))
        return [row for row in found if names_somebody(row["raw"], names)]

    async def nobodys_notes_naming(
        self, names: Sequence[str], accounts: Sequence[UUID]
    ) -> list[Record]:
        """Notes that came before we knew whose they were."""
        found = await self._connection.fetch(_NOBODYS_NOTES, _needles(names), list(accounts))
        return [row for row in found if names_somebody(row["raw"], names)]

    async def drop_letters(self, ids: Sequence[UUID]) -> None:
        await self._connection.execute("DELETE FROM dead_letters WHERE id = ANY($1::uuid[])", ids)

    async def drop_notes(self, ids: Sequence[UUID]) -> None:
        await self._connection.execute("DELETE FROM inbound_notes WHERE id = ANY($1::uuid[])", ids)

    async def drop_answers(self, ids: Sequence[UUID]) -> int:
        """Answers kept for callers who repeat themselves, where they speak of one of these."""
        rows = await self._connection.fetch(
            """
            DELETE FROM request_ids r
             WHERE EXISTS (SELECT 1 FROM unnest($1::bytea[]) AS i (id)
                            WHERE position(i.id IN r.answer) > 0)
            RETURNING request_id
            """,
            [str(each).encode() for each in ids],
        )
        return len(rows)

    async def drop(
        self, held: Held, conversations: Sequence[UUID], person: Sequence[UUID], most: int
    ) -> list[Record]:
        """At most so many rows of one table; all that were there if fewer come back."""
        return await self._connection.fetch(held.delete, conversations, person, most)

    async def some(  # whose, and which of them
        self,
        held: Held,
        conversations: Sequence[UUID],
        person: Sequence[UUID],
        most: int,
        skip: int,
    ) -> list[Record]:
        return await self._connection.fetch(held.select, conversations, person, most, skip)

    async def conversations_of(self, person: Sequence[UUID]) -> list[UUID]:
        rows = await self._connection.fetch(
            "SELECT id FROM conversations WHERE customer_id = ANY($1::uuid[]) ORDER BY id", person
        )
        return [row["id"] for row in rows]

    async def count(self, root: UUID, removed: Mapping[str, int]) -> None:
        """Added to what was counted before."""
        await self._connection.execute(
            """
            UPDATE erasures SET removed = (
              SELECT coalesce(jsonb_object_agg(key, n), '{}') FROM (
                SELECT key, sum(value::bigint) AS n FROM (
                  SELECT * FROM jsonb_each_text(removed)
                  UNION ALL SELECT * FROM jsonb_each_text($2::jsonb)) AS said
                 GROUP BY key) AS sums)
             WHERE customer_id = $1
            """,
            *(root, json.dumps(dict(removed))),
        )

    async def reach(self, root: UUID, state: State, hashes: Sequence[bytes]) -> None:
        """The state, and what the classifier is to look for besides."""
        await self._connection.execute(
            """
            UPDATE erasures SET state = $2, text_hashes = text_hashes || $3::bytea[]
             WHERE customer_id = $1
            """,
            *(root, state, hashes),
        )

    async def claim(self, most: int, lease_seconds: float) -> list[Record]:
        """Leased erasures: tenant, customer, fence. Crosses tenants."""
        return await self._connection.fetch(
            """
            SELECT tenant_id, customer_id, fence
              FROM claim_erasures($1, make_interval(secs => $2))
            """,
            *(most, lease_seconds),
        )

    async def finish(self, root: UUID, fence: int) -> bool:
        """Done, or due again when the last lease has ended; False under an old fence."""
        row = await self._connection.fetchrow(
            """
            UPDATE erasures SET
                   state = CASE WHEN settles_at <= now() THEN 'done' ELSE state END,
                   finished_at = CASE WHEN settles_at <= now() THEN now() END,
                   text_hashes = CASE WHEN settles_at <= now() THEN '{}' ELSE text_hashes END,
                   conversation_ids =
                     CASE WHEN settles_at <= now() THEN '{}' ELSE conversation_ids END,
                   due_at = settles_at
             WHERE customer_id = $1 AND fence = $2 AND state = 'forgetting' RETURNING true
            """,
            *(root, fence),
        )
        return row is not None


def _needles(names: Sequence[str]) -> list[bytes]:
    return [spelt for name in names for spelt in spellings(name)]


def _erasure(row: Record) -> Erasure:
    said = dict(row) | {"state": State(row["state"]), "removed": json.loads(row["removed"])}
    return Erasure(**said)
