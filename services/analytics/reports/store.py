"""The reports: one SQL file each, asked of the generation of facts that is live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, cast

from services.analytics import metric
from services.analytics.period import Period
from services.analytics.spread import Spread

if TYPE_CHECKING:
    from mesh.postgres import Connection, Pool

_STATEMENTS = {
    file.stem: file.read_text(encoding="utf-8")
    for file in sorted(Path(__file__).parent.glob("*.sql"))
}

Row = Mapping[str, Any]
_WEEK = timedelta(days=7)
_PERCENTILES = (0.5, 0.9)


class Headline(TypedDict):
    """A period's figures, a row a report."""

    overview: Row
    durations: Mapping[str, Row]
    sla: Sequence[Row]
    deflection: Row
    outcomes: Sequence[Row]
    satisfaction: Sequence[Row]
    unanswered: Row


class Dashboard(NamedTuple):
    headline: Headline
    previous: Headline
    mix: Sequence[Row]
    daily: Sequence[Row]


class Preparation:
    """Whether the database understands every report; asked until it once did."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._is_done = False

    async def insist(self) -> None:
        """Raise what the database says of a report that does not fit the schema."""
        if self._is_done:
            return
        async with self._pool.connection() as connection:
            for statement in _STATEMENTS.values():
                await connection.prepare(statement)
        self._is_done = True


class ReportStore:
    """Figures of one tenant; report rows go to the wire as they are."""

    def __init__(self, connection: Connection, tenant_id: str, generation: int) -> None:
        self._connection = connection
        self._key = (tenant_id, generation)

    async def dashboard(self, period: Period, now: datetime) -> Dashboard:
        """In a transaction of its own: a plan for any period at all is made once a connection."""
        # Every statement is a range of an index; planning each anew costs more than to run it.
        await self._connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        return Dashboard(
            headline=await self.headline(period, now),
            previous=await self.headline(period.previous(), now),
            mix=await self.mix(period),
            daily=await self.daily(period),
        )

    async def headline(self, period: Period, now: datetime) -> Headline:
        quarter_ends = metric.bucket(now) + metric.BUCKET
        week_ago = min(period.end, now) - _WEEK
        return Headline(
            overview=await self._one("overview", period),
            durations=await self._durations(period),
            sla=await self._all("sla", period, now),
            deflection=await self._one(
                "deflection", period, now, quarter_ends, metric.bucket(week_ago), week_ago
            ),
            outcomes=await self._all("outcomes", period, now, quarter_ends),
            satisfaction=await self._all("satisfaction", period),
            unanswered=await self._one("unanswered", period, now),
        )

    async def mix(self, period: Period) -> list[Row]:
        """By metric; within one, the biggest first."""
        return await self._all("mix", period)

    async def daily(self, period: Period) -> list[Row]:
        """The days on which something happened, in order."""
        return await self._all("daily", period, period.midnights(), period.zone.key)

    async def series(self, period: Period, step: str) -> list[Row]:
        """The hours or days in which something happened, in order."""
        return await self._all("series", period, period.zone.key, step)

    async def agents(self, period: Period) -> list[Row]:
        """Agents and teams, the most answers first."""
        return await self._all("agents", period)

    async def opened(self, period: Period) -> int:
        """How many conversations a customer's first message opened."""
        return int((await self._one("overview", period))["total"])

    async def conversations(
        self, period: Period, after: tuple[datetime, str], most: int, now: datetime
    ) -> list[Row]:
        """Oldest first, after this place; how they stand now."""
        return await self._all("conversations", period, *after, most, now)

    async def _durations(self, period: Period) -> Mapping[str, Row]:
        """Sums say how many waits, their mean, and where a percentile is; the fact, what it is."""
        spreads = {
            (row["metric"], row["label"]): Spread.parse(row["spread"], row["microseconds"])
            for row in await self._all("response_times", period)
        }
        ranks = [(*key, *spread.rank(p)) for key, spread in spreads.items() for p in _PERCENTILES]
        found = [row["seconds"] for row in await self._all("ranked", period, *_columns(ranks))]
        pairs = zip(found[::2], found[1::2], strict=True)
        return {
            f"{name}_{label}" if label else name: {
                "count": spread.count,
                "avg": spread.average,
                "p50": p50,
                "p90": p90,
            }
            for ((name, label), spread), (p50, p90) in zip(spreads.items(), pairs, strict=True)
        }

    async def _one(self, report: str, period: Period, *more: object) -> Row:
        return (await self._all(report, period, *more))[0]

    async def _all(self, report: str, period: Period, *more: object) -> list[Row]:
        arguments = (*self._key, period.begin, period.end, *more)
        rows = await self._connection.fetch(_STATEMENTS[report], *arguments)
        return cast("list[Row]", rows)  # a Record is a mapping without saying so


def _columns(rows: Sequence[tuple[str, str, int, int]]) -> list[list[object]]:
    """An array a column, also where there are no rows."""
    return [[row[place] for row in rows] for place in range(4)]
