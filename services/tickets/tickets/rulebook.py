"""What a tenant's rules do with a turn, in the transaction that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import tenant_pb2
from cassava.type.v1 import channel_pb2

from services.tickets.agents.assignment import Dealer
from services.tickets.conversations.store import ConversationStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.names import name_of
from services.tickets.sla.store import ClockStore
from services.tickets.sla.working_hours import WorkingHours
from services.tickets.tenants.rule import Doing, Facts, doing
from services.tickets.tenants.wire import rule_from_proto
from services.tickets.tickets.casebook import Casebook
from services.tickets.tickets.store import TicketStore

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassava.tickets.v1.turn_pb2 import ClaimedTurn

    from mesh.postgres import Connection
    from services.tickets.conversations.conversation import Conversation
    from services.tickets.tickets.ticket import Ticket
    from services.tickets.turns.completion import Labels


class Rulebook:
    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def narrow(self, turns: Iterable[ClaimedTurn]) -> None:
        """Leave a worker the rules that hold for its channel and hour: it knows the words alone."""
        for turn in turns:
            if not any(rule.channels or rule.hours for rule in turn.policy.rules):
                continue
            channel = name_of(channel_pb2.ChannelKind, turn.channel)
            facts = Facts(channel, await self._is_open(turn.policy))
            kept = [rule for rule in turn.policy.rules if rule_from_proto(rule).meets_place(facts)]
            del turn.policy.rules[:]
            turn.policy.rules.extend(kept)

    async def apply(self, policy: tenant_pb2.Policy, conversation_id: UUID, labels: Labels) -> None:
        """Tags and skills first, so that the team deals by them."""
        if not policy.rules:
            return
        store = ConversationStore(self._connection)
        known = await store.get(conversation_id)
        facts = Facts(
            *(known.channel, await self._is_open(policy), labels.intent, labels.urgency),
            *(labels.sentiment, labels.language),
        )
        wanted = doing(map(rule_from_proto, policy.rules), facts)
        await self._describe(known, wanted)
        ticket = await TicketStore(self._connection).open_of(conversation_id)
        if wanted.priority and ticket:
            raised = ticket.raised(wanted.priority, None)
            casebook = Casebook(self._connection, self._tenant_id)
            await casebook.change(ticket, raised, "ticket.raised_by_rule")
        if wanted.team_id and str(known.team_id) != wanted.team_id and not known.assignee_id:
            dealer = Dealer(self._connection, self._tenant_id)
            skills = [*known.required_skills, *wanted.required_skills]
            await dealer.queue(conversation_id, UUID(wanted.team_id), skills)
        if wanted.hooks:
            await self._tell(known, ticket, facts, wanted)

    async def _describe(self, known: Conversation, wanted: Doing) -> None:
        tags = {*known.tags, *wanted.tags}
        skills = {*known.required_skills, *wanted.required_skills}
        if tags == set(known.tags) and skills == set(known.required_skills):
            return
        store = ConversationStore(self._connection)
        await store.describe(known, sorted(tags), sorted(skills))
        event = Event("conversation.updated", known.id, data={"tags": sorted(tags)})
        await EventStore(self._connection).append(self._tenant_id, event)

    async def _tell(
        self, known: Conversation, ticket: Ticket | None, facts: Facts, wanted: Doing
    ) -> None:
        """Into the log, from which the endpoints that it names are fed."""
        data = {
            "endpoint_ids": list(wanted.hooks),
            "channel": facts.channel,
            "in_business_hours": facts.is_open,
            "intent": facts.intent,
            "urgency": facts.urgency,
            "sentiment": facts.sentiment,
            "language": facts.language,
        }
        event = Event("rule.matched", known.id, ticket.id if ticket else None, data)
        await EventStore(self._connection).append(self._tenant_id, event)

    async def _is_open(self, policy: tenant_pb2.Policy) -> bool:
        now = await ClockStore(self._connection).now()
        return await WorkingHours(self._connection, self._tenant_id).is_open(policy, now)
