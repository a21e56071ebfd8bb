"""Spans of calls, and what is left of them where nobody collects any."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import ticket_pb2_grpc
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from mesh import logs, otel, tracing
from mesh.errors import NotFound, NotSignedIn
from tests.mesh.desk import Desk, a_stranger, dialled, get, key, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.sdk.trace import ReadableSpan

TRACE = "0af7651916cd43dd8448eb211c80319c"
GIVEN = f"00-{TRACE}-b7ad6b7169203331-01"
NAME = "cassava.tickets.v1.TicketService/GetTicket"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """What is recorded while the test runs; of this process, where all its services are."""
    kept = InMemorySpanExporter()
    tracing.record_with(otel.OpenTelemetry("tests", SimpleSpanProcessor(kept)))
    yield kept
    tracing.record_with(None)


def of(spans: InMemorySpanExporter, kind: str) -> list[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if span.kind.name == kind]


async def ask(desk: Desk, *metadata: tuple[str, str]) -> None:
    async with serving(desk) as address, a_stranger(address) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)
        await stub.GetTicket(get(), metadata=[*key("viewer"), *metadata])


async def test_a_call_is_part_of_its_callers_trace(spans: InMemorySpanExporter) -> None:
    await ask(Desk(), ("traceparent", GIVEN))

    (span,) = of(spans, "SERVER")
    assert (span.name, span.parent and f"{span.parent.span_id:016x}") == (NAME, "b7ad6b7169203331")
    assert f"{span.context.trace_id:032x}" == TRACE


async def test_a_call_onward_is_beneath_the_call_that_makes_it(spans: InMemorySpanExporter) -> None:
    last = Desk()
    async with serving(last) as last_address, dialled(last_address) as onward:

        async def asks_on(request: Any) -> None:
            await ticket_pb2_grpc.TicketServiceStub(onward).GetTicket(request)

        await ask(Desk(asks_on))

    inner, outer = of(spans, "SERVER")
    (client,) = of(spans, "CLIENT")
    assert client.parent is not None
    assert inner.parent is not None
    assert client.parent.span_id == outer.context.span_id
    assert inner.parent.span_id == client.context.span_id


async def test_what_a_caller_gets_wrong_is_no_error_of_ours(spans: InMemorySpanExporter) -> None:
    async def raises(_: Any) -> None:
        raise NotFound("no ticket 7")

    with pytest.raises(Exception, match="no ticket 7"):
        await ask(Desk(raises))

    (span,) = of(spans, "SERVER")
    assert (span.attributes or {})["rpc.response.status_code"] == "NOT_FOUND"
    assert span.status.is_unset


async def test_a_crash_is_an_error_of_ours(spans: InMemorySpanExporter) -> None:
    async def crashes(_: Any) -> None:
        raise RuntimeError("password=hunter2")

    with pytest.raises(Exception, match="internal error"):
        await ask(Desk(crashes))

    (span,) = of(spans, "SERVER")
    assert not span.status.is_ok
    assert not span.status.is_unset
    assert "hunter2" not in span.to_json()


async def test_a_refusal_has_a_span_too(spans: InMemorySpanExporter) -> None:
    async with serving(Desk()) as address, a_stranger(address) as channel:
        with pytest.raises(Exception, match="unknown key"):
            await ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get(), metadata=key("none"))

    (span,) = of(spans, "SERVER")
    assert (span.attributes or {})["rpc.response.status_code"] == NotSignedIn.code


async def test_a_loop_that_looks_for_work_begins_no_trace(spans: InMemorySpanExporter) -> None:
    async with serving(Desk()) as address, dialled(address) as channel:
        await ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get())

    assert spans.get_finished_spans() == ()


@pytest.mark.parametrize("said", ["", "00-xyz", f"00-{'0' * 32}-b7ad6b7169203331-01", "0" * 5_000])
def test_a_malformed_trace_context_is_none(said: str) -> None:
    assert tracing.accepted(said) == ""


def _is_of_the_desk(line: dict[str, Any]) -> bool:
    """Other servers of this process may answer calls of theirs meanwhile."""
    return str(line.get("rpc", "")).endswith("TicketService/GetTicket")


async def test_log_lines_carry_the_trace_without_any_collector(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("tickets")

    await ask(Desk(), ("traceparent", GIVEN))

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["trace_id"] for line in lines if _is_of_the_desk(line)} == {TRACE}


async def test_log_lines_carry_the_trace_that_a_call_began(
    spans: InMemorySpanExporter, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("tickets")

    await ask(Desk())

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (span,) = of(spans, "SERVER")
    told = {line["trace_id"] for line in lines if _is_of_the_desk(line)}
    assert told == {f"{span.context.trace_id:032x}"}


def test_without_an_exporter_none_is_imported() -> None:
    asked = (
        "import sys, services.gateway.__main__, services.tickets.__main__;"
        "print({'mesh.otel', 'opentelemetry.exporter'} & set(sys.modules))"
    )

    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"
