"""What arrives and is nobody's message: reactions, new names, blocked bots, wishes, bad news."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from mesh import telemetry
from services.tickets.audit.store import AuditStore
from services.tickets.customers.store import CustomerStore
from services.tickets.inbox.arrival import Result, Status
from services.tickets.inbox.names import NameStore

if TYPE_CHECKING:
    from uuid import UUID

    from mesh.postgres import Connection
    from services.tickets.inbox.arrival import Arrival

log = structlog.get_logger()
# They tell that a person or a group has another name, and is to be answered there.
_MOVES = frozenset({"system", "user_id_update", "service"})
# Ids of which a provider says that one follows the other, and that are nobody else's ever again.
# A phone number is: it passes on.
_UNIQUE = frozenset({"bsuid", "telegram_chat"})
_SHUT_OUT = frozenset({"kicked", "left"})
_notes = telemetry.counter("cassava_inbox_notes", "Kept and not answered.", {"kind": ()})


class NoteStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names = NameStore(connection)

    async def keep(self, note: Arrival) -> Result:
        """As it came, and what follows from it."""
        customer_id = stable = message_id = None
        known = await self._names.known([note]) if note.aliases else {}
        if note.aliases and note.peer in known:
            customer_id, stable = known[note.peer]
            if len(note.aliases) > 1:
                await self._names.add(note.tenant_id, [(note, stable)])
                await self._join(note, customer_id)
            message_id = await self._follow(note, customer_id, stable)
        if note.note == "account_alert":
            await self._alert(note)
        _notes.labels(note.note).inc()
        await self._connection.execute(
            """
            INSERT INTO inbound_notes (tenant_id, account_id, id, kind, raw, customer_id,
              message_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            *(note.tenant_id, note.account_id, note.message_id, note.note, note.raw),
            *(customer_id, message_id),
        )
        return Result(Status.ACCEPTED, note.message_id)

    async def _follow(self, note: Arrival, customer_id: UUID, stable: bytes) -> UUID | None:
        """What it changes; the message that it is about, if we have it."""
        if note.note in _MOVES and note.reply_address:
            await self._connection.execute(
                """
                UPDATE conversations SET reply_address = $3
                 WHERE current AND account_id = $1 AND peer_hash = $2 AND reply_address <> $3
                """,
                *(note.account_id, stable, note.reply_address),
            )
        if note.note == "membership":
            await self._reachable(note, stable)
        if note.note == "call":
            await self._called(note, stable)
        if note.note == "user_preference":
            await self._connection.execute(
                """
                UPDATE customers SET marketing_stopped_at = CASE WHEN $2 THEN now() END
                 WHERE id = $1
                """,
                *(customer_id, note.said.endswith(" stop")),
            )
        return await self._reaction(note, stable) if note.note == "reaction" else None

    async def _join(self, note: Arrival, customer_id: UUID) -> None:
        """Whoever wrote under the new id before we were told of it is nobody else."""
        hashes = [alias.hash for alias in note.aliases if alias.kind in _UNIQUE]
        if note.note not in _MOVES or len(hashes) < 2:  # noqa: PLR2004  # the old and the new
            return
        people = CustomerStore(self._connection)
        await people.alone(note.tenant_id)
        for other in await self._names.others(note.account_id, hashes, customer_id):
            await people.merge(other, into=customer_id)
            await AuditStore(self._connection).append_as(
                note.tenant_id, "mesh", "customer.merged", str(customer_id), str(other)
            )

    async def _called(self, note: Arrival, stable: bytes) -> None:
        """A customer's call opens WhatsApp's window as their words do."""
        await self._connection.execute(
            """
            UPDATE conversations
               SET last_customer_at = greatest(last_customer_at, coalesce($3, now()))
             WHERE current AND account_id = $1 AND peer_hash = $2
            """,
            *(note.account_id, stable, note.provider_ts),
        )

    async def _reachable(self, note: Arrival, stable: bytes) -> None:
        await self._connection.execute(
            """
            WITH c AS (
              UPDATE conversations SET blocked_at = CASE WHEN $3 THEN now() END,
                     version = version + 1
               WHERE current AND account_id = $1 AND peer_hash = $2
                 AND (blocked_at IS NOT NULL) <> $3
              RETURNING tenant_id, id)
            INSERT INTO events (tenant_id, kind, conversation_id, payload)
            SELECT tenant_id, 'conversation.updated', id, jsonb_build_object('unreachable', $3)
              FROM c
            """,
            *(note.account_id, stable, note.said in _SHUT_OUT),
        )

    async def _reaction(self, note: Arrival, stable: bytes) -> UUID | None:
        """On a message of ours or of their own; the newest one counts, taken back is none."""
        return await self._connection.fetchval(  # type: ignore[no-any-return]
            """
            WITH about AS (
              SELECT coalesce(
                (SELECT d.message_id FROM deliveries d WHERE d.conversation_id = c.id
                    AND d.provider_msg_id = $3 LIMIT 1),
                (SELECT m.id FROM messages m WHERE m.conversation_id = c.id
                    AND m.provider_message_id = $3 ORDER BY m.created_at DESC LIMIT 1)) AS id
                FROM conversations c WHERE c.current AND c.account_id = $1 AND c.peer_hash = $2),
            reacted AS (
              UPDATE messages m SET reaction = $4 FROM about WHERE m.id = about.id
              RETURNING m.tenant_id, m.conversation_id, m.id),
            told AS (
              INSERT INTO events (tenant_id, kind, conversation_id, payload)
              SELECT tenant_id, 'conversation.updated', conversation_id,
                     jsonb_build_object('message_id', id, 'reaction', $4 <> '')
                FROM reacted)
            SELECT id FROM reacted
            """,
            *(note.account_id, stable, note.refers_to, note.said[:40]),
        )

    async def _alert(self, note: Arrival) -> None:
        """Somebody has to act at the provider; the channel shows it until the next one."""
        log.warning("channel_alert", account_id=str(note.account_id), tenant_id=note.tenant_id)
        await self._connection.execute(
            "UPDATE channel_accounts SET alert = $2, alert_at = now() WHERE id = $1",
            *(note.account_id, note.said),
        )
