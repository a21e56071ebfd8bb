"""What tables show, however wide the terminal is."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from cli.outcome import listing
from cli.show import demo_table

TICKET = "01a22398-0ab8-70cc-80f4-ea3de1efcfde"
ROW = {
    "message": "You charged my card twice for the same order this morning. I want one back.",
    "reply": "A second charge is nearly always a reservation that your bank releases in 5 days.",
    "class": "charge_that_nobody_knows",
    "urgency": "critical",
    "tier": "knowledge",
    "ticket": TICKET,
    "replies": 1,
    "accepted_ms": 12.3,
    "answered_ms": 12345,
}


@pytest.mark.parametrize("width", [80, 100, 180])
def test_labels_tier_ticket_and_times_are_there_on_every_width(width: int) -> None:
    page = StringIO()

    Console(file=page, width=width).print(demo_table([ROW, ROW | {"answered_ms": None}]))

    heads, _, *lines = (line for line in page.getvalue().splitlines() if line.strip())
    assert heads.split()[2:] == ["class", "urgency", "tier", "ticket", "accepted", "answered"]
    assert "critical knowledge e1efcfde    12 ms 12345 ms" in lines[0]
    assert lines[0].lstrip().startswith("You")
    assert lines[1].rstrip().endswith("never")


def test_an_id_that_another_command_takes_is_never_cut() -> None:
    page, table = StringIO(), listing("id", "kind", "name", "state", "alert", "since", "url")
    table.add_row(TICKET, *("whatsapp", "The shop's number") * 3)

    Console(file=page, width=80).print(table)

    assert TICKET in page.getvalue()
    assert "…" not in page.getvalue()
