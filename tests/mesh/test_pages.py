"""A page token continues its own query and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from cassava.tickets.v1 import ticket_pb2

from mesh.errors import InvalidInput
from mesh.pages import Pages, PageTokenInvalid, size
from tests.mesh.desk import MESH_KEY

PAGES = Pages(MESH_KEY)


def tickets(**changes: Any) -> ticket_pb2.ListTicketsRequest:
    return ticket_pb2.ListTicketsRequest(**({"tenant_id": "acme"} | changes))


def test_a_token_says_where_to_go_on() -> None:
    token = PAGES.sign(tickets(), "2026-01-01T00:00:00Z", 7)

    assert PAGES.unsign(tickets(page_token=token, page_size=3)) == ("2026-01-01T00:00:00Z", 7)
    assert PAGES.unsign(tickets()) is None


@pytest.mark.parametrize(
    "change", [{"tenant_id": "other"}, {"status": 3}, {"conversation_id": "x"}]
)
def test_a_token_is_no_good_with_another_query(change: dict[str, object]) -> None:
    token = PAGES.sign(tickets(), 7)

    with pytest.raises(PageTokenInvalid):
        PAGES.unsign(tickets(page_token=token, **change))


@pytest.mark.parametrize("token", ["x", "!", "AAAA", "é", "A" * 10_000])
def test_a_token_we_did_not_make_is_refused(token: str) -> None:
    with pytest.raises(PageTokenInvalid):
        PAGES.unsign(tickets(page_token=token))


@pytest.mark.parametrize(("asked", "given"), [(0, 50), (1, 1), (500, 500), (501, 500)])
def test_a_page_has_a_size(asked: int, given: int) -> None:
    assert size(asked) == given


def test_a_page_of_less_than_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput):
        size(-1)
