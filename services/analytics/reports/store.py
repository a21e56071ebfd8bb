"""The reports: SQL of their own, asked of the generation of facts that is live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from services.analytics import metric
from services.analytics.period import Period
from services.analytics.reports import figures
from services.analytics.reports.figures import Figures, Headline
from services.analytics.reports.sums import Step, Stretch, steps
from services.analytics.spread import Spread

if TYPE_CHECKING:
    from mesh.postgres import Connection, Pool

Row = Mapping[str, Any]
_HERE = Path(__file__).parent


def _read(pattern: str) -> dict[str, str]:
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(_HERE.glob(pattern))}


# Planning a statement anew costs more than to run it. Planned for any period at all, "within a
# minute of its end" passes for a good part of the table, and five million answers were read whole
# for it: every read of facts and sums is a range of an index.
_PLANNED_ONCE = """
SET LOCAL plan_cache_mode = force_generic_plan;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL enable_material = off;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off
"""
_STANDING = """{periods}
SELECT place, metric, label, sum(count)::bigint AS count FROM ({topics}) AS topic
 GROUP BY place, metric, label
"""


def _standing() -> str:
    """What is as of now and no sum of what happened: a file a topic, asked at once."""
    topics = _read("standing/*.sql")
    periods = topics.pop("period")
    union = "UNION ALL\n".join(f"({topic})\n" for topic in topics.values())
    return _STANDING.format(periods=periods, topics=union)


_STATEMENTS = {**_read("*.sql"), "standing": _standing()}


class Dashboard(NamedTuple):
    headline: Headline
    previous: Headline
    mix: Sequence[Row]  # by metric; within one, the biggest first
    daily: Sequence[Row]  # the days of the period, in order


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
        await self._connection.execute(_PLANNED_ONCE)
        periods = (period, period.previous())
        stretches = [figures.headline_stretches(each, now) for each in periods]
        stretches[0].append(figures.mix_stretch(period))
        days = [[day] for day in figures.day_stretches(period)]
        current, previous, *daily = await self._sums([*stretches, *days], now)
        await self._add_standing((current, previous), periods, now)
        await self._add_percentiles((current, previous), periods)
        return Dashboard(
            headline=current.headline(),
            previous=previous.headline(),
            mix=current.mix(),
            daily=[day.day() for day in daily],
        )

    async def series(self, period: Period, step: str) -> list[Row]:
        """The hours or days in which something happened, in order."""
        return await self._all("series", period, period.zone.key, step)

    async def agents(self, period: Period) -> list[Row]:
        """Agents and teams, the most answers first."""
        return await self._all("agents", period)

    async def opened(self, period: Period, now: datetime) -> int:
        """How many conversations a customer's first message opened."""
        opened = metric.OPENED.name
        (found,) = await self._sums([[Stretch((opened,), period.begin, period.end)]], now)
        return found.total(opened)

    async def conversations(
        self, period: Period, after: tuple[datetime, str], most: int, now: datetime
    ) -> list[Row]:
        """Oldest first, after this place; how they stand now."""
        return await self._all("conversations", period, *after, most, now)

    async def _sums(self, places: Sequence[Sequence[Stretch]], now: datetime) -> list[Figures]:
        """Of each place, what its stretches add up to."""
        found = [Figures() for _ in places]
        columns = _columns(steps(places, now), len(Step._fields))
        for row in await self._ask("sums", *columns, figures.WAITS):
            place, name, label, count, spread = row.values()
            if spread is None:
                found[place - 1].add(name, label, count)
            else:
                found[place - 1].add_spread(name, label, Spread.parse(spread))
        return found

    async def _add_standing(
        self, found: Sequence[Figures], periods: Sequence[Period], now: datetime
    ) -> None:
        """What is as of now and no sum of what happened."""
        quarter_ends = metric.bucket(now) + metric.BUCKET
        begins, ends = [each.begin for each in periods], [each.end for each in periods]
        for row in await self._ask("standing", begins, ends, now, quarter_ends):
            place, name, label, count = row.values()
            found[place - 1].add(name, label, count)

    async def _add_percentiles(self, found: Sequence[Figures], periods: Sequence[Period]) -> None:
        """Sums say where a percentile is; the fact, what it is."""
        asked = [
            (each, period.begin, period.end, *rank)
            for each, period in zip(found, periods, strict=True)
            for rank in each.ranks()
        ]
        rows = await self._ask("ranked", *_columns([rank for _, *rank in asked], 6))
        for (each, _, _, name, label, *_), row in zip(asked, rows, strict=True):
            each.add_percentile(name, label, row["seconds"])

    async def _all(self, report: str, period: Period, *more: object) -> list[Row]:
        return await self._ask(report, period.begin, period.end, *more)

    async def _ask(self, report: str, *arguments: object) -> list[Row]:
        rows = await self._connection.fetch(_STATEMENTS[report], *self._key, *arguments)
        return cast("list[Row]", rows)  # a Record is a mapping without saying so


def _columns(rows: Sequence[Sequence[object]], count: int) -> list[list[object]]:
    """An array a column, also where there are no rows."""
    return [[row[place] for row in rows] for place in range(count)]
