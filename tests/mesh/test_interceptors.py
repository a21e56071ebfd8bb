"""Around every call answered, seen from its caller."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from cassava.tickets.v1 import event_pb2, event_pb2_grpc, ticket_pb2, ticket_pb2_grpc
from google.rpc import error_details_pb2, status_pb2

from mesh import logs
from mesh.errors import NotFound
from mesh.interceptors import draining
from mesh.quota import QuotaSpent
from mesh.status import DETAILS_KEY
from tests.mesh.desk import Desk, a_stranger, get, key, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def refused(
    desk: Desk, request: Any = None, metadata: Any = None, seconds: float | None = None
) -> grpc.aio.AioRpcError:
    async with serving(desk) as address, a_stranger(address) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await stub.GetTicket(
                request or get(), metadata=metadata or key("viewer"), timeout=seconds
            )
    return raised.value


def details(error: grpc.aio.AioRpcError, kind: Any) -> Any:
    packed = dict(error.trailing_metadata())[DETAILS_KEY]
    for detail in status_pb2.Status.FromString(packed).details:
        found = kind()
        if detail.Unpack(found):
            return found
    return None


async def test_beyond_its_quota_a_request_is_not_even_read() -> None:
    codes = []
    async with serving(Desk(), tenant_calls_per_second=1) as address, a_stranger(address) as to:
        call: Any = to.unary_unary("/cassava.tickets.v1.TicketService/GetTicket")
        for _ in range(200):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call(b"\xff\xff\xff", metadata=key("viewer"))
            codes.append(refused.value.code())
            if codes[-1] is not grpc.StatusCode.INVALID_ARGUMENT:  # says whoever reads that
                break

    assert codes[-1] is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert details(refused.value, error_details_pb2.RetryInfo).HasField("retry_delay")


@pytest.mark.parametrize(("is_news", "lines"), [(True, 1), (False, 0)])
async def test_of_what_a_quota_refuses_only_news_is_a_line(
    *, is_news: bool, lines: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def spent(_: Any) -> None:
        raise QuotaSpent(1.0, is_news=is_news)

    logs.configure("tickets")
    await refused(Desk(spent))

    assert capsys.readouterr().out.count('"rpc_answered"') == lines


async def test_what_a_servicer_raises_is_a_status_with_its_reason() -> None:
    async def raises(_: Any) -> None:
        raise NotFound("no ticket 7")

    error = await refused(Desk(raises))

    assert (error.code(), error.details()) == (grpc.StatusCode.NOT_FOUND, "no ticket 7")
    info = details(error, error_details_pb2.ErrorInfo)
    assert (info.reason, info.domain) == ("NOT_FOUND", "cassava-support")


async def test_the_text_of_a_crash_stays_inside(capsys: pytest.CaptureFixture[str]) -> None:
    async def crashes(_: Any) -> None:
        raise RuntimeError("password=hunter2")

    logs.configure("tickets")
    error = await refused(Desk(crashes))

    assert (error.code(), error.details()) == (grpc.StatusCode.INTERNAL, "internal error")
    assert "hunter2" not in f"{error!r}{error.trailing_metadata()}"
    assert "hunter2" in capsys.readouterr().out  # the traceback, for us


async def test_the_text_of_a_crash_in_a_stream_stays_inside() -> None:
    async def crashes(_: Any) -> AsyncIterator[Any]:
        yield event_pb2.WatchResponse(type="heartbeat")
        raise RuntimeError("password=hunter2")

    async with serving(Desk(watch=crashes)) as address, a_stranger(address) as channel:
        call = event_pb2_grpc.EventServiceStub(channel).Watch(
            event_pb2.WatchRequest(), metadata=key("viewer")
        )
        first = await anext(aiter(call))
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await anext(aiter(call))

    assert first.type == "heartbeat"
    assert raised.value.details() == "internal error"


async def test_bytes_that_are_no_message_are_refused_without_our_words() -> None:
    async with serving(Desk()) as address, a_stranger(address) as channel:
        garbage: Any = channel.unary_unary("/cassava.tickets.v1.TicketService/GetTicket")
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await garbage(b"\xff\xff\xff", metadata=key("viewer"))

    assert "Traceback" not in (raised.value.details() or "")
    assert "DecodeError" not in (raised.value.details() or "")


async def test_bad_input_names_each_field() -> None:
    error = await refused(Desk(), get(ticket_id="not one", tenant_id="acme"))

    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    bad = details(error, error_details_pb2.BadRequest)
    assert [violation.field for violation in bad.field_violations] == ["ticket_id"]


async def test_a_call_with_hardly_any_time_left_is_refused() -> None:
    desk = Desk()

    error = await refused(desk, seconds=0.09)

    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert desk.seen == []


async def test_a_stream_with_hardly_any_time_left_is_refused() -> None:
    """It failed on the database, as something that repeating would help."""
    async with serving(Desk()) as address, a_stranger(address) as channel:
        stub = event_pb2_grpc.EventServiceStub(channel)
        call = stub.Watch(event_pb2.WatchRequest(), metadata=key("viewer"), timeout=0.09)
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await anext(aiter(call))

    assert raised.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


async def test_work_ends_when_its_time_is_over() -> None:
    ended = asyncio.Event()

    async def dawdles(_: Any) -> None:
        try:
            await asyncio.sleep(5)
        finally:
            ended.set()

    error = await refused(Desk(dawdles), seconds=0.4)

    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    await asyncio.wait_for(ended.wait(), 1)


async def test_one_line_a_call_says_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("tickets")
    async with serving(Desk()) as address, a_stranger(address) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)
        await stub.GetTicket(get(), metadata=[*key("viewer"), ("x-request-id", "r-1")], timeout=3)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    answered = [line for line in lines if line["event"] == "rpc_answered"]
    assert len(answered) == 1
    said = answered[0]
    assert said["rpc"] == "/cassava.tickets.v1.TicketService/GetTicket"
    assert (said["code"], said["tenant_id"], said["request_id"]) == ("OK", "acme", "r-1")
    assert (said["service"], said["attempt"]) == ("tickets", 1)
    assert 2000 < said["deadline_ms"] < 3100  # gRPC rounds up


async def test_a_stream_learns_that_its_server_drains() -> None:
    drains = asyncio.Event()

    async def until_drained(_: Any) -> AsyncIterator[Any]:
        yield event_pb2.WatchResponse(type="heartbeat")
        await draining().wait()
        yield event_pb2.WatchResponse(type="stream_end")

    desk = Desk(watch=until_drained)
    async with serving(desk, draining=drains) as address, a_stranger(address) as channel:
        call = event_pb2_grpc.EventServiceStub(channel).Watch(
            event_pb2.WatchRequest(), metadata=key("viewer")
        )
        kinds = []
        async for message in call:
            kinds.append(message.type)
            drains.set()

    assert kinds == ["heartbeat", "stream_end"]


async def test_a_stream_that_the_caller_leaves_is_cleaned_up() -> None:
    ended = asyncio.Event()

    async def endless(_: Any) -> AsyncIterator[Any]:
        try:
            while True:
                yield event_pb2.WatchResponse(type="heartbeat")
                await asyncio.sleep(0.01)
        finally:
            ended.set()

    async with serving(Desk(watch=endless)) as address, a_stranger(address) as channel:
        call = event_pb2_grpc.EventServiceStub(channel).Watch(
            event_pb2.WatchRequest(), metadata=key("viewer")
        )
        async for _ in call:
            break
        call.cancel()
        await asyncio.wait_for(ended.wait(), 1)


async def test_a_tenants_key_fills_in_its_tenant() -> None:
    desk = Desk()
    async with serving(desk) as address, a_stranger(address) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)
        await stub.GetTicket(get(), metadata=key("viewer"))

    request = desk.seen[0][0]
    assert isinstance(request, ticket_pb2.GetTicketRequest)
    assert request.tenant_id == "acme"
