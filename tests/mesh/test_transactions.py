"""A method is a transaction; a repeated request gets the first answer."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any, cast

import pytest
from cassava.tickets.v1 import ticket_pb2

from mesh.errors import Conflict
from mesh.transactions import RequestIdReused, change, read
from tests.mesh.desk import TICKET_ID

if TYPE_CHECKING:
    from mesh.postgres import Connection, Pool

NO_CONTEXT = cast("Any", None)


class Notes:
    """Counts in its answer how often it really did something."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.fails = False

    @change
    async def ResolveTicket(
        self, request: ticket_pb2.ResolveTicketRequest, connection: Connection
    ) -> ticket_pb2.ResolveTicketResponse:
        await connection.execute(
            "INSERT INTO notes (tenant_id, id, text) VALUES ($1, $2, '')",
            *(request.tenant_id, uuid.uuid4()),
        )
        if self.fails:
            raise Conflict("not now")
        count = await connection.fetchval("SELECT count(*) FROM notes")
        return ticket_pb2.ResolveTicketResponse(ticket=ticket_pb2.Ticket(number=count))

    @read
    async def GetTicket(
        self, request: ticket_pb2.GetTicketRequest, connection: Connection
    ) -> ticket_pb2.GetTicketResponse:
        del request
        count = await connection.fetchval("SELECT count(*) FROM notes")
        return ticket_pb2.GetTicketResponse(ticket=ticket_pb2.Ticket(number=count))


def resolve(request_id: str = "", **changes: str) -> ticket_pb2.ResolveTicketRequest:
    fields = {"tenant_id": "acme", "ticket_id": TICKET_ID, "request_id": request_id}
    return ticket_pb2.ResolveTicketRequest(**(fields | changes))


async def count(notes: Notes, tenant_id: str = "acme") -> int:
    request = ticket_pb2.GetTicketRequest(tenant_id=tenant_id)
    return (await notes.GetTicket(request, NO_CONTEXT)).ticket.number


async def test_a_repeated_request_gets_the_first_answer(pool: Pool) -> None:
    notes = Notes(pool)

    first = await notes.ResolveTicket(resolve("r-1"), NO_CONTEXT)
    await notes.ResolveTicket(resolve("r-2"), NO_CONTEXT)
    again = await notes.ResolveTicket(resolve("r-1"), NO_CONTEXT)

    assert (first.ticket.number, again.ticket.number) == (1, 1)
    assert isinstance(again, ticket_pb2.ResolveTicketResponse)
    assert await count(notes) == 2


async def test_of_many_repeats_at_once_one_has_an_effect(pool: Pool) -> None:
    notes = Notes(pool)

    answers = await asyncio.gather(
        *(notes.ResolveTicket(resolve("r-1"), NO_CONTEXT) for _ in range(8))
    )

    assert {answer.ticket.number for answer in answers} == {1}
    assert await count(notes) == 1


async def test_a_request_id_with_another_request_is_refused(pool: Pool) -> None:
    notes = Notes(pool)
    await notes.ResolveTicket(resolve("r-1"), NO_CONTEXT)

    with pytest.raises(RequestIdReused) as raised:
        await notes.ResolveTicket(resolve("r-1", etag="7"), NO_CONTEXT)

    assert raised.value.reason == "REQUEST_ID_REUSED"
    assert await count(notes) == 1


async def test_a_failure_is_not_remembered(pool: Pool) -> None:
    notes = Notes(pool)
    notes.fails = True
    with pytest.raises(Conflict):
        await notes.ResolveTicket(resolve("r-1"), NO_CONTEXT)
    notes.fails = False

    answer = await notes.ResolveTicket(resolve("r-1"), NO_CONTEXT)

    assert answer.ticket.number == 1


async def test_one_request_id_means_two_requests_in_two_tenants(pool: Pool) -> None:
    notes = Notes(pool)

    await notes.ResolveTicket(resolve("r-1"), NO_CONTEXT)
    other = await notes.ResolveTicket(resolve("r-1", tenant_id="other"), NO_CONTEXT)

    assert other.ticket.number == 1


async def test_without_a_request_id_each_request_counts(pool: Pool) -> None:
    notes = Notes(pool)

    await notes.ResolveTicket(resolve(), NO_CONTEXT)
    await notes.ResolveTicket(resolve(), NO_CONTEXT)

    assert await count(notes) == 2
    assert await count(notes, "other") == 0
