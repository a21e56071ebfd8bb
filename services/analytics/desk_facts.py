"""What people at the desk leave behind, in PostgreSQL: handovers, ratings; and working hours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from services.analytics import bulk
from services.analytics.difference import Facts, changed, values_of
from services.analytics.eras import Era, Eras
from services.analytics.fact import Handover, Rating

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mesh.postgres import Connection
    from services.analytics.story import Story


class DeskFactStore:
    """Of one generation; neither a handover nor a rating is ever taken back."""

    def __init__(self, connection: Connection, tenant_id: str, generation: int) -> None:
        self._connection = connection
        self._key = (tenant_id, generation)
        self._handovers: Facts[Handover] = {}
        self._ratings: Facts[Rating] = {}

    async def load(self, stories: Mapping[str, Story]) -> None:
        rows = await self._connection.fetch(
            """
            SELECT conversation_id, sequence, asked_at, answered_at, business FROM handovers
             WHERE tenant_id = $1 AND generation = $2 AND conversation_id = ANY($3)
             ORDER BY sequence
            """,
            *(*self._key, list(stories)),
        )
        for conversation_id, *values in rows:
            handover = Handover(*values)
            stories[conversation_id].handovers[str(handover.sequence)] = handover
        rows = await self._connection.fetch(
            """
            SELECT conversation_id, resolution, rating, rated_at FROM ratings
             WHERE tenant_id = $1 AND generation = $2 AND conversation_id = ANY($3)
            """,
            *(*self._key, list(stories)),
        )
        for conversation_id, *values in rows:
            rating = Rating(*values)
            stories[conversation_id].ratings[rating.resolution] = rating
        self._handovers = {name: dict(story.handovers) for name, story in stories.items()}
        self._ratings = {name: dict(story.ratings) for name, story in stories.items()}

    async def save(self, stories: Mapping[str, Story]) -> None:
        handovers = {name: story.handovers for name, story in stories.items()}
        await bulk.write(
            self._connection,
            """
            INSERT INTO handovers (tenant_id, generation, conversation_id, sequence, asked_at,
                                   answered_at, business)
            SELECT $1, $2, * FROM unnest(
                $3::text[], $4::bigint[], $5::timestamptz[], $6::timestamptz[],
                $7::interval[])
            ON CONFLICT (tenant_id, generation, conversation_id, sequence)
            DO UPDATE SET answered_at = EXCLUDED.answered_at, business = EXCLUDED.business
            """,
            self._key,
            [(n, *values_of(each)) for n, each in changed(self._handovers, handovers)],
        )
        ratings = {name: story.ratings for name, story in stories.items()}
        await bulk.write(
            self._connection,
            """
            INSERT INTO ratings (tenant_id, generation, conversation_id, resolution, rating,
                                 rated_at)
            SELECT $1, $2, * FROM unnest(
                $3::text[], $4::text[], $5::integer[], $6::timestamptz[])
            ON CONFLICT (tenant_id, generation, conversation_id, resolution)
            DO UPDATE SET rating = EXCLUDED.rating, rated_at = EXCLUDED.rated_at
            """,
            self._key,
            [(n, *values_of(each)) for n, each in changed(self._ratings, ratings)],
        )


class EraStore:
    def __init__(self, connection: Connection, tenant_id: str, generation: int) -> None:
        self._connection = connection
        self._key = (tenant_id, generation)

    async def load(self) -> Eras:
        rows = await self._connection.fetch(
            """
            SELECT sequence, since, facts::text AS facts FROM calendars
             WHERE tenant_id = $1 AND generation = $2 ORDER BY sequence
            """,
            *self._key,
        )
        return Eras([Era(row["sequence"], row["since"], json.loads(row["facts"])) for row in rows])

    async def add(self, eras: Sequence[Era]) -> None:
        await bulk.write(
            self._connection,
            """
            INSERT INTO calendars (tenant_id, generation, sequence, since, facts)
            SELECT $1, $2, * FROM unnest(
                $3::bigint[], $4::timestamptz[], $5::jsonb[])
            """,
            self._key,
            [(e.sequence, e.since, json.dumps(dict(e.facts))) for e in eras],
        )
