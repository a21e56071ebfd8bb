"""Where a list ordered by birth goes on: the moment and id of the last row given."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from mesh.pages import Pages

Position: TypeAlias = tuple[datetime, UUID]


def position_of(pages: Pages, request: Message) -> Position | None:
    """None for the first page; raises `PageTokenInvalid`."""
    said = pages.unsign(request)
    return (datetime.fromisoformat(str(said[0])), UUID(str(said[1]))) if said else None


def next_page(pages: Pages, request: Message, last: tuple[datetime | None, UUID]) -> str:
    """The token that continues after this row."""
    born, row_id = last
    return pages.sign(request, born.isoformat() if born else "", str(row_id))
