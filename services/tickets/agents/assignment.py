"""Who gets it: round robin among those who can, are online and have room; never above capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from services.tickets.agents.agent import AgentAtCapacity, AgentNotFound
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore

if TYPE_CHECKING:
    from uuid import UUID

    from asyncpg import Record

    from mesh.postgres import Connection


class Place(NamedTuple):
    """Whose a conversation is."""

    team_id: UUID | None
    assignee_id: UUID | None


class AssignmentStore:
    """The caller holds the conversation; one transaction of a tenant deals at a time.

    Locks go conversation, then deal, so that two dealers never wait for each other.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def deal_alone(self, tenant_id: str) -> None:
        """Until the commit nobody else of the tenant deals: what is counted now stays true."""
        # Many come at once when a shift begins; the pool's one second would turn some away.
        await self._connection.execute("SELECT set_config('lock_timeout', '4s', true)")
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('deal:' || $1, 0))", tenant_id
        )

    async def next_agent(self, team_id: UUID, skills: list[str]) -> UUID | None:
        """Whoever waited longest for work; None while nobody has room."""
        return await self._connection.fetchval(  # type: ignore[no-any-return]
            """
            SELECT a.id FROM team_members m JOIN agents a ON a.id = m.agent_id
             WHERE m.team_id = $1 AND a.state = 'active' AND a.presence = 'online'
               AND (a.presence_until IS NULL OR a.presence_until > now()) AND a.skills @> $2
               AND a.capacity > (SELECT count(*) FROM conversations c
                                  WHERE c.assignee_id = a.id AND c.resolved_at IS NULL)
             ORDER BY a.last_assigned_at NULLS FIRST, a.id LIMIT 1
            """,
            *(team_id, skills),
        )

    async def room_of(self, agent_id: UUID) -> tuple[int, int] | None:
        """What the agent has open, and how much they take; None: not at this desk."""
        row = await self._connection.fetchrow(
            """
            SELECT a.capacity, (SELECT count(*)::int FROM conversations c
                      WHERE c.assignee_id = a.id AND c.resolved_at IS NULL) AS load
              FROM agents a WHERE a.id = $1 AND a.state = 'active'
            """,
            agent_id,
        )
        return (row["load"], row["capacity"]) if row else None

    async def place(self, conversation_id: UUID, place: Place) -> UUID | None:
        """Put the conversation and its open case there; the case's id, if there is one."""
        await self._connection.execute(
            """
            UPDATE conversations SET team_id = $2, assignee_id = $3, version = version + 1,
                   queued_at = CASE WHEN $3::uuid IS NULL AND $2::uuid IS NOT NULL
                                    THEN coalesce(queued_at, now()) END
             WHERE id = $1
            """,
            *(conversation_id, *place),
        )
        if place.assignee_id:
            await self._connection.execute(
                "UPDATE agents SET last_assigned_at = clock_timestamp() WHERE id = $1",
                place.assignee_id,
            )
        return await self._connection.fetchval(  # type: ignore[no-any-return]
            """
            UPDATE tickets SET team_id = $2, assignee_id = $3, version = version + 1
             WHERE conversation_id = $1 AND status IN ('open', 'waiting') RETURNING id
            """,
            *(conversation_id, *place),
        )

    async def queued_for(self, agent_id: UUID) -> Record | None:
        """The conversation that waited longest for somebody like this agent, locked."""
        return await self._connection.fetchrow(
            """
            SELECT c.id, c.team_id FROM agents a JOIN team_members m ON m.agent_id = a.id
              JOIN teams t ON t.id = m.team_id AND t.auto_assign
              JOIN conversations c ON c.team_id = t.id
             WHERE a.id = $1 AND a.state = 'active' AND a.presence = 'online'
               AND (a.presence_until IS NULL OR a.presence_until > now())
               AND c.queued_at IS NOT NULL AND c.assignee_id IS NULL AND c.resolved_at IS NULL
               AND c.required_skills <@ a.skills
             ORDER BY c.queued_at, c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED
            """,
            agent_id,
        )

    async def open_of(self, agent_id: UUID) -> list[Record]:
        """What the agent has open, locked."""
        return await self._connection.fetch(
            """
            SELECT id, team_id, required_skills FROM conversations
             WHERE assignee_id = $1 AND resolved_at IS NULL ORDER BY id FOR UPDATE
            """,
            agent_id,
        )

    async def whose(self, conversation_id: UUID) -> Record | None:
        """Whose it is, if it is somebody's."""
        return await self._connection.fetchrow(
            """
            SELECT team_id, assignee_id, required_skills FROM conversations
             WHERE id = $1 AND assignee_id IS NOT NULL
            """,
            conversation_id,
        )

    async def deals(self, team_id: UUID) -> bool:
        """Whether the team's work is dealt at once."""
        return bool(
            await self._connection.fetchval("SELECT auto_assign FROM teams WHERE id = $1", team_id)
        )


class Dealer:
    """Deals in the transaction of whatever made the work or the room."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._store = AssignmentStore(connection)
        self._events = EventStore(connection)
        self._tenant_id = tenant_id

    async def queue(self, conversation_id: UUID, team_id: UUID, skills: list[str]) -> UUID | None:
        """Into the team's queue, and on to an agent where the team deals; who got it."""
        await self._store.deal_alone(self._tenant_id)
        agent_id = None
        if await self._store.deals(team_id):
            agent_id = await self._store.next_agent(team_id, skills)
        await self._put(conversation_id, Place(team_id, agent_id))
        return agent_id

    async def assign(
        self, conversation_id: UUID, place: Place, *, insist: bool, held_by: UUID | None
    ) -> None:
        """By hand. Raise `AgentAtCapacity` where there is no room, unless somebody insists."""
        await self._store.deal_alone(self._tenant_id)
        if place.assignee_id:
            room = await self._store.room_of(place.assignee_id)
            if room is None:
                raise AgentNotFound(place.assignee_id)
            load, capacity = room
            if load >= capacity and not insist and held_by != place.assignee_id:
                raise AgentAtCapacity(place.assignee_id, load)
        await self._put(conversation_id, place)

    async def hand_on(self, conversation_id: UUID, place: Place) -> None:
        """By a rule: to this agent, however full, or into this team's queue.

        To nobody who has left the desk since the rule was made.
        """
        await self._store.deal_alone(self._tenant_id)
        if place.assignee_id and await self._store.room_of(place.assignee_id) is None:
            place = Place(place.team_id, None)
        if place.assignee_id or place.team_id is None:
            await self._put(conversation_id, place)
            return
        await self._store.place(conversation_id, Place(place.team_id, None))
        await self.queue(conversation_id, place.team_id, [])

    async def take_up(self, conversation_id: UUID) -> None:
        """Open again: whoever had it keeps it if there is room, else its team has it."""
        await self._store.deal_alone(self._tenant_id)
        known = await self._store.whose(conversation_id)
        if known is None:
            return
        room = await self._store.room_of(known["assignee_id"])
        if room and room[0] <= room[1]:  # it counts already
            return
        await self._store.place(conversation_id, Place(known["team_id"], None))
        if known["team_id"]:
            await self.queue(conversation_id, known["team_id"], known["required_skills"])
        else:
            await self._put(conversation_id, Place(None, None))

    async def alone(self) -> None:
        """Before an agent's row is locked, so that a dealer never waits for us while we wait."""
        await self._store.deal_alone(self._tenant_id)

    async def fill(self, agent_id: UUID) -> None:
        """Waiting work for somebody who has room now. We deal alone."""
        while room := await self._store.room_of(agent_id):
            load, capacity = room
            if load >= capacity:
                return
            waiting = await self._store.queued_for(agent_id)
            if waiting is None:
                return
            await self._put(waiting["id"], Place(waiting["team_id"], agent_id))

    async def hold(self, agent_id: UUID) -> list[Record]:
        """What a leaving agent has open, locked; then we deal alone."""
        held = await self._store.open_of(agent_id)
        await self._store.deal_alone(self._tenant_id)
        return held

    async def give_back(self, held: list[Record]) -> None:
        """Back to the teams, and on to whoever has room there."""
        for row in held:
            if row["team_id"]:
                await self.queue(row["id"], row["team_id"], row["required_skills"])
            else:
                await self._put(row["id"], Place(None, None))

    async def _put(self, conversation_id: UUID, place: Place) -> None:
        ticket_id = await self._store.place(conversation_id, place)
        said = {
            "team_id": str(place.team_id or ""),
            "assignee_id": str(place.assignee_id or ""),
        }
        events = [Event("conversation.updated", conversation_id, data=said)]
        if ticket_id:
            events.append(Event("ticket.updated", conversation_id, ticket_id, said))
        await self._events.append(self._tenant_id, *events)
