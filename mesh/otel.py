"""Spans for whoever listens at OTEL_EXPORTER_OTLP_ENDPOINT; the only import of OpenTelemetry."""

from __future__ import annotations

import importlib.metadata
import os
import socket
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from mesh.tracing import Carried, Kind, Span, accepted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentelemetry.sdk.trace import SpanProcessor

_KINDS = {
    "internal": trace.SpanKind.INTERNAL,
    "server": trace.SpanKind.SERVER,
    "client": trace.SpanKind.CLIENT,
    "producer": trace.SpanKind.PRODUCER,
    "consumer": trace.SpanKind.CONSUMER,
}
# At most this much of the drain; a collector that is away must not hold a process.
_EXPORT_SECONDS = 3.0


def exporting() -> SpanProcessor:
    """In batches, from a thread; endpoint, headers and certificates as OTEL_* variables say."""
    return BatchSpanProcessor(OTLPSpanExporter(timeout=_EXPORT_SECONDS))


class OpenTelemetry:
    """Records spans of one process. Sampler and limits are the SDK's, set by its variables."""

    def __init__(self, service: str, processor: SpanProcessor) -> None:
        # Ours alone and not the process's: libraries that find a global one begin to record too.
        self._provider = TracerProvider(resource=_resource(service), shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("cassava")

    def span(
        self,
        name: str,
        kind: Kind,
        parent: str,
        links: Iterable[str],
        attributes: Mapping[str, str | int] | None,
    ) -> Span:
        above = _context(parent)
        begun = self._tracer.start_span(
            name,
            context=trace.set_span_in_context(
                trace.INVALID_SPAN if above is None else trace.NonRecordingSpan(above)
            ),
            kind=_KINDS[kind],
            attributes=attributes,
            links=[trace.Link(found) for each in links if (found := _context(each))],
        )
        return _Recorded(begun)

    def close(self) -> None:
        self._provider.shutdown()


class _Recorded(Carried):
    def __init__(self, begun: trace.Span) -> None:
        known = begun.get_span_context()
        flags = int(known.trace_flags)
        super().__init__(f"00-{known.trace_id:032x}-{known.span_id:016x}-{flags:02x}")
        self._span = begun

    def note(self, name: str, value: str | int) -> None:
        self._span.set_attribute(name, value)

    def fail(self, why: str) -> None:
        self._span.set_attribute("error.type", why)
        self._span.set_status(trace.Status(trace.StatusCode.ERROR))

    def end(self) -> None:
        self._span.end()


def _context(traceparent: str) -> trace.SpanContext | None:
    if not accepted(traceparent):
        return None
    _, trace_id, span_id, flags = traceparent.split("-")
    return trace.SpanContext(
        int(trace_id, 16),
        int(span_id, 16),
        is_remote=True,
        trace_flags=trace.TraceFlags(int(flags, 16) & 1),
    )


def _resource(service: str) -> Resource:
    """Who speaks; OTEL_RESOURCE_ATTRIBUTES adds where, as deployment.environment.name."""
    return Resource.create(
        {
            "service.name": service,
            "service.namespace": "cassava",
            "service.version": importlib.metadata.version("cassava-support"),
            "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
        }
    )
