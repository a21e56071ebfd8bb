"""What a service's own calls carry, and how failures come back."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import event_pb2, event_pb2_grpc, ticket_pb2, ticket_pb2_grpc

from mesh import deadline
from mesh.errors import (
    KINDS,
    InvalidInput,
    MeshError,
    NotFound,
    OutOfTime,
    TooMany,
    Unavailable,
    Violation,
)
from tests.mesh.desk import TICKET_ID, Desk, a_stranger, dialled, get, key, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def raised_over_the_wire(error: MeshError) -> MeshError:
    async def raises(_: Any) -> None:
        raise error

    async with serving(Desk(raises)) as address, dialled(address) as channel:
        with pytest.raises(MeshError) as raised:
            await ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get())
    return raised.value


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Unavailable])
async def test_a_kind_of_error_crosses_the_wire(kind: type[MeshError]) -> None:
    error = await raised_over_the_wire(kind("so it is"))

    assert (type(error), str(error)) == (kind, "so it is")


async def test_the_class_crosses_as_its_reason() -> None:
    class TicketNotFound(NotFound):
        pass

    error = await raised_over_the_wire(TicketNotFound("no ticket"))

    assert (type(error), error.reason) == (NotFound, "TICKET_NOT_FOUND")


async def test_fields_and_waiting_time_cross_the_wire() -> None:
    bad = await raised_over_the_wire(InvalidInput("too long", field="subject"))
    busy = await raised_over_the_wire(TooMany("later", retry_after_seconds=2.5))

    assert isinstance(bad, InvalidInput)
    assert bad.violations == (Violation("subject", "too long"),)
    assert isinstance(busy, TooMany)
    assert busy.retry_after_seconds == 2.5


async def test_a_peer_that_is_away_is_named_by_what_it_is_not_where() -> None:
    async with dialled("127.0.0.1:1") as channel:
        with pytest.raises(Unavailable) as raised:
            await ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get())

    assert str(raised.value) == "tickets cannot be reached"


async def test_errors_of_a_stream_come_back_as_kinds() -> None:
    async def ends_badly(_: Any) -> AsyncIterator[Any]:
        yield event_pb2.WatchResponse(type="heartbeat")
        raise TooMany("slow reader")

    async with serving(Desk(watch=ends_badly)) as address, dialled(address) as channel:
        call = event_pb2_grpc.EventServiceStub(channel).Watch(event_pb2.WatchRequest())
        messages = aiter(call)
        assert (await anext(messages)).type == "heartbeat"
        with pytest.raises(TooMany):
            await anext(messages)


async def test_leaving_a_stream_ends_it_at_the_server() -> None:
    ended = asyncio.Event()

    async def endless(_: Any) -> AsyncIterator[Any]:
        try:
            while True:
                yield event_pb2.WatchResponse(type="heartbeat")
                await asyncio.sleep(0.01)
        finally:
            ended.set()

    async with serving(Desk(watch=endless)) as address, dialled(address) as channel:
        call = event_pb2_grpc.EventServiceStub(channel).Watch(event_pb2.WatchRequest())
        async for _ in call:
            break
        call.cancel()
        await asyncio.wait_for(ended.wait(), 1)


async def test_a_request_id_is_filled_in_and_one_given_stays() -> None:
    desk = Desk()
    async with serving(desk) as address, dialled(address) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)
        await stub.ResolveTicket(ticket_pb2.ResolveTicketRequest(ticket_id=TICKET_ID))
        await stub.ResolveTicket(
            ticket_pb2.ResolveTicketRequest(ticket_id=TICKET_ID, request_id="mine")
        )

    assert uuid.UUID(desk.seen[0][0].request_id).version == 4
    assert desk.seen[1][0].request_id == "mine"


async def test_the_request_id_and_the_trace_travel_on() -> None:
    last = Desk()
    async with serving(last) as last_address, dialled(last_address) as onward:

        async def asks_on(request: Any) -> Any:
            await ticket_pb2_grpc.TicketServiceStub(onward).GetTicket(request)

        async with serving(Desk(asks_on)) as address, a_stranger(address) as channel:
            trace = ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            metadata = [*key("viewer"), ("x-request-id", "r-7"), trace]
            await ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get(), metadata=metadata)

    seen = last.seen[0][1]
    assert (seen["x-request-id"], seen["traceparent"]) == ("r-7", trace[1])


async def test_time_left_shrinks_over_two_hops() -> None:
    """With one hop gRPC itself would do; only inheritance makes the second hop see less."""
    left: list[float] = []

    async def notes(_: Any) -> None:
        left.append(deadline.remaining() or 0)

    async with serving(Desk(notes)) as last_address, dialled(last_address) as onward:

        async def dawdles_and_asks_on(request: Any) -> Any:
            await asyncio.sleep(0.3)
            await ticket_pb2_grpc.TicketServiceStub(onward).GetTicket(request)

        async with serving(Desk(dawdles_and_asks_on)) as address, dialled(address) as channel:
            await ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get(), timeout=2.0)

    assert 1.3 < left[0] < 1.7


async def test_a_call_without_a_deadline_gets_five_seconds() -> None:
    left: list[float] = []

    async def notes(_: Any) -> None:
        left.append(deadline.remaining() or 0)

    async with serving(Desk(notes)) as address, dialled(address) as channel:
        await ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get())

    assert 4.5 < left[0] < 5.0


async def test_nobody_is_asked_when_no_time_is_left() -> None:
    desk = Desk()
    async with serving(desk) as address, dialled(address) as channel:
        with deadline.within(0), pytest.raises(OutOfTime):
            await ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get())

    assert desk.seen == []


async def test_a_safe_method_is_repeated_once_with_the_same_request_id() -> None:
    async def is_away_at_first(_: Any) -> None:
        if len(desk.seen) == 1:
            raise Unavailable("a moment")

    desk = Desk(is_away_at_first)
    async with serving(desk) as address, dialled(address) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)
        await stub.ResolveTicket(ticket_pb2.ResolveTicketRequest(ticket_id=TICKET_ID))

    first, second = desk.seen
    assert first[0].request_id == second[0].request_id
    assert second[1]["grpc-previous-rpc-attempts"] == "1"


@pytest.mark.parametrize(
    "form", ["127.0.0.1:{port}", "ipv4:127.0.0.1:{port}", "dns:///127.0.0.1:{port}"]
)
async def test_every_form_of_address_works(form: str) -> None:
    desk = Desk()
    async with serving(desk) as address:
        target = form.format(port=address.rpartition(":")[2])
        async with dialled(target) as channel:
            await ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get())

    assert len(desk.seen) == 1


async def test_a_unix_socket_works(tmp_path: Any) -> None:
    listen = f"unix:{tmp_path}/tickets.sock"
    async with serving(Desk(), listen=listen) as address, dialled(address) as channel:
        started = time.monotonic()
        await ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get())

    assert time.monotonic() - started < 2


async def test_a_peer_that_comes_later_is_found(tmp_path: Any) -> None:
    listen = f"unix:{tmp_path}/late.sock"
    async with dialled(listen) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)
        with pytest.raises(Unavailable):
            await stub.GetTicket(get())
        async with serving(Desk(), listen=listen):
            answer = await stub.GetTicket(get(), wait_for_ready=True, timeout=4)

    assert isinstance(answer, ticket_pb2.GetTicketResponse)
