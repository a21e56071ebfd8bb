"""Conversations as a file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from cassava.analytics.v1 import analytics_pb2 as pb

from services.analytics import export
from services.analytics.period import Period
from services.analytics.servicer import AnalyticsServicer
from tests.analytics.event_log import (
    TENANT,
    FixedZone,
    HandWrittenLog,
    NoAudit,
    at,
    catch_up,
    idle,
)
from tests.analytics.test_desk import a_clock, answered

if TYPE_CHECKING:
    from mesh.postgres import Pool


async def exported(pool: Pool) -> list[pb.ExportConversationsResponse]:
    servicer = AnalyticsServicer(pool, FixedZone("UTC"), idle(pool), NoAudit(), lambda: at("18:00"))
    request = pb.ExportConversationsRequest(tenant_id=TENANT, days=1)
    answers = servicer.ExportConversations(request, None)  # type: ignore[arg-type]  # reads nothing of it
    return [answer async for answer in answers]


def rows_of(pieces: list[pb.ExportConversationsResponse]) -> list[dict[str, str]]:
    text = b"".join(piece.csv.data for piece in pieces).decode()
    return list(csv.DictReader(text.splitlines()))


async def test_each_conversation_is_a_row_oldest_first(pool: Pool) -> None:
    log = HandWrittenLog()
    for conversation in ("c2", "c1"):
        log.open(at("09:00"), conversation)
        log.receive(at("09:00"), conversation)
    log.reply(at("09:01"), "m1", "c1")
    log.add("rating.received", at("10:00"), "c1", rating=4, resolved_at="")
    await catch_up(pool, log)

    pieces = await exported(pool)

    rows = rows_of(pieces)
    assert [row["conversation_id"] for row in rows] == ["c1", "c2"]
    assert (rows[0]["first_response_seconds"], rows[0]["first_answered_by"]) == ("60.000", "ai")
    assert (rows[0]["rating"], rows[1]["rating"]) == ("4", "")
    assert (pieces[-1].rows, pieces[-1].total) == (2, 2)


async def test_a_row_says_by_whom_it_was_answered_and_how_it_stands(pool: Pool) -> None:
    log = HandWrittenLog()
    log.open(at("09:00"))
    log.receive(at("09:00"))
    log.reply(at("09:01"), "m1")
    answered(log, at("10:00"), "m2", "joseph", "support")
    times = {"started_at": at("09:00"), "due_at": at("11:00"), "at_risk_at": at("10:30")}
    a_clock(log, at("10:00"), "first_response", **times, stopped_at=at("10:00"), outcome="met")
    a_clock(log, at("11:00"), "resolution", **times, breached_at=at("11:00"))
    await catch_up(pool, log)

    (row,) = rows_of(await exported(pool))

    assert (row["tiers"], row["agents"], row["teams"]) == ("knowledge", "joseph", "support")
    assert (row["outcome"], row["promises_met"], row["promises_broken"]) == ("open", "1", "1")


async def test_more_rows_than_one_reading_holds_come_once_each(pool: Pool) -> None:
    log = HandWrittenLog()
    names = [f"c{number:04}" for number in range(1001)]
    for name in names:
        log.open(at("09:00"), name)
    await catch_up(pool, log)

    assert [row["conversation_id"] for row in rows_of(await exported(pool))] == names


async def test_before_the_first_event_there_are_names_alone(pool: Pool) -> None:
    (only,) = await exported(pool)

    assert only.csv.data.decode() == ",".join(export.COLUMNS) + "\r\n"


@pytest.mark.parametrize("said", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1"])
async def test_a_cell_that_a_spreadsheet_would_calculate_is_text(pool: Pool, said: str) -> None:
    log = HandWrittenLog()
    log.open(at("09:00"), said)
    await catch_up(pool, log)

    (row,) = rows_of(await exported(pool))

    assert row["conversation_id"] == f"'{said}"
    assert row["first_response_seconds"] == ""


async def test_a_rebuild_that_takes_its_place_ends_an_export(pool: Pool) -> None:
    log = HandWrittenLog()
    log.open(at("09:00"))
    await catch_up(pool, log)
    now = at("18:00")
    reading = export.pieces(pool, TENANT, Period.until(now, 1, ZoneInfo("UTC")), now)
    await anext(reading)

    log.epoch, log.events = "2", []
    log.open(at("09:00"), "another")
    await catch_up(pool, log)

    with pytest.raises(export.ExportOutdated):
        await anext(reading)
