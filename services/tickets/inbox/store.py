"""Accepting: the one store that writes several rooms' tables: a batch must be few round trips.

Keys first, in key order; then locks that never wait; what is busy gives its key back and runs
alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from mesh.postgres import certain
from services.tickets.audit.store import AuditStore
from services.tickets.inbox.arrival import Result, Status
from services.tickets.inbox.contacts import Batch, ContactStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mesh.postgres import Connection
    from services.tickets.inbox.arrival import Arrival, Letter
    from services.tickets.privacy.tombstone import Tombstones


# How long an album may still grow: members come up to seconds apart (CHANNELS 6, row 14).
_ALBUM_SECONDS, _ALBUM_MOST_SECONDS = 3.0, 12.0
# OFFSET 0 keeps the planner from hashing a whole table to look for one row.
_ADD = """
WITH i AS (
  SELECT *, row_number() OVER (PARTITION BY cid ORDER BY n) AS rn FROM unnest(
    $2::uuid[], $3::uuid[], $4::text[], $5::bytea[], $6::bytea[], $7::text[],
      $8::timestamptz[], $9::bytea[], $10::text[],
    $11::boolean[], $14::text[], $15::text[], $18::uuid[], $19::bytea[]) WITH ORDINALITY
    AS u (id, cid, kind, body, extras, provider_message_id, provider_ts, raw,
      traceparent, no_debounce, album, thread, account_id, key, n)),
m AS (
  SELECT i.*, c.last_seq + i.rn AS seq,
         CASE WHEN i.provider_ts BETWEEN now() - interval '7 days'
           AND now() - interval '1 minute'
              THEN i.provider_ts ELSE now() END AS customer_time,
         CASE WHEN i.album = '' THEN $12::float8
              ELSE greatest($12::float8, $16::float8) END
           * (NOT i.no_debounce)::int AS wait,
         i.album <> '' AND i.body = ''::bytea
           AND NOT EXISTS (SELECT 1 FROM conv_queue q WHERE q.conversation_id = i.cid OFFSET 0)
           AND EXISTS (SELECT 1 FROM messages o
             WHERE o.conversation_id = i.cid AND o.album = i.album OFFSET 0) AS is_late
    FROM i JOIN conversations c ON c.id = i.cid),
stored AS (
  INSERT INTO messages (tenant_id, id, conversation_id, author, kind, seq,
    provider_message_id, provider_ts,
                        body, extras, raw, traceparent, album, withdrawn_at)
  SELECT $1, m.id, m.cid, 'customer', m.kind, m.seq, m.provider_message_id,
    m.provider_ts,
         m.body, m.extras, m.raw, nullif(m.traceparent, ''), m.album,
         (SELECT e.withdrawn_at FROM withdrawn_early e
           WHERE (e.account_id, e.key) = (m.account_id, m.key)) FROM m),
told AS (
  INSERT INTO events (tenant_id, kind, conversation_id, payload, traceparent)
  SELECT $1, 'message.received', m.cid,
         jsonb_build_object('message_id', m.id, 'kind', m.kind, 'sequence', m.seq,
           'customer_time', m.customer_time),
         nullif(m.traceparent, '') FROM m ORDER BY m.n),
counted AS (
  UPDATE conversations c SET last_seq = x.seq, last_message_at = now(),
         thread = x.thread, blocked_at = NULL, snoozed_until = NULL,
         last_customer_at = greatest(c.last_customer_at, x.written_at)
    FROM (SELECT cid, max(seq) AS seq, (array_agg(thread ORDER BY seq DESC))[1]
                 AS thread, max(coalesce(provider_ts, now())) AS written_at
            FROM m GROUP BY 1) x WHERE c.id = x.cid)
INSERT INTO conv_queue AS q (tenant_id, conversation_id, due_at)
SELECT $1, m.cid, now() + max(make_interval(secs => m.wait))
  FROM m WHERE NOT m.is_late GROUP BY m.cid ORDER BY m.cid
ON CONFLICT (conversation_id) DO UPDATE SET due_at =
  CASE WHEN q.lease_until > now() OR q.due_at <= now() THEN q.due_at
       ELSE greatest(q.due_at, least(EXCLUDED.due_at, q.enq_at + make_interval(secs =>
         CASE WHEN EXCLUDED.due_at > now() + make_interval(secs => $12::float8)
              THEN $17::float8 ELSE $13::float8 END))) END
"""


class InboxStore:
    def __init__(self, connection: Connection, tombstones: Tombstones, sees: str = "") -> None:
        self._connection = connection
        self._tombstones = tombstones
        self._sees = sees

    async def accept(
        self, tenant_id: str, arrivals: Sequence[Arrival], *, wait: bool
    ) -> dict[int, Result]:
        """Store plain messages; those whose conversation is locked elsewhere come back as RETRY.

        With `wait`, locks are waited for (1 s) instead. Sets the transaction's tenant.
        """
        await self.see(tenant_id)
        batch = Batch(tenant_id, arrivals)
        fresh, is_active = await self.take_keys(batch)
        results = await self.known(batch, [a for a in arrivals if a.message_id not in fresh])
        results |= {index: Result(Status.DROPPED) for index in batch.erased}
        taken = [a for a in arrivals if a.message_id in fresh and a.index not in batch.erased]
        if not is_active:
            return results | {a.index: Result(Status.DROPPED) for a in taken}
        conversations = await ContactStore(self._connection).conversations(batch, taken, wait=wait)
        held = [a for a in taken if a.peer in conversations]
        if held:
            await self._add(batch, held, conversations)
        if with_files := [a for a in held if a.files]:
            await self.want(batch, with_files)
        if busy := [a for a in taken if a.peer not in conversations]:
            await self._give_back(busy)
        for arrival in held:
            conversation_id = conversations[arrival.peer]
            results[arrival.index] = Result(Status.ACCEPTED, arrival.message_id, conversation_id)
        return results | {a.index: Result(Status.RETRY) for a in busy}

    async def see(self, tenant_id: str) -> None:
        """From here on the transaction is this tenant's."""
        if tenant_id == self._sees:
            return
        self._sees = tenant_id
        await self._connection.execute(
            "SELECT set_config('cassava.tenant_id', $1, true)", tenant_id
        )

    async def take_keys(self, batch: Batch) -> tuple[set[UUID], bool]:
        """Waits only in key order, so no two batches can deadlock; not returned = known already."""
        ordered = sorted(batch.arrivals, key=lambda a: (a.account_id, a.key, a.index))
        row = certain(
            await self._connection.fetchrow(
                """
            WITH fresh AS (
              INSERT INTO inbound_keys (tenant_id, account_id, key, body_hash, message_id)
              SELECT $1, i.account_id, i.key, i.body_hash, i.message_id
                FROM unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::uuid[])
                     WITH ORDINALITY AS i (account_id, key, body_hash, message_id, n)
               ORDER BY i.n
              ON CONFLICT DO NOTHING
              RETURNING message_id)
            SELECT ARRAY(SELECT message_id FROM fresh) AS fresh,
                   ARRAY(SELECT DISTINCT w.n FROM unnest($6::bytea[], $7::timestamptz[], $8::int[])
                           AS w (mark, written_at, n)
                           JOIN erasure_tombstones e ON (e.tenant_id, e.mark) = ($1, w.mark)
                          WHERE w.written_at <= e.erased_at) AS erased,
                   t.state, t.debounce_ms, t.debounce_most_ms, t.reopen_hours
              FROM (SELECT 1) AS one LEFT JOIN tenants t ON t.tenant_id = $1
            """,
                *(batch.tenant_id, [a.account_id for a in ordered], [a.key for a in ordered]),
                *([a.body_hash for a in ordered], [a.message_id for a in ordered]),
                *self._marks(batch),
            )
        )
        if brief := [a for a in ordered if a.is_brief]:
            await self._keep_briefly(brief)
        batch.erased = set(row["erased"])
        batch.debounce_ms = row["debounce_ms"] or 0
        batch.debounce_most_ms = row["debounce_most_ms"] or 0
        batch.reopen_hours = row["reopen_hours"] or 0
        return set(row["fresh"]), row["state"] == "active"

    async def _keep_briefly(self, arrivals: Sequence[Arrival]) -> None:
        await self._connection.execute(
            """
            UPDATE inbound_keys k SET brief = true
              FROM unnest($1::uuid[], $2::bytea[]) AS b (account_id, key)
             WHERE (k.account_id, k.key) = (b.account_id, b.key) AND NOT k.brief
            """,
            *([a.account_id for a in arrivals], [a.key for a in arrivals]),
        )

    def _marks(self, batch: Batch) -> tuple[list[bytes], list[datetime], list[int]]:
        """Who was erased is known by these; what they wrote before that stays out. Of messages
        without a time, the key alone tells that they were here before.
        """
        named = [
            (self._tombstones.of_name(batch.tenant_id, a.account_id, alias.hash), a.provider_ts, a)
            for a in batch.arrivals
            if a.provider_ts
            for alias in a.aliases
        ]
        return (
            [mark for mark, _, _ in named],
            [at for _, at, _ in named],
            [a.index for _, _, a in named],
        )

    async def known(self, batch: Batch, repeats: Sequence[Arrival]) -> dict[int, Result]:
        """A repeat gets the first one's message; other bytes under the same key are a conflict."""
        if not repeats:
            return {}
        rows = await self._connection.fetch(
            """
            SELECT k.account_id, k.key, k.message_id, k.body_hash, m.conversation_id
              FROM inbound_keys k LEFT JOIN messages m ON m.id = k.message_id
             WHERE (k.account_id, k.key) IN (SELECT * FROM unnest($1::uuid[], $2::bytea[]))
            """,
            *([a.account_id for a in repeats], [a.key for a in repeats]),
        )
        first = {(row["account_id"], row["key"]): row for row in rows}
        results = {}
        for repeat in repeats:
            row = first.get((repeat.account_id, repeat.key))
            if row is None:  # a sibling of this batch, given back since
                results[repeat.index] = Result(Status.RETRY)
                continue
            is_same = repeat.body_hash == row["body_hash"]
            status = Status.DUPLICATE if is_same else Status.CONFLICT
            if not is_same:
                await self._write_down(repeat)
            results[repeat.index] = Result(status, row["message_id"], row["conversation_id"])
        return results

    async def _write_down(self, conflicting: Arrival) -> None:
        """A sender that signs other words under an old id errs, or is not who it was."""
        await AuditStore(self._connection).append_as(
            conflicting.tenant_id, "mesh", "message.conflict", str(conflicting.account_id)
        )

    async def _add(
        self, batch: Batch, held: Sequence[Arrival], conversations: dict[tuple[UUID, bytes], UUID]
    ) -> None:
        """Messages with their numbers, the work they make, the events that tell of them.

        Only locked conversations come here, so numbers are exact. A turn's due time moves only
        while it is unleased and not yet due, and never past the tenant's longest wait; longer
        while an album is open. A member that comes when its album was answered is no new turn.
        """
        await self._connection.execute(
            _ADD,
            *(batch.tenant_id, [a.message_id for a in held], [conversations[a.peer] for a in held]),
            *([a.kind for a in held], [a.body for a in held], [a.extras for a in held]),
            *([a.provider_message_id for a in held], [a.provider_ts for a in held]),
            *([a.raw for a in held], [a.traceparent for a in held], [a.no_debounce for a in held]),
            *(batch.debounce_ms / 1000, batch.debounce_most_ms / 1000),
            *([a.album for a in held], [a.thread for a in held]),
            *(_ALBUM_SECONDS, max(_ALBUM_MOST_SECONDS, batch.debounce_most_ms / 1000)),
            *([a.account_id for a in held], [a.key for a in held]),
        )

    async def want(self, batch: Batch, held: Sequence[Arrival]) -> None:
        """Their files are to be fetched; a slow one never holds the words back."""
        files = [(a, file) for a in held for file in a.files]
        await self._connection.execute(
            """
            INSERT INTO media (tenant_id, message_id, account_id, position, provider_id, mime_type,
              file_name, sha256)
            SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[],
              $7::text[], $8::text[])
            """,
            *(batch.tenant_id, [a.message_id for a, _ in files], [a.account_id for a, _ in files]),
            *([f.position for _, f in files], [f.provider_id for _, f in files]),
            *([f.mime_type for _, f in files], [f.file_name for _, f in files]),
            [f.sha256 for _, f in files],
        )

    async def _give_back(self, busy: Sequence[Arrival]) -> None:
        """They come again, alone; until then nobody may believe they were stored."""
        await self._connection.execute(
            """
            DELETE FROM inbound_keys k USING unnest($1::uuid[], $2::bytea[], $3::uuid[])
              AS b (account_id, key, message_id)
             WHERE (k.account_id, k.key, k.message_id) = (b.account_id, b.key, b.message_id)
            """,
            *([a.account_id for a in busy], [a.key for a in busy], [a.message_id for a in busy]),
        )

    async def keep(self, letters: Sequence[Letter]) -> None:
        """Dead letters of one tenant, once each. Sets the transaction's tenant."""
        await self.see(letters[0].tenant_id)
        await self._connection.executemany(
            """
            INSERT INTO dead_letters (tenant_id, id, account_id, reason, raw)
            SELECT $1, $2, $3, $4, $5
             WHERE NOT EXISTS (SELECT 1 FROM erasure_tombstones WHERE mark = $6)
            ON CONFLICT DO NOTHING
            """,
            [
                (
                    *(x.tenant_id, x.letter_id, x.account_id, x.reason, x.raw),
                    self._tombstones.of_letter(x.tenant_id, x.letter_id),
                )
                for x in letters
            ],
        )
