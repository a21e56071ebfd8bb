"""Conversations as CSV, some rows at a time: no transaction is as long as the file."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from mesh.errors import ChangedMeanwhile
from services.analytics.cursors import CursorStore
from services.analytics.reports.store import ReportStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from mesh.postgres import Pool
    from services.analytics.period import Period
    from services.analytics.reports.store import Row

_ROWS = 1000
# With one of these in front a spreadsheet calculates what it reads.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    *("conversation_id", "opened_at", "channel", "channel_id", "customer_id", "holder"),
    *("ai_answers", "person_answers", "first_answered_by", "first_response_seconds"),
    *("resolved_at", "resolution_seconds", "handed_over_at", "rating", "outcome"),
    *("tiers", "agents", "teams", "promises_met", "promises_broken"),
)


class ExportOutdated(ChangedMeanwhile):
    def __init__(self) -> None:
        super().__init__("the figures were counted anew while they were read: export again")


class Piece(NamedTuple):
    """The next rows, as text, and how far they go."""

    text: str
    rows: int
    total: int


async def pieces(pool: Pool, tenant_id: str, period: Period, now: datetime) -> AsyncIterator[Piece]:
    """The names first. Raise `ExportOutdated` when a rebuild takes the place of what is read."""
    generation, total = await _begin(pool, tenant_id, period, now)
    yield Piece(_csv([COLUMNS]), 0, total)
    last, rows = (period.begin, ""), 0
    while True:
        async with pool.transaction(tenant_id, readonly=True) as connection:
            cursor = await CursorStore(connection, tenant_id).live()
            if cursor and cursor.generation != generation:
                raise ExportOutdated
            found = await ReportStore(connection, tenant_id, generation).conversations(
                period, last, _ROWS, now
            )
        if found:
            last, rows = (found[-1]["opened_at"], found[-1]["conversation_id"]), rows + len(found)
            yield Piece(_csv([_told(row) for row in found]), rows, total)
        if len(found) < _ROWS:
            return


async def _begin(pool: Pool, tenant_id: str, period: Period, now: datetime) -> tuple[int, int]:
    """The generation that is read, and how many rows it has."""
    async with pool.transaction(tenant_id, readonly=True) as connection:
        cursor = await CursorStore(connection, tenant_id).live()
        if cursor is None:
            return 0, 0
        reports = ReportStore(connection, tenant_id, cursor.generation)
        return cursor.generation, await reports.opened(period, now)


def _told(row: Row) -> list[object]:
    return [_cell(row[name]) for name in COLUMNS]


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _csv(rows: Sequence[Sequence[object]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    return file.getvalue()
