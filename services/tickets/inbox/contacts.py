"""Whose conversation a message belongs to: the current one, locked, or a new one, or busy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from mesh.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.postgres import Connection
    from services.tickets.inbox.arrival import Arrival

_WAITING = "SELECT set_config('lock_timeout', '1s', true)"


@dataclass(slots=True)
class Batch:
    """One tenant's plain messages on their way in."""

    tenant_id: str
    arrivals: Sequence[Arrival]
    debounce_ms: int = 0
    debounce_most_ms: int = 0
    reopen_hours: int = 0


class ContactStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def conversations(
        self, batch: Batch, taken: Sequence[Arrival], *, wait: bool
    ) -> dict[tuple[UUID, bytes], UUID]:
        """Locked conversations by contact: the current one, or a new one. Missing = busy."""
        contacts = {a.peer: a for a in taken}
        locked = await self._lock(batch, list(contacts), wait=wait)
        held = {peer: row_id for peer, (row_id, expired) in locked.items() if not expired}
        if expired := [row_id for row_id, is_expired in locked.values() if is_expired]:
            await self._connection.execute(
                """
                UPDATE conversations SET current = false, version = version + 1
                 WHERE id = ANY($1)
                """,
                expired,
            )
        if strangers := [a for peer, a in contacts.items() if peer not in held]:
            held |= await self._open(batch, strangers)
        if many := [a for a in contacts.values() if len(a.aliases) > 1 and a.peer in held]:
            await self._add_aliases(batch, many)
        return held

    async def _lock(
        self, batch: Batch, peers: Sequence[tuple[UUID, bytes]], *, wait: bool
    ) -> dict[tuple[UUID, bytes], tuple[UUID, bool]]:
        accounts, hashes = [peer[0] for peer in peers], [peer[1] for peer in peers]
        if wait:
            await self._connection.execute(_WAITING)
            rows = await self._connection.fetch(
                """
                SELECT id, account_id, peer_hash,
                       coalesce(resolved_at < now() - make_interval(hours => $3), false) AS expired
                  FROM conversations
                 WHERE current AND (account_id, peer_hash) IN (SELECT *
                   FROM unnest($1::uuid[], $2::bytea[]))
                 ORDER BY id FOR UPDATE
                """,
                *(accounts, hashes, batch.reopen_hours),
            )
        else:
            rows = await self._connection.fetch(
                """
                SELECT id, account_id, peer_hash,
                       coalesce(resolved_at < now() - make_interval(hours => $3), false) AS expired
                  FROM conversations
                 WHERE current AND (account_id, peer_hash) IN (SELECT *
                   FROM unnest($1::uuid[], $2::bytea[]))
                 ORDER BY id FOR UPDATE SKIP LOCKED
                """,
                *(accounts, hashes, batch.reopen_hours),
            )
        return {(row["account_id"], row["peer_hash"]): (row["id"], row["expired"]) for row in rows}

    async def _open(
        self, batch: Batch, strangers: Sequence[Arrival]
    ) -> dict[tuple[UUID, bytes], UUID]:
        """A conversation where none is current; one that another batch makes this instant is
        busy.
        """
        ordered = sorted(strangers, key=lambda a: a.peer)
        await self._connection.execute(
            """
            WITH stranger AS (
              INSERT INTO customer_aliases (tenant_id, account_id, alias_hash, kind, value,
                customer_id)
              SELECT $1, * FROM unnest($2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::uuid[])
              ON CONFLICT DO NOTHING
              RETURNING customer_id)
            INSERT INTO customers (tenant_id, id, name)
            SELECT $1, c.id, c.name FROM unnest($6::uuid[], $7::text[]) AS c (id, name)
             WHERE c.id IN (SELECT customer_id FROM stranger)
            """,
            *(batch.tenant_id, [a.account_id for a in ordered], [a.peer[1] for a in ordered]),
            *([a.aliases[0].kind for a in ordered], [a.aliases[0].value for a in ordered]),
            *([uuid7() for _ in ordered], [a.name for a in ordered]),
        )
        rows = await self._connection.fetch(
            """
            WITH opened AS (
              INSERT INTO conversations
                     (tenant_id, id, account_id, channel, customer_id, peer_hash, reply_address,
                       thread)
              SELECT $1, w.id, w.account_id, c.kind, a.customer_id, w.peer_hash, w.reply_address,
                w.thread
                FROM unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::text[], $6::text[])
                     AS w (id, account_id, peer_hash, reply_address, thread)
                JOIN channel_accounts c ON c.id = w.account_id
                JOIN customer_aliases a ON (a.account_id, a.alias_hash) = (w.account_id,
                  w.peer_hash)
               WHERE NOT EXISTS (SELECT 1 FROM conversations o
                                  WHERE o.current AND (o.account_id,
                                    o.peer_hash) = (w.account_id, w.peer_hash))
               ORDER BY w.account_id, w.peer_hash
              ON CONFLICT DO NOTHING
              RETURNING id, account_id, peer_hash, channel, customer_id),
            told AS (
              INSERT INTO events (tenant_id, kind, conversation_id, payload)
              SELECT $1, 'conversation.opened', o.id,
                     jsonb_build_object('channel', o.channel, 'channel_id', o.account_id,
                                        'customer_id', o.customer_id, 'customer_time',
                                        t.customer_time)
                FROM opened o JOIN unnest($2::uuid[], $7::timestamptz[])
                  AS w (id, provider_ts) USING (id)
                CROSS JOIN LATERAL (SELECT CASE WHEN w.provider_ts BETWEEN now()
                  - interval '7 days' AND now() - interval '1 minute'
                                                THEN w.provider_ts ELSE now() END AS
                                                customer_time) AS t)
            SELECT id, account_id, peer_hash FROM opened
            """,
            *(batch.tenant_id, [uuid7() for _ in ordered], [a.account_id for a in ordered]),
            *([a.peer[1] for a in ordered], [a.reply_address for a in ordered]),
            *([a.thread for a in ordered], [a.provider_ts for a in ordered]),
        )
        return {(row["account_id"], row["peer_hash"]): row["id"] for row in rows}

    async def _add_aliases(self, batch: Batch, contacts: Sequence[Arrival]) -> None:
        further = [(a, alias) for a in contacts for alias in a.aliases[1:]]
        await self._connection.execute(
            """
            INSERT INTO customer_aliases (tenant_id, account_id, alias_hash, kind, value,
              customer_id)
            SELECT $1, w.account_id, w.alias_hash, w.kind, w.value, known.customer_id
              FROM unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::text[], $6::text[])
                   AS w (account_id, peer_hash, alias_hash, kind, value)
              JOIN customer_aliases known ON (known.account_id,
                known.alias_hash) = (w.account_id, w.peer_hash)
             ORDER BY w.account_id, w.alias_hash
            ON CONFLICT DO NOTHING
            """,
            *(batch.tenant_id, [a.account_id for a, _ in further], [a.peer[1] for a, _ in further]),
            *([alias.hash for _, alias in further], [alias.kind for _, alias in further]),
            [alias.value for _, alias in further],
        )
