"""Facts and counts of one tenant in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from services.analytics import bulk
from services.analytics.desk_facts import DeskFactStore
from services.analytics.difference import Facts, changed, gone, values_of
from services.analytics.fact import AiResolution, Clock, Conversation, Response
from services.analytics.rollup import Tally
from services.analytics.story import Story

if TYPE_CHECKING:
    from mesh.postgres import Connection


class FactStore:
    """The facts of one generation; saves what differs from what it loaded."""

    def __init__(self, connection: Connection, tenant_id: str, generation: int) -> None:
        self._connection = connection
        self._key = (tenant_id, generation)
        self._loaded: dict[str, Story] = {}

    async def load(self, conversation_ids: Iterable[str]) -> dict[str, Story]:
        """The stories that exist of these conversations."""
        ids = list(conversation_ids)
        rows = await self._connection.fetch(
            """
            SELECT conversation_id AS id, opened_at, started_at, channel, channel_id, customer_id,
                   holder, is_released, handed_over_at, waiting_since, last_spoken_at, ai_answers,
                   person_answers, settled_at, first_answered_at, first_answered_by, resolved_at,
                   ended_at, stood_resolved, last_heard_at, confirmed_at, business_spent,
                   business_since, first_business, inactive_hours
              FROM conversations
             WHERE tenant_id = $1 AND generation = $2 AND conversation_id = ANY($3)
            """,
            *(*self._key, ids),
        )
        stories = {row["id"]: Story(Conversation(**dict(row))) for row in rows}
        await self._load_responses(stories, ids)
        await self._load_clocks(stories, ids)
        await self._load_resolutions(stories, ids)
        self._desk = DeskFactStore(self._connection, *self._key)
        await self._desk.load(stories)
        self._loaded = {
            conversation_id: Story(
                story.conversation, {**story.responses}, {**story.clocks}, {**story.resolutions}
            )
            for conversation_id, story in stories.items()
        }
        return stories

    async def save(self, stories: Mapping[str, Story]) -> None:
        """Write what the events changed since `load`."""
        known = self._loaded
        await self._save_conversations(
            [
                story.conversation
                for name, story in stories.items()
                if name not in known or known[name].conversation != story.conversation
            ]
        )
        await self._save_responses(
            {name: story.responses for name, story in known.items()},
            {name: story.responses for name, story in stories.items()},
        )
        await self._save_clocks(
            {name: story.clocks for name, story in known.items()},
            {name: story.clocks for name, story in stories.items()},
        )
        await self._save_resolutions(
            {name: story.resolutions for name, story in known.items()},
            {name: story.resolutions for name, story in stories.items()},
        )
        await self._desk.save(stories)

    async def add(self, tallies: Counter[Tally]) -> None:
        await self._write(
            """
            INSERT INTO tallies (tenant_id, generation, metric, bucket, label, count)
            SELECT $1, $2, * FROM unnest($3::text[], $4::timestamptz[], $5::text[], $6::bigint[])
            ON CONFLICT (tenant_id, generation, metric, bucket, label)
            DO UPDATE SET count = tallies.count + EXCLUDED.count
            """,
            [(*tally, count) for tally, count in sorted(tallies.items())],
        )

    async def _write(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        await bulk.write(self._connection, statement, self._key, rows)

    async def _load_responses(self, stories: dict[str, Story], ids: list[str]) -> None:
        rows = await self._connection.fetch(
            """
            SELECT conversation_id, message_id, sequence, answered_by AS by, answered_at, asked_at,
                   stops_clocks, agent_id, team_id, business, is_first, tier
              FROM responses
             WHERE tenant_id = $1 AND generation = $2 AND conversation_id = ANY($3)
            """,
            *(*self._key, ids),
        )
        for conversation_id, *values in rows:
            response = Response(*values)
            stories[conversation_id].responses[response.message_id] = response

    async def _load_clocks(self, stories: dict[str, Story], ids: list[str]) -> None:
        rows = await self._connection.fetch(
            """
            SELECT conversation_id, ticket_id, started_at, due_at, stopped_at, resolved_at, kind,
                   at_risk_at, breached_at, outcome, is_told
              FROM clocks
             WHERE tenant_id = $1 AND generation = $2 AND conversation_id = ANY($3)
            """,
            *(*self._key, ids),
        )
        for conversation_id, *values in rows:
            clock = Clock(*values)
            stories[conversation_id].clocks[clock.ticket_id] = clock

    async def _load_resolutions(self, stories: dict[str, Story], ids: list[str]) -> None:
        rows = await self._connection.fetch(
            """
            SELECT conversation_id, message_id, customer_id, channel_id, recorded_at,
                   is_confirmed, returned_at
              FROM ai_resolutions
             WHERE tenant_id = $1 AND generation = $2 AND conversation_id = ANY($3)
            """,
            *(*self._key, ids),
        )
        for conversation_id, *values in rows:
            resolution = AiResolution(*values)
            stories[conversation_id].resolutions[resolution.message_id] = resolution

    async def _save_conversations(self, conversations: Sequence[Conversation]) -> None:
        await self._write(
            """
            INSERT INTO conversations (
                tenant_id, generation, conversation_id, opened_at, started_at, channel, channel_id,
                customer_id, holder, is_released, handed_over_at, waiting_since, last_spoken_at,
                ai_answers, person_answers, settled_at, first_answered_at, first_answered_by,
                resolved_at, ended_at, stood_resolved, last_heard_at, confirmed_at,
                business_spent, business_since, first_business, inactive_hours)
            SELECT $1, $2, * FROM unnest(
                $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[],
                $8::text[], $9::text[], $10::boolean[], $11::timestamptz[],
                $12::timestamptz[], $13::timestamptz[], $14::integer[], $15::integer[],
                $16::timestamptz[], $17::timestamptz[], $18::text[], $19::timestamptz[],
                $20::timestamptz[], $21::interval[], $22::timestamptz[], $23::timestamptz[],
                $24::interval[], $25::timestamptz[], $26::interval[], $27::integer[])
            ON CONFLICT (tenant_id, generation, conversation_id) DO UPDATE
               SET holder = EXCLUDED.holder, is_released = EXCLUDED.is_released,
                   handed_over_at = EXCLUDED.handed_over_at,
                   waiting_since = EXCLUDED.waiting_since,
                   last_spoken_at = EXCLUDED.last_spoken_at, ai_answers = EXCLUDED.ai_answers,
                   person_answers = EXCLUDED.person_answers, settled_at = EXCLUDED.settled_at,
                   first_answered_at = EXCLUDED.first_answered_at,
                   first_answered_by = EXCLUDED.first_answered_by,
                   resolved_at = EXCLUDED.resolved_at, ended_at = EXCLUDED.ended_at,
                   stood_resolved = EXCLUDED.stood_resolved,
                   last_heard_at = EXCLUDED.last_heard_at, confirmed_at = EXCLUDED.confirmed_at,
                   business_spent = EXCLUDED.business_spent,
                   business_since = EXCLUDED.business_since,
                   first_business = EXCLUDED.first_business,
                   inactive_hours = EXCLUDED.inactive_hours
            """,
            [values_of(conversation) for conversation in conversations],
        )

    async def _save_responses(self, old: Facts[Response], new: Facts[Response]) -> None:
        await self._write(
            """
            DELETE FROM responses f
             USING unnest($3::text[], $4::text[]) AS g (conversation, message)
             WHERE f.tenant_id = $1 AND f.generation = $2
               AND (f.conversation_id, f.message_id) = (g.conversation, g.message)
            """,
            gone(old, new),
        )
        await self._write(
            """
            INSERT INTO responses (tenant_id, generation, conversation_id, message_id, sequence,
                                   answered_by, answered_at, asked_at, stops_clocks, agent_id,
                                   team_id, business, is_first, tier)
            SELECT $1, $2, * FROM unnest(
                $3::text[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[],
                $8::timestamptz[], $9::boolean[], $10::text[], $11::text[], $12::interval[],
                $13::boolean[], $14::text[])
            ON CONFLICT (tenant_id, generation, conversation_id, message_id)
            DO UPDATE SET asked_at = EXCLUDED.asked_at, business = EXCLUDED.business,
                          is_first = EXCLUDED.is_first
            """,
            [(name, *values_of(response)) for name, response in changed(old, new)],
        )

    async def _save_clocks(self, old: Facts[Clock], new: Facts[Clock]) -> None:
        await self._write(
            """
            INSERT INTO clocks (tenant_id, generation, conversation_id, ticket_id, started_at,
                                due_at, stopped_at, resolved_at, kind, at_risk_at, breached_at,
                                outcome, is_told)
            SELECT $1, $2, * FROM unnest(
                $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[],
                $7::timestamptz[], $8::timestamptz[], $9::text[], $10::timestamptz[],
                $11::timestamptz[], $12::text[], $13::boolean[])
            ON CONFLICT (tenant_id, generation, conversation_id, ticket_id)
            DO UPDATE SET started_at = EXCLUDED.started_at, due_at = EXCLUDED.due_at,
                          stopped_at = EXCLUDED.stopped_at, resolved_at = EXCLUDED.resolved_at,
                          at_risk_at = EXCLUDED.at_risk_at, breached_at = EXCLUDED.breached_at,
                          outcome = EXCLUDED.outcome, is_told = EXCLUDED.is_told
            """,
            [(name, *values_of(clock)) for name, clock in changed(old, new)],
        )

    async def _save_resolutions(self, old: Facts[AiResolution], new: Facts[AiResolution]) -> None:
        await self._write(
            """
            DELETE FROM ai_resolutions f
             USING unnest($3::text[], $4::text[]) AS g (conversation, message)
             WHERE f.tenant_id = $1 AND f.generation = $2
               AND (f.conversation_id, f.message_id) = (g.conversation, g.message)
            """,
            gone(old, new),
        )
        await self._write(
            """
            INSERT INTO ai_resolutions (tenant_id, generation, conversation_id, message_id,
                                        customer_id, channel_id, recorded_at, is_confirmed,
                                        returned_at)
            SELECT $1, $2, * FROM unnest(
                $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                $8::boolean[], $9::timestamptz[])
            ON CONFLICT (tenant_id, generation, conversation_id, message_id) DO UPDATE
               SET recorded_at = EXCLUDED.recorded_at, is_confirmed = EXCLUDED.is_confirmed,
                   returned_at = EXCLUDED.returned_at
            """,
            [(name, *values_of(resolution)) for name, resolution in changed(old, new)],
        )
