"""The names of contacts: which are known, and to whom a new one belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from services.tickets.inbox.arrival import Alias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.postgres import Connection
    from services.tickets.inbox.arrival import Arrival

# (account, hash of the name that stands first)
Peer = tuple[UUID, bytes]


class Known(NamedTuple):
    """Who bears a name, and under which name their conversations run."""

    customer_id: UUID
    stable: bytes


class NameStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def known(self, contacts: Sequence[Arrival]) -> dict[Peer, Known]:
        """By the first of each one's names that is known; strangers are missing."""
        names = [
            (n, contact.account_id, alias.hash)
            for n, contact in enumerate(contacts)
            for alias in contact.aliases
            if alias.is_own
        ]
        rows = await self._connection.fetch(
            """
            SELECT DISTINCT ON (w.n) w.n, a.customer_id,
                   coalesce(a.peer_hash, a.alias_hash) AS stable
              FROM unnest($1::int[], $2::uuid[], $3::bytea[]) WITH ORDINALITY
                AS w (n, account_id, alias_hash, rank)
              JOIN customer_aliases a ON (a.account_id, a.alias_hash) = (w.account_id, w.alias_hash)
             ORDER BY w.n, w.rank
            """,
            *([n for n, _, _ in names], [a for _, a, _ in names], [h for _, _, h in names]),
        )
        return {contacts[row["n"]].peer: Known(row["customer_id"], row["stable"]) for row in rows}

    async def others(
        self, account_id: UUID, hashes: Sequence[bytes], customer_id: UUID
    ) -> list[UUID]:
        """Who else bears one of these names."""
        rows = await self._connection.fetch(
            """
            SELECT DISTINCT customer_id FROM customer_aliases
             WHERE account_id = $1 AND alias_hash = ANY($2::bytea[]) AND customer_id <> $3
             ORDER BY 1
            """,
            *(account_id, hashes, customer_id),
        )
        return [row["customer_id"] for row in rows]

    async def add(self, tenant_id: str, named: Sequence[tuple[Arrival, bytes]]) -> None:
        """All names of these contacts lead to the name that their conversations run under."""
        new = [(a, alias, stable) for a, stable in named for alias in a.aliases]
        await self._connection.execute(
            """
            INSERT INTO customer_aliases (tenant_id, account_id, alias_hash, kind, value,
              customer_id, peer_hash)
            SELECT $1, w.account_id, w.alias_hash, w.kind, w.value, known.customer_id, w.stable
              FROM unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::text[], $6::text[])
                   AS w (account_id, stable, alias_hash, kind, value)
              JOIN customer_aliases known ON (known.account_id,
                known.alias_hash) = (w.account_id, w.stable)
             ORDER BY w.account_id, w.alias_hash
            ON CONFLICT DO NOTHING
            """,
            *(tenant_id, [a.account_id for a, _, _ in new], [stable for _, _, stable in new]),
            *([alias.hash for _, alias, _ in new], [alias.kind for _, alias, _ in new]),
            [alias.value for _, alias, _ in new],
        )


async def learn(
    connection: Connection, conversation_id: UUID, names: Sequence[tuple[str, str]]
) -> None:
    """What a provider calls whom we wrote to. A name that is somebody's already stays theirs."""
    new = [Alias(kind, value) for kind, value in names]
    await connection.execute(
        """
        INSERT INTO customer_aliases (tenant_id, account_id, alias_hash, kind, value,
          customer_id, peer_hash)
        SELECT c.tenant_id, c.account_id, w.alias_hash, w.kind, w.value, c.customer_id, c.peer_hash
          FROM conversations c, unnest($2::bytea[], $3::text[], $4::text[])
               AS w (alias_hash, kind, value)
         WHERE c.id = $1 ORDER BY w.alias_hash
        ON CONFLICT DO NOTHING
        """,
        *(conversation_id, [a.hash for a in new]),
        *([a.kind for a in new], [a.value for a in new]),
    )
