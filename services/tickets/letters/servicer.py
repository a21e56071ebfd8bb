"""The part of InboxService that people use: what came in and could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import inbox_pb2 as pb

from mesh import pages
from mesh.transactions import read
from services.tickets.letters import wire
from services.tickets.letters.store import LetterStore
from services.tickets.position import next_page, position_of

if TYPE_CHECKING:
    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool


class LetterServicer:
    def __init__(self, pool: Pool, pages: Pages) -> None:
        self._pool = pool
        self._pages = pages

    @read
    async def ListDeadLetters(
        self, request: pb.ListDeadLettersRequest, connection: Connection
    ) -> pb.ListDeadLettersResponse:
        size = pages.size(request.page_size)
        after = position_of(self._pages, request)
        rows = await LetterStore(connection).page(after, size + 1)
        response = pb.ListDeadLettersResponse(
            dead_letters=[wire.letter_to_proto(row) for row in rows[:size]]
        )
        if len(rows) > size:
            last = rows[size - 1]
            response.next_page_token = next_page(
                self._pages, request, (last["created_at"], last["id"])
            )
        return response

    @read
    async def GetDeadLetter(
        self, request: pb.GetDeadLetterRequest, connection: Connection
    ) -> pb.GetDeadLetterResponse:
        row = await LetterStore(connection).get(UUID(request.dead_letter_id))
        return pb.GetDeadLetterResponse(dead_letter=wire.letter_to_proto(row))
