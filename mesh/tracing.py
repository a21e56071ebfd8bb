"""One trace from a webhook to the reply it got, over calls, rows and streams.

The W3C trace context always travels, as the string it is on the wire. Spans are recorded only where
an exporter is configured; elsewhere its exporter is not even imported (docs/decisions/0076).
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from typing import Self

TRACE_PARENT = "traceparent"
# Codes that are our fault (MESH 6.1); NOT_FOUND is an answer.
_OUR_FAULT = frozenset(
    {"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"}
)
_VALID = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

Kind = Literal["internal", "server", "client", "producer", "consumer"]
RPC = {"rpc.system.name": "grpc"}
# Where we are in which trace; empty: in none.
trace_parent: ContextVar[str] = ContextVar("cassava_trace_parent", default="")


class Span:
    """A block of work; this one leaves no mark at all."""

    traceparent = ""

    def note(self, name: str, value: str | int) -> None:
        """A fact about the work, for whoever reads the trace: never what a customer wrote."""

    def fail(self, why: str) -> None:
        """It went wrong, and that is our or a peer's fault."""

    def answered(self, code: str) -> None:
        """How a call ended. Most failures are an answer, not an error of the span."""
        self.note("rpc.response.status_code", code)
        if code in _OUR_FAULT:
            self.fail(code)

    def end(self) -> None:
        """Over, for one that was never entered."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """What was raised passes."""


class Carried(Span):
    """Within this block the trace goes on from where it was told."""

    def __init__(self, traceparent: str) -> None:
        self.traceparent = traceparent
        self._before = ""

    def __enter__(self) -> Self:
        self._before = trace_parent.get()
        trace_parent.set(self.traceparent)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Not by token: what is closed from elsewhere has another context.
        trace_parent.set(self._before)
        self.end()


class Recorder(Protocol):
    """What makes spans that are recorded: `mesh.otel`, or a test's."""

    def span(
        self,
        name: str,
        kind: Kind,
        parent: str,
        links: Iterable[str],
        attributes: Mapping[str, str | int] | None,
    ) -> Span:
        """Begun now, beneath `parent`; the beginning of a trace where that is empty."""

    def close(self) -> None:
        """Send what is left, for a few seconds at most."""


UNRECORDED = Span()
_recorder: Recorder | None = None


def record_with(recorder: Recorder | None) -> None:
    """From now on, in this process; None: no more."""
    global _recorder  # noqa: PLW0603  # one process, one exporter: threading it through every room costs more
    _recorder = recorder


def is_on() -> bool:
    """Whether spans are recorded; asked where the mere question of what to record would cost."""
    return _recorder is not None


def span(
    name: str,
    kind: Kind = "internal",
    *,
    parent: str | None = None,
    links: Iterable[str] = (),
    attributes: Mapping[str, str | int] | None = None,
) -> Span:
    """A span beneath `parent`, by default beneath where we are; "" begins a trace."""
    if _recorder is None:
        return UNRECORDED if parent is None else Carried(parent)
    return _recorder.span(
        name, kind, trace_parent.get() if parent is None else parent, links, attributes
    )


def within(name: str, kind: Kind, attributes: Mapping[str, str | int] | None = None) -> Span:
    """A span where a trace is under way. Loops that look for work begin none: they never rest."""
    if _recorder is None or not (parent := trace_parent.get()):
        return UNRECORDED
    return _recorder.span(name, kind, parent, (), attributes)


def accepted(header: str) -> str:
    """A caller's trace context, or nothing: what is malformed must not reach a column."""
    return header if header and _VALID.fullmatch(header) else ""


def trace_id(traceparent: str) -> str:
    """What people quote and look up."""
    return traceparent[3:35]
