"""What is known of a message's way: pure."""

from __future__ import annotations

import pytest

from services.tickets.conversations.message import (
    Part,
    failure_of,
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
