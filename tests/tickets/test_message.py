"""How a message is cut, and what is known of its way: pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.errors import InvalidInput
from services.tickets.conversations.message import (
    PART_UNITS_MOST,
    Part,
    failure_of,
    parts_of,
    state_of,
)


def parts(*states: str) -> list[Part]:
    """`sent/read` is a state and its receipt."""
    pairs = [state.partition("/") for state in states]
    return [Part(state, receipt, "code") for state, _, receipt in pairs]


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (["pending"], "queued"),
        (["pending", "claimed"], "queued"),
        (["sending", "pending"], "sending"),
        (["sent", "pending"], "sending"),
        (["sent", "sent"], "sent"),
        (["sent/delivered", "sent"], "sent"),
        (["sent/delivered", "sent/read"], "delivered"),
        (["sent/read", "sent/read"], "read"),
        (["ambiguous", "pending"], "uncertain"),
        (["parked", "ambiguous"], "parked"),
        (["sent/read", "cancelled"], "cancelled"),
        (["failed", "parked", "cancelled"], "failed"),
        ([], "sent"),
    ],
)
def test_the_slowest_part_decides_and_bad_news_win(known: list[str], state: str) -> None:
    assert state_of("agent", "text", parts(*known)) == state


def test_what_a_customer_wrote_is_received_and_a_note_has_no_way() -> None:
    assert state_of("customer", "text", []) == "received"
    assert state_of("agent", "note", []) == ""


def test_only_what_went_wrong_has_a_reason() -> None:
    assert failure_of(parts("sent", "failed")) == "code"
    assert failure_of(parts("sent", "pending")) == ""


@pytest.mark.parametrize("mark", ["\n\n", "\n", ". ", " "])
def test_a_text_is_cut_where_it_breaks(mark: str) -> None:
    first, second = "a" * 3000, "b" * 3000

    assert parts_of(first + mark + second) == [(first + mark).rstrip(), second]


@given(st.text(alphabet="ab \n.\U0001f600", min_size=1, max_size=30_000))
def test_every_part_fits_and_no_word_is_lost(text: str) -> None:
    if not text.strip():
        with pytest.raises(InvalidInput):
            parts_of(text)
        return

    cut = parts_of(text)

    assert all(0 < len(part.encode("utf-16-le")) <= 2 * PART_UNITS_MOST for part in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())
