"""Facts, counts and cursors of one tenant in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

from services.analytics.cursor import Cursor
from services.analytics.fact import AiResolution, Clock, Conversation, Response
from services.analytics.rollup import Tally
from services.analytics.story import Story

if TYPE_CHECKING:
    from mesh.postgres import Connection

F = TypeVar("F", bound=Hashable)
Facts = Mapping[str, Mapping[str, F]]


class CursorStore:
    """How far each generation of the tenant's facts goes. At most one is live, one is made."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def live(self) -> Cursor | None:
        """The generation that reports read; None before the tenant's first event."""
        row = await self._connection.fetchrow(
            """
            SELECT epoch, generation, is_live, sequence, event_id, occurred_at
              FROM cursors
             WHERE tenant_id = $1 AND is_live
            """,
            self._tenant_id,
        )
        return None if row is None else Cursor(**dict(row))

    async def lock(self) -> dict[int, Cursor]:
        """By generation; whoever else follows this tenant waits until we are done."""
        rows = await self._connection.fetch(
            """
            SELECT epoch, generation, is_live, sequence, event_id, occurred_at
              FROM cursors
             WHERE tenant_id = $1
             ORDER BY generation
               FOR UPDATE
            """,
            self._tenant_id,
        )
        return {row["generation"]: Cursor(**dict(row)) for row in rows}

    async def begin(self, cursor: Cursor) -> None:
        """Unless another follower has begun: what it counted since stays."""
        await self._connection.execute(
            """
            INSERT INTO cursors (tenant_id, generation, is_live, epoch, sequence, event_id)
            VALUES ($1, $2, $3, $4, 0, '')
            ON CONFLICT (tenant_id, generation) DO NOTHING
            """,
            *(self._tenant_id, cursor.generation, cursor.is_live, cursor.epoch),
        )

    async def save(self, cursor: Cursor) -> None:
        """Only of a generation that this transaction has locked."""
        await self._connection.execute(
            """
            UPDATE cursors
               SET is_live = $3, epoch = $4, sequence = $5, event_id = $6, occurred_at = $7
             WHERE tenant_id = $1 AND generation = $2
            """,
            *(self._tenant_id, cursor.generation, cursor.is_live, cursor.epoch, cursor.sequence),
            *(cursor.event_id, cursor.occurred_at),
        )

    async def forget(self, generations: Sequence[int]) -> None:
        """Their facts go with them."""
        await self._connection.execute(
            "DELETE FROM cursors WHERE tenant_id = $1 AND generation = ANY($2)",
            *(self._tenant_id, list(generations)),
        )


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
                   ended_at, stood_resolved
              FROM conversations
             WHERE tenant_id = $1 AND generation = $2 AND conversation_id = ANY($3)
            """,
            *(*self._key, ids),
        )
        stories = {row["id"]: Story(Conversation(**dict(row))) for row in rows}
        await self._load_responses(stories, ids)
        await self._load_clocks(stories, ids)
        await self._load_resolutions(stories, ids)
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

    async def add(self, tallies: Counter[Tally]) -> None:
        await self._connection.executemany(
            """
            INSERT INTO tallies (tenant_id, generation, metric, bucket, label, count)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (tenant_id, generation, metric, bucket, label)
            DO UPDATE SET count = tallies.count + EXCLUDED.count
            """,
            [(*self._key, *tally, count) for tally, count in sorted(tallies.items())],
        )

    async def _load_responses(self, stories: dict[str, Story], ids: list[str]) -> None:
        rows = await self._connection.fetch(
            """
            SELECT conversation_id, message_id, sequence, answered_by AS by, answered_at, asked_at,
                   stops_clocks
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
            SELECT conversation_id, ticket_id, started_at, due_at, stopped_at, resolved_at
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
        await self._connection.executemany(
            """
            INSERT INTO conversations (
                tenant_id, generation, conversation_id, opened_at, started_at, channel, channel_id,
                customer_id, holder, is_released, handed_over_at, waiting_since, last_spoken_at,
                ai_answers, person_answers, settled_at, first_answered_at, first_answered_by,
                resolved_at, ended_at, stood_resolved)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                    $18, $19, $20, $21)
            ON CONFLICT (tenant_id, generation, conversation_id) DO UPDATE
               SET holder = EXCLUDED.holder, is_released = EXCLUDED.is_released,
                   handed_over_at = EXCLUDED.handed_over_at,
                   waiting_since = EXCLUDED.waiting_since,
                   last_spoken_at = EXCLUDED.last_spoken_at, ai_answers = EXCLUDED.ai_answers,
                   person_answers = EXCLUDED.person_answers, settled_at = EXCLUDED.settled_at,
                   first_answered_at = EXCLUDED.first_answered_at,
                   first_answered_by = EXCLUDED.first_answered_by,
                   resolved_at = EXCLUDED.resolved_at, ended_at = EXCLUDED.ended_at,
                   stood_resolved = EXCLUDED.stood_resolved
            """,
            [(*self._key, *_values(conversation)) for conversation in conversations],
        )

    async def _save_responses(self, old: Facts[Response], new: Facts[Response]) -> None:
        await self._connection.executemany(
            """
            DELETE FROM responses
             WHERE tenant_id = $1 AND generation = $2 AND conversation_id = $3 AND message_id = $4
            """,
            [(*self._key, *gone) for gone in _gone(old, new)],
        )
        await self._connection.executemany(
            """
            INSERT INTO responses (tenant_id, generation, conversation_id, message_id, sequence,
                                   answered_by, answered_at, asked_at, stops_clocks)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (tenant_id, generation, conversation_id, message_id)
            DO UPDATE SET asked_at = EXCLUDED.asked_at
            """,
            [(*self._key, name, *_values(response)) for name, response in _changed(old, new)],
        )

    async def _save_clocks(self, old: Facts[Clock], new: Facts[Clock]) -> None:
        await self._connection.executemany(
            """
            INSERT INTO clocks (tenant_id, generation, conversation_id, ticket_id, started_at,
                                due_at, stopped_at, resolved_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (tenant_id, generation, conversation_id, ticket_id)
            DO UPDATE SET stopped_at = EXCLUDED.stopped_at, resolved_at = EXCLUDED.resolved_at
            """,
            [(*self._key, name, *_values(clock)) for name, clock in _changed(old, new)],
        )

    async def _save_resolutions(self, old: Facts[AiResolution], new: Facts[AiResolution]) -> None:
        await self._connection.executemany(
            """
            DELETE FROM ai_resolutions
             WHERE tenant_id = $1 AND generation = $2 AND conversation_id = $3 AND message_id = $4
            """,
            [(*self._key, *gone) for gone in _gone(old, new)],
        )
        await self._connection.executemany(
            """
            INSERT INTO ai_resolutions (tenant_id, generation, conversation_id, message_id,
                                        customer_id, channel_id, recorded_at, is_confirmed,
                                        returned_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (tenant_id, generation, conversation_id, message_id) DO UPDATE
               SET recorded_at = EXCLUDED.recorded_at, is_confirmed = EXCLUDED.is_confirmed,
                   returned_at = EXCLUDED.returned_at
            """,
            [(*self._key, name, *_values(resolution)) for name, resolution in _changed(old, new)],
        )


def _values(fact: Conversation | Response | Clock | AiResolution) -> list[object]:
    """In the order of the class, which is the order of the columns."""
    return [getattr(fact, each.name) for each in fields(fact)]


def _changed(old: Facts[F], new: Facts[F]) -> list[tuple[str, F]]:
    return [
        (conversation_id, fact)
        for conversation_id, facts in new.items()
        for key, fact in facts.items()
        if old.get(conversation_id, {}).get(key) != fact
    ]


def _gone(old: Facts[F], new: Facts[F]) -> list[tuple[str, str]]:
    return [
        (conversation_id, key)
        for conversation_id, facts in old.items()
        for key in facts
        if key not in new[conversation_id]
    ]
