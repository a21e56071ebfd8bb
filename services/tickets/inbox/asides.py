"""What arrives beside new messages: edits, withdrawals, the business's own messages, notes. One
at a time.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from services.tickets.conversations.feedback import Feedback
from services.tickets.conversations.store import ConversationStore
from services.tickets.conversations.survey import SurveyStore
from services.tickets.deliveries.withdrawal import WithdrawalStore
from services.tickets.events.event import message_failed
from services.tickets.events.store import EventStore
from services.tickets.inbox.arrival import Result, Status
from services.tickets.inbox.contacts import Batch, ContactStore
from services.tickets.inbox.notes import NoteStore
from services.tickets.inbox.own import OwnStore
from services.tickets.inbox.store import InboxStore

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection
    from services.tickets.inbox.arrival import Arrival
    from services.tickets.privacy.tombstone import Tombstones


class AsideStore:
    def __init__(self, connection: Connection, now: datetime, tombstones: Tombstones) -> None:
        self._connection = connection
        self._now = now
        self._inbox = InboxStore(connection, tombstones)

    async def accept(self, aside: Arrival) -> Result:
        """Store one; locks are waited for. An edit of what we never saw is a message of its own."""
        await self._inbox.see(aside.tenant_id)
        batch = Batch(aside.tenant_id, [aside])
        fresh, is_active = await self._inbox.take_keys(batch)
        if not fresh and not batch.erased:
            return (await self._inbox.known(batch, [aside]))[aside.index]
        if not is_active or batch.erased:
            return Result(Status.DROPPED)
        if aside.silent or aside.rated:
            return await self._heard(aside)
        if aside.edits:
            return await self._amend(aside)
        return await self._business_wrote(batch, aside)

    async def _business_wrote(self, batch: Batch, aside: Arrival) -> Result:
        conversation_id = (
            await ContactStore(self._connection).conversations(batch, [aside], wait=True)
        ).get(aside.peer)
        if conversation_id is None:
            await self._give_back(aside.account_id, aside.key)
            return Result(Status.RETRY)
        if await self._is_known(aside, conversation_id):
            return await NoteStore(self._connection).keep(dataclasses.replace(aside, note="echo"))
        result = await self._person_wrote(aside, conversation_id)
        if aside.files:
            await self._inbox.want(batch, [aside])
        return result

    async def _is_known(self, aside: Arrival, conversation_id: UUID) -> bool:
        """Our own words come back: nobody took over, and they are in the record."""
        own = OwnStore(self._connection)
        if await own.sent(aside, aside.provider_message_id):
            return True
        return aside.from_our_bot and await own.is_leaving(conversation_id)

    async def _heard(self, aside: Arrival) -> Result:
        """Nothing that anybody says: no turn, no answer. A rating of what we asked is counted."""
        rated, surveys = aside.rated, SurveyStore(self._connection)
        asked = await surveys.by_message(rated.request_id, aside.account_id) if rated else None
        if asked is None or rated is None:
            return await NoteStore(self._connection).keep(aside)
        held = await ConversationStore(self._connection).lock(asked.conversation_id)
        await Feedback(self._connection, self._now).answer(held, asked, rated.rating)
        return Result(Status.ACCEPTED, asked.message_id, held.id)

    async def _amend(self, aside: Arrival) -> Result:
        """New words for an old message, or none any more; its turn reads them while it is
        unanswered.
        """
        found = await self._original(aside)
        if found is None and aside.withdraws:
            return await self._withdraw_own(aside) or await self._withdraw_early(aside)
        if found is None:
            await self._give_back(aside.account_id, aside.key)
            return Result(Status.RETRY)  # the servicer stores it as a new one
        await self._connection.execute(
            "SELECT 1 FROM conversations WHERE id = $1 FOR UPDATE", found["conversation_id"]
        )
        if aside.withdraws:
            await self._withdraw(found["id"])
        else:
            await self._revise(found["id"], aside)
        return Result(Status.ACCEPTED, found["id"], found["conversation_id"])

    async def _withdraw(self, message_id: UUID) -> None:
        await self._connection.execute(
            "UPDATE messages SET withdrawn_at = now() WHERE id = $1", message_id
        )

    async def _withdraw_own(self, aside: Arrival) -> Result | None:
        """What we sent: gone for the customer too, if that was all of it. None: never sent."""
        own = await OwnStore(self._connection).sent(aside, aside.refers_to)
        if own is None:
            return None
        if not own.is_all:
            return await NoteStore(self._connection).keep(aside)
        await self._withdraw(own.id)
        return Result(Status.ACCEPTED, own.id, own.conversation_id)

    async def _original(self, aside: Arrival) -> Record | None:
        """What it changes. Who stores that at this moment is waited for: both want its key."""
        if found := await self._stored(aside):
            return found
        is_new = await self._connection.fetchval(
            """
            INSERT INTO inbound_keys (tenant_id, account_id, key, message_id)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING true
            """,
            *(aside.tenant_id, aside.account_id, aside.edits, aside.message_id),
        )
        if not is_new:
            return await self._stored(aside)
        await self._give_back(aside.account_id, aside.edits)
        return None

    async def _stored(self, aside: Arrival) -> Record | None:
        return await self._connection.fetchrow(
            """
            SELECT m.id, m.conversation_id FROM inbound_keys k
              JOIN messages m ON m.id = k.message_id
             WHERE k.account_id = $1 AND k.key = $2
            """,
            *(aside.account_id, aside.edits),
        )

    async def _withdraw_early(self, aside: Arrival) -> Result:
        """It overtook its message: that one is withdrawn as it comes."""
        await self._connection.execute(
            """
            INSERT INTO withdrawn_early (tenant_id, account_id, key) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING
            """,
            *(aside.tenant_id, aside.account_id, aside.edits),
        )
        return await NoteStore(self._connection).keep(aside)

    async def _revise(self, message_id: UUID, aside: Arrival) -> None:
        """The newest words count, in whatever order they came; the others are kept beside."""
        await self._connection.execute(
            """
            WITH m AS (
              SELECT *, coalesce($4 < coalesce(revised_ts, provider_ts), false) AS is_newer
                FROM messages WHERE id = $1),
            before AS (
              INSERT INTO message_revisions (tenant_id, message_id, revision, body)
              SELECT m.tenant_id, m.id, 1 + (SELECT count(*) FROM message_revisions r
                WHERE r.message_id = m.id), CASE WHEN m.is_newer THEN $2 ELSE m.body END
                FROM m)
            UPDATE messages o SET body = $2, extras = coalesce($3, o.extras),
                   revised_ts = coalesce($4, o.revised_ts)
              FROM m WHERE o.id = m.id AND NOT m.is_newer
            """,
            *(message_id, aside.body, aside.extras, aside.provider_ts),
        )

    async def _person_wrote(self, aside: Arrival, conversation_id: UUID) -> Result:
        """The tenant's people answered on their own phone: a person holds it now, the bot is
        quiet.
        """
        await self._quiet_the_bot(aside.tenant_id, conversation_id)
        await self._connection.execute(
            """
            WITH stored AS (
              INSERT INTO messages (tenant_id, id, conversation_id, author, kind,
                provider_message_id, provider_ts, body, extras, raw, withdrawn_at)
              SELECT $1, $2, $3, 'agent', $4, $5, $6, $7, $8, $9,
                     (SELECT withdrawn_at FROM withdrawn_early
                       WHERE (account_id, key) = ($10, $11::bytea))),
            held AS (
              UPDATE conversations SET holder = 'person', holder_version = holder_version + 1,
                version = version + 1,
                     answered = true, answers_in_row = 0, last_message_at = now()
               WHERE id = $3),
            responded AS (
              UPDATE tickets SET first_response_at = coalesce(first_response_at, now()),
                version = version + 1
               WHERE conversation_id = $3 AND status IN ('open', 'waiting'))
            INSERT INTO events (tenant_id, kind, conversation_id, payload)
            VALUES ($1, 'handover.accepted', $3, '{"key_id": ""}'),
                   ($1, 'message.queued', $3, jsonb_build_object('message_id', $2::uuid,
                     'author', 'agent', 'answer', true, 'outcome', 'answer', 'parts', 0)),
                   ($1, 'message.sent', $3, jsonb_build_object('message_id', $2::uuid, 'author',
                     'agent', 'answer', true))
            """,
            *(
                aside.tenant_id,
                aside.message_id,
                conversation_id,
                aside.kind,
                aside.provider_message_id,
            ),
            *(aside.provider_ts, aside.body, aside.extras, aside.raw),
            *(aside.account_id, aside.key),
        )
        return Result(Status.ACCEPTED, aside.message_id, conversation_id)

    async def _quiet_the_bot(self, tenant_id: str, conversation_id: UUID) -> None:
        """As when a person takes over at the desk: what is in doubt is theirs to decide."""
        parked = await WithdrawalStore(self._connection).bot_parts(conversation_id, "takeover")
        events = [message_failed(part, "perhaps_sent", perhaps_sent=True) for part in parked]
        await EventStore(self._connection).append(tenant_id, *events)

    async def _give_back(self, account_id: UUID, key: bytes | None) -> None:
        await self._connection.execute(
            "DELETE FROM inbound_keys WHERE account_id = $1 AND key = $2", account_id, key
        )
