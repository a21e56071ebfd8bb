"""Whose a conversation is, what it is tagged with, until when it is out of sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh.errors import InvalidInput
from services.tickets.agents.assignment import Dealer, Place
from services.tickets.agents.store import AgentStore
from services.tickets.agents.teams import TeamStore
from services.tickets.audit.store import AuditStore
from services.tickets.conversations.store import ConversationStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from mesh.access import Caller
    from mesh.postgres import Connection
    from services.tickets.conversations.conversation import Conversation


class Placement:
    """One person at one locked conversation."""

    def __init__(self, connection: Connection, caller: Caller) -> None:
        self._connection = connection
        self._caller = caller
        self._conversations = ConversationStore(connection)

    async def assign(
        self,
        tenant_id: str,
        conversation_id: UUID,
        *,
        team_id: UUID | None,
        assignee_id: UUID | None,
        insist: bool,
    ) -> None:
        """A team alone deals as it always does; an agent alone leaves the team as it is."""
        known = await self._conversations.get(conversation_id)
        known.expect_open()
        dealer = Dealer(self._connection, tenant_id)
        if team_id:
            await TeamStore(self._connection).get(team_id)
        if team_id and not assignee_id:
            await dealer.queue(known.id, team_id, list(known.required_skills))
        else:
            kept = team_id or (known.team_id if assignee_id else None)
            place = Place(kept, assignee_id)
            await dealer.assign(known.id, place, insist=insist, held_by=known.assignee_id)
        after = await self._conversations.get(conversation_id)
        await self._note(known, after, "conversation.assigned")

    async def claim(self, conversation: Conversation) -> None:
        """Whoever steps in by hand has it: with an agent's key, however much that agent has."""
        agent_id = await AgentStore(self._connection).of_key(self._caller.key_id)
        if agent_id is None or agent_id == conversation.assignee_id:
            return
        await Dealer(self._connection, conversation.tenant_id).assign(
            conversation.id, Place(conversation.team_id, agent_id), insist=True, held_by=None
        )

    async def snooze(self, known: Conversation, until: datetime | None, now: datetime) -> None:
        """Out of sight until then; None: back into sight."""
        if until is not None and until <= now:
            raise InvalidInput("this moment is over; give one that is to come", field="until")
        known.expect_open()
        await self._conversations.snooze(known.id, until)
        said = {"snoozed_until": until.isoformat() if until else ""}
        await EventStore(self._connection).append(
            known.tenant_id, Event("conversation.updated", known.id, data=said)
        )
        after = await self._conversations.get(known.id)
        await self._note(known, after, "conversation.snoozed")

    async def describe(
        self, known: Conversation, tags: Sequence[str], skills: Sequence[str]
    ) -> None:
        """Exactly these tags and required skills."""
        await self._conversations.describe(known, sorted(set(tags)), sorted(set(skills)))
        said = {"tags": sorted(set(tags))}
        await EventStore(self._connection).append(
            known.tenant_id, Event("conversation.updated", known.id, data=said)
        )
        after = await self._conversations.get(known.id)
        await self._note(known, after, "conversation.updated")

    async def _note(self, before: Conversation, after: Conversation, action: str) -> None:
        await AuditStore(self._connection).append(
            *(before.tenant_id, self._caller, action, str(before.id)),
            changes=before.changes_to(after),
        )
