"""Whose conversation a message belongs to: the current one, locked, or a new one, or busy.

A contact is a set of names: any one that is known finds the conversation, those that are new are
added. A user name is no such name: it can pass to somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from mesh.ids import uuid7
from services.tickets.inbox.names import Known, NameStore, Peer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mesh.postgres import Connection
    from services.tickets.inbox.arrival import Arrival

# The name is worked out before the conversations are asked for it: behind row security an
# expression is no key of an index, and each contact would read all conversations of the account.
_LOCK = """
WITH known AS MATERIALIZED (
  SELECT w.n, w.rank, w.alias_hash, a.account_id, coalesce(a.peer_hash, a.alias_hash) AS stable
    FROM unnest($1::int[], $2::uuid[], $3::bytea[]) WITH ORDINALITY
         AS w (n, account_id, alias_hash, rank)
    JOIN customer_aliases a ON (a.account_id, a.alias_hash) = (w.account_id, w.alias_hash))
SELECT c.id, k.n, k.rank, k.alias_hash, c.peer_hash,
       coalesce(c.resolved_at < now() - make_interval(hours => $4), false) AS expired
  FROM known k
  JOIN conversations c ON c.current AND (c.account_id, c.peer_hash) = (k.account_id, k.stable)
 ORDER BY c.id FOR UPDATE OF c"""
_LOCK_WHAT_IS_FREE = _LOCK + " SKIP LOCKED"
_MEET = """
WITH stranger AS (
  INSERT INTO customer_aliases (tenant_id, account_id, alias_hash, kind, value,
    customer_id)
  SELECT $1, * FROM unnest($2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::uuid[])
  ON CONFLICT DO NOTHING
  RETURNING customer_id)
INSERT INTO customers (tenant_id, id, name)
SELECT $1, c.id, c.name FROM unnest($6::uuid[], $7::text[]) AS c (id, name)
 WHERE c.id IN (SELECT customer_id FROM stranger)
"""
_OPEN = """
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
"""
_WAITING = "SELECT set_config('lock_timeout', '1s', true)"


@dataclass(slots=True)
class Batch:
    """One tenant's plain messages on their way in."""

    tenant_id: str
    arrivals: Sequence[Arrival]
    debounce_ms: int = 0
    debounce_most_ms: int = 0
    reopen_hours: int = 0
    erased: set[int] = field(default_factory=set)  # of customers who were erased since


class _Held(NamedTuple):
    """A locked conversation, and which of the contact's names were known."""

    conversation_id: UUID
    stable: bytes
    is_expired: bool
    seen: set[bytes]


class ContactStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names = NameStore(connection)

    async def conversations(
        self, batch: Batch, taken: Sequence[Arrival], *, wait: bool
    ) -> dict[Peer, UUID]:
        """Locked conversations by contact: the current one, or a new one. Missing = busy."""
        contacts = {a.peer: a for a in taken}
        locked = await self._lock(batch, contacts, wait=wait)
        held = {peer: h.conversation_id for peer, h in locked.items() if not h.is_expired}
        if expired := [h.conversation_id for h in locked.values() if h.is_expired]:
            await self._connection.execute(
                """
                UPDATE conversations SET current = false, version = version + 1
                 WHERE id = ANY($1)
                """,
                expired,
            )
        new_names = {p: h.stable for p, h in locked.items() if _has_more(contacts[p], h.seen)}
        if strangers := [a for peer, a in contacts.items() if peer not in held]:
            opened = await self._open(batch, strangers)
            held |= {peer: conversation_id for peer, (conversation_id, _) in opened.items()}
            new_names |= {
                peer: stable
                for peer, (_, stable) in opened.items()
                if len(contacts[peer].aliases) > 1 or stable != peer[1]
            }
        if new_names:
            named = [(contacts[peer], stable) for peer, stable in new_names.items()]
            await self._names.add(batch.tenant_id, named)
        return held

    async def _lock(
        self, batch: Batch, contacts: Mapping[Peer, Arrival], *, wait: bool
    ) -> dict[Peer, _Held]:
        """By any of a contact's names; where two lead to two conversations, the first decides."""
        peers = list(contacts)
        names = [
            (n, peer[0], alias.hash)
            for n, peer in enumerate(peers)
            for alias in contacts[peer].aliases
            if alias.is_own
        ]
        if wait:
            await self._connection.execute(_WAITING)
        rows = await self._connection.fetch(
            _LOCK if wait else _LOCK_WHAT_IS_FREE,
            *([n for n, _, _ in names], [a for _, a, _ in names], [h for _, _, h in names]),
            batch.reopen_hours,
        )
        held: dict[Peer, _Held] = {}
        for row in sorted(rows, key=lambda row: row["rank"]):
            first = held.setdefault(
                peers[row["n"]], _Held(row["id"], row["peer_hash"], row["expired"], set())
            )
            first.seen.add(row["alias_hash"])
        return held

    async def _open(
        self, batch: Batch, strangers: Sequence[Arrival]
    ) -> dict[Peer, tuple[UUID, bytes]]:
        """A conversation where none is current; one that another batch makes this instant is
        busy.
        """
        known = await self._names.known(strangers)
        stable = _stable(strangers, known)
        first = {(a.account_id, stable[a.peer]): a for a in reversed(strangers)}
        ordered = [(peer, first[peer]) for peer in sorted(first)]
        await self._meet(batch, [(peer, a) for peer, a in ordered if a.peer not in known])
        rows = await self._connection.fetch(
            _OPEN,
            *(batch.tenant_id, [uuid7() for _ in ordered], [peer[0] for peer, _ in ordered]),
            *([peer[1] for peer, _ in ordered], [a.reply_address for _, a in ordered]),
            *([a.thread for _, a in ordered], [a.provider_ts for _, a in ordered]),
        )
        opened = {(row["account_id"], row["peer_hash"]): row["id"] for row in rows}
        return {
            a.peer: (opened[a.account_id, stable[a.peer]], stable[a.peer])
            for a in strangers
            if (a.account_id, stable[a.peer]) in opened
        }

    async def _meet(self, batch: Batch, new: Sequence[tuple[Peer, Arrival]]) -> None:
        """Customers nobody knew, each under its stable name."""
        await self._connection.execute(
            _MEET,
            *(batch.tenant_id, [peer[0] for peer, _ in new], [peer[1] for peer, _ in new]),
            *([a.aliases[0].kind for _, a in new], [a.aliases[0].value for _, a in new]),
            *([uuid7() for _ in new], [a.name for _, a in new]),
        )


def _has_more(contact: Arrival, seen: set[bytes]) -> bool:
    """Whether it came with a name that we did not know."""
    return any(alias.is_own and alias.hash not in seen for alias in contact.aliases)


def _stable(strangers: Sequence[Arrival], known: Mapping[Peer, Known]) -> dict[Peer, bytes]:
    """Under which name each one's conversation runs; who shares a name within a batch is one."""
    stable: dict[Peer, bytes] = {}
    claimed: dict[Peer, bytes] = {}
    for a in strangers:
        names = [(a.account_id, alias.hash) for alias in a.aliases if alias.is_own]
        shared = next((claimed[name] for name in names if name in claimed), a.peer[1])
        stable[a.peer] = known[a.peer].stable if a.peer in known else shared
        claimed |= dict.fromkeys(names, stable[a.peer])
    return stable
