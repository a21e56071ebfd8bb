"""Enum values that the contract does not know."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from cassava.tickets.v1 import ticket_pb2, ticket_pb2_grpc

from tests.mesh.desk import Desk, a_stranger, dialled, key, serving


async def nothing(request: Any) -> ticket_pb2.ListTicketsResponse:
    del request
    return ticket_pb2.ListTicketsResponse()


def by_priority(number: Any) -> ticket_pb2.ListTicketsRequest:
    return ticket_pb2.ListTicketsRequest(tenant_id="acme", priority=number)


async def test_a_value_that_is_not_in_the_contract_is_refused_by_its_field() -> None:
    async with serving(Desk(get=nothing)) as address, a_stranger(address) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)

        await stub.ListTickets(by_priority(3), metadata=key("viewer"))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.ListTickets(by_priority(99), metadata=key("viewer"))

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    said = "priority: there is no such value; one of URGENCY_LOW, URGENCY_NORMAL"
    assert said in str(refused.value.details())


async def test_a_process_of_ours_may_know_more_than_we_do() -> None:
    async with serving(Desk(get=nothing)) as address, dialled(address) as channel:
        await ticket_pb2_grpc.TicketServiceStub(channel).ListTickets(by_priority(99))
