"""Bodies that no sample shows, a line each in `*_bodies.jsonl`, through the real edge: none is the
server's error, none vanishes, and each becomes what stands beside it.

A WhatsApp line holds the one change of a body (`names_no_number`: without its `metadata`); other
lines hold the whole `body`.
"""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.gateway.bodies import change, whatsapp
from tests.gateway.record import Record
from tests.gateway.test_odd_bodies import post, understood

LINES = {
    channel: [
        json.loads(line)
        for line in (Path(__file__).parent / f"{channel}_bodies.jsonl").read_text().splitlines()
    ]
    for channel in ("whatsapp", "telegram")
}


def body_of(line: dict[str, Any]) -> Any:
    if "body" in line:
        return line["body"]
    number = {"number": None} if "names_no_number" in line else {}
    return whatsapp(change(field=line["field"], **line["value"], **number))


def told(record: Record) -> list[str]:
    """As `understood`, and where an answer to it would go."""
    whom = {
        item.arrival.contact.reply_address or "nobody"
        for item in record.items.values()
        if not item.HasField("unreadable")
    }
    return [*understood(record), *sorted(f"of {address}" for address in whom)]


@pytest.mark.parametrize("channel", LINES)
async def test_each_line_is_taken_and_becomes_what_it_says(
    edge: httpx2.AsyncClient, record: Record, channel: str
) -> None:
    became = {}
    for line in LINES[channel]:
        record.items.clear()
        record.receipts.clear()
        assert await post(edge, channel, body_of(line)) == 200, line["says"]
        became[line["says"]] = told(record)

    assert all(became.values())
    assert became == {line["says"]: line["becomes"] for line in LINES[channel]}


def test_there_are_many_of_them_and_no_two_of_a_name() -> None:
    for lines in LINES.values():
        assert len({line["says"] for line in lines}) == len(lines) > 140
