"""The part of InboxService about what could not be read: people see it and have it read again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import inbox_pb2 as pb

from mesh import pages
from mesh.access import current_caller
from mesh.transactions import change, read
from services.tickets.audit.readings import shows
from services.tickets.audit.store import AuditStore
from services.tickets.bells import Bells
from services.tickets.letters import wire
from services.tickets.letters.store import DeadLetterWithoutChannel, LetterStore
from services.tickets.position import next_page, position_of
from services.tickets.ringing import rings

if TYPE_CHECKING:
    from mesh.interceptors import Context
    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool
    from services.tickets.audit.readings import Readings


class LetterServicer:
    def __init__(self, pool: Pool, pages: Pages, bells: Bells, readings: Readings) -> None:
        self._pool = pool
        self._pages = pages
        self._bells = bells
        self._readings = readings

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

    @shows("dead_letter.read", "dead_letter_id")
    @read
    async def GetDeadLetter(
        self, request: pb.GetDeadLetterRequest, connection: Connection
    ) -> pb.GetDeadLetterResponse:
        row = await LetterStore(connection).get(UUID(request.dead_letter_id))
        return pb.GetDeadLetterResponse(dead_letter=wire.letter_to_proto(row))

    @rings(Bells.replays)
    @change
    async def ReplayDeadLetter(
        self, request: pb.ReplayDeadLetterRequest, connection: Connection
    ) -> pb.ReplayDeadLetterResponse:
        store, letter_id = LetterStore(connection), UUID(request.dead_letter_id)
        if (await store.get(letter_id))["account_id"] is None:
            raise DeadLetterWithoutChannel(letter_id)
        await store.ask_again(letter_id)
        await AuditStore(connection).append(
            request.tenant_id, current_caller(), "dead_letter.replayed", str(letter_id)
        )
        letter = wire.letter_to_proto(await store.get(letter_id))
        letter.ClearField("raw")
        return pb.ReplayDeadLetterResponse(dead_letter=letter)

    async def ClaimReplays(
        self, request: pb.ClaimReplaysRequest, context: Context
    ) -> pb.ClaimReplaysResponse:
        async with self._pool.transaction(None) as connection:
            claims = await LetterStore(connection).claim(request.free_slots)
        response = pb.ClaimReplaysResponse()
        for claim in claims:
            async with self._pool.transaction(claim["tenant_id"], readonly=True) as connection:
                if letter := await LetterStore(connection).bytes_of(claim["letter_id"]):
                    response.replays.append(wire.replay_to_proto(claim, letter))
        return response

    async def FinishReplay(
        self, request: pb.FinishReplayRequest, context: Context
    ) -> pb.FinishReplayResponse:
        async with self._pool.transaction(request.tenant_id) as connection:
            await LetterStore(connection).finish(
                UUID(request.dead_letter_id), request.fence, request.result
            )
        return pb.FinishReplayResponse()
