"""One JSON line an event, the same keys in every service."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from mesh import tracing
from mesh.lean import without

with without("rich"):  # for colours on a terminal, 5 MB; we write JSON
    import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

# An API key, a bearer token and the password in a URL, wherever they turn up in a line.
_SECRETS = re.compile(r"csk_\w+|(?<=Bearer )[^\s\"]+|(?<=://)[^\s/:@\"]*:[^\s/@\"]+(?=@)")
_MARKS = ("csk_", "Bearer ", "://")
# What somebody else wrote may be a megabyte; the end of a traceback says most.
_FIELD_MOST, _TRACEBACK_MOST = 1024, 8192
# One variable for all of it: structlog's own, one a fact, cost a call three copies of its context.
_about: ContextVar[dict[str, str | None]] = ContextVar("cassava_log_about", default={})  # noqa: B039  # never changed in place


class _Stdout(io.StringIO):
    """A closed pipe costs a line, never the call that wanted to say it."""

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()


_STDOUT = _Stdout()


def configure(service: str, level: str = "info") -> None:
    """Send structlog and the standard library's loggers to stdout, one JSON line each."""

    def name_the_service(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        # Not a context variable: a call clears those, and the name is the process's.
        event["service"] = service
        return event

    shared: list[Processor] = [
        _about_the_call,
        structlog.processors.add_log_level,
        name_the_service,
        _in_its_trace,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _cut,
    ]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(), _without_secrets],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=_STDOUT),
        cache_logger_on_first_use=True,
    )
    _adopt_the_standard_library(shared, number)


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of one module."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return logger


def begin(**facts: str | None) -> None:
    """These facts, and no earlier ones, are in every line of this task from here on."""
    _about.set(facts)


def add(**facts: str | None) -> None:
    """These facts too."""
    _about.set(_about.get() | facts)


def _about_the_call(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name, value in _about.get().items():
        event.setdefault(name, value)
    return event


def _in_its_trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if here := tracing.trace_parent.get():
        event.setdefault("trace_id", tracing.trace_id(here))
    return event


def _cut(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str) and len(value) > _FIELD_MOST:
            is_trace = name == "exception"
            event[name] = value[-_TRACEBACK_MOST:] if is_trace else f"{value[:_FIELD_MOST]}…"
    return event


def _adopt_the_standard_library(shared: list[Processor], number: int) -> None:
    handler = logging.StreamHandler(_STDOUT)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
                _without_secrets,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.INFO))
    # A cancelled call prints a Cython traceback there, as if something had broken.
    logging.getLogger("grpc._cython.cygrpc").addFilter(_is_not_a_cancellation)


def _is_not_a_cancellation(record: logging.LogRecord) -> bool:
    raised = record.exc_info[0] if record.exc_info else None
    return raised is None or raised.__name__ != "CancelledError"


def _without_secrets(_: WrappedLogger, __: str, line: Any) -> str:
    text = str(line)
    # Most lines have none: three searches for plain text cost a tenth of the pattern.
    return _SECRETS.sub("***", text) if any(mark in text for mark in _MARKS) else text
