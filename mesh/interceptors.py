"""What happens around every call that is answered, each concern in one place."""

from __future__ import annotations

import asyncio
import importlib
import os
import time
from contextlib import nullcontext
from contextvars import ContextVar
from itertools import starmap
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import grpc
from google.protobuf.message import DecodeError

from mesh import deadline, logs, status, telemetry, tracing
from mesh.access import MESH_TOKEN, Role, current_caller
from mesh.ambiguous import field_said_twice
from mesh.certificates import names_of
from mesh.enums import unknown_in
from mesh.errors import InvalidInput, MeshError, OutOfTime, Violation
from mesh.patterns import in_words, place
from mesh.quota import QuotaSpent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType

    from google.protobuf.message import Message
    from protovalidate import Validator

    from mesh.access import Gate

# What gRPC gives a servicer beside its request; generic in its stubs only.
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"

log = logs.get(__name__)

REQUEST_ID = "x-request-id"
_UNTIMED_SECONDS = 10.0
# From letsencrypt/boulder's grpc/interceptors.go: less is hopeless; the callee reports first.
_LEAST_SECONDS = 0.1
_KEPT_BACK_SECONDS = 0.02
_LONGEST_REQUEST_ID = 100
# Envoy adds it to what it made from JSON, and takes it out of what comes from outside.
_FROM_JSON = "x-envoy-original-path"

request_id: ContextVar[str] = ContextVar("cassava_request_id", default="")
_draining: ContextVar[asyncio.Event | None] = ContextVar("cassava_draining", default=None)


def draining() -> asyncio.Event:
    """Set when the server that answers this call is about to stop: a stream ends itself then."""
    return _draining.get() or asyncio.Event()


class Call:
    """One call being answered. gRPC's context takes no attributes of ours."""

    __slots__ = (
        *("around", "context", "is_logged", "is_stream", "metadata", "method", "request"),
        *("started", "unread"),
    )
    request: Message

    def __init__(
        self,
        method: str,
        context: grpc.aio.ServicerContext[Any, Any],
        unread: tuple[Callable[[bytes], Message], bytes],
        around: AroundEveryCall,
        *,
        is_stream: bool,
    ) -> None:
        self.method = method
        self.context = context
        self.around = around
        self.is_stream = is_stream
        self.is_logged = True
        self.started = time.perf_counter()
        pairs = context.invocation_metadata() or ()
        self.metadata = {key: value for key, value in pairs if isinstance(value, str)}
        self.unread = unread


def request_context(call: Call) -> None:
    """Who asks what under which id: into context variables, for the log and for onward calls."""
    said = call.metadata
    known = said.get(REQUEST_ID, "")[:_LONGEST_REQUEST_ID] or os.urandom(16).hex()
    request_id.set(known)
    tracing.trace_parent.set(tracing.accepted(said.get(tracing.TRACE_PARENT, "")))
    _draining.set(call.around.draining)
    logs.begin(rpc=call.method, request_id=known)


class _Observed:
    """One span, one log line and the metrics of a call. `context.code()` is unset on success."""

    __slots__ = ("_call", "_given", "_kind", "_peer", "_span")

    def __init__(self, call: Call) -> None:
        self._call = call
        self._kind: telemetry.Kind = "server_stream" if call.is_stream else "unary"
        self._given = call.context.time_remaining()
        # Asked now: once a cancelled call is destroyed, asking for its peer crashes the process.
        self._peer = call.context.peer()
        self._span = _span(call)

    def __enter__(self) -> None:
        telemetry.in_flight[self._kind] += 1
        self._span.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        code = "OK"
        if error is not None:
            is_left = isinstance(error, asyncio.CancelledError)
            code = "CANCELLED" if is_left else _code_name(self._call.context.code())
        telemetry.in_flight[self._kind] -= 1
        self._span.answered(code)
        _report(self._call, self._kind, code, self._given, self._peer)
        self._span.__exit__(kind, error, traceback)


def _span(call: Call) -> tracing.Span:
    """Whoever calls from outside begins a trace; a stream's life is no span."""
    name = call.method.lstrip("/")
    if call.is_stream:
        return tracing.UNRECORDED
    if MESH_TOKEN in call.metadata:
        return tracing.within(name, "server", tracing.RPC)
    return tracing.span(name, "server", attributes=tracing.RPC)


async def refuse(call: Call, error: Exception) -> NoReturn:
    """Let servicers raise what happened; put the matching status on the wire."""
    if not isinstance(error, MeshError) or error.code == MeshError.code:
        log.error("rpc_crashed", exc_info=error)
        error = _bug()  # what crashed is in the log, not on the wire
    call.is_logged = not isinstance(error, QuotaSpent) or error.is_news
    code = grpc.StatusCode[error.code]
    await call.context.abort(code, str(error), status.trailers(error))
    raise error  # never reached: abort raises


def in_time(call: Call) -> AbstractContextManager[None]:
    """Refuse what cannot be done in time, hand on what is left; a stream may last."""
    given = call.context.time_remaining()
    if given is not None and given < _LEAST_SECONDS:
        raise OutOfTime("too little time is left to begin")
    if call.is_stream:
        deadline.begin(given)
        return nullcontext()
    left = _UNTIMED_SECONDS if given is None else given
    deadline.begin(left - _KEPT_BACK_SECONDS)
    return call.around.limits.limit(left - _KEPT_BACK_SECONDS)


async def known_caller(call: Call) -> AbstractContextManager[None]:
    """Nobody unknown, nobody without the right, nobody in another tenant's data."""
    gate = call.around.gate
    shown = names_of(call.context) if gate.shows_names else None
    caller = await gate.know(call.metadata, shown)
    call.request = _read(call)
    await gate.admit(caller, call.method, call.request)
    tenant_id = getattr(call.request, "tenant_id", "") or caller.tenant_id
    logs.add(tenant_id=tenant_id, caller=caller.name)
    return gate.in_flight.one_more(caller.tenant_id, is_stream=call.is_stream)


def _read(call: Call) -> Message:
    """Parsed here and not by gRPC, which would tell the caller about our Python."""
    parse, said = call.unread
    try:
        request = parse(said)
    except DecodeError as error:
        raise InvalidInput("these bytes are not the message that this method takes") from error
    if _FROM_JSON in call.metadata and (field := field_said_twice(request.DESCRIPTOR, said)):
        raise InvalidInput(f"{field} is given twice, with different values", field=field)
    return request


def validated(call: Call) -> Message:
    """What the contract says of a field holds before a servicer reads it."""
    found = call.around.validator.collect_violations(call.request)
    wrong = [
        Violation(place(each.proto.field), in_words(each.rule_value) or each.proto.message)
        for each in found[: status.MOST_VIOLATIONS]
    ]
    if current_caller().role is not Role.MESH:  # a newer process of ours may know more than we do
        wrong += starmap(Violation, unknown_in(call.request, status.MOST_VIOLATIONS))
    if wrong:
        first = ": ".join(part for part in wrong[0] if part)
        raise InvalidInput(first, violations=wrong)
    return call.request


class AroundEveryCall(grpc.GenericRpcHandler):
    """The one adapter that knows gRPC; the concerns above do not.

    Servicers are added here and not to the server: an interceptor of gRPC's costs each call a
    coroutine more. The concerns are called by hand: a stack of generators cost a fifth of a call.
    """

    def __init__(self, gate: Gate, draining: asyncio.Event) -> None:
        self.gate = gate
        self.draining = draining
        self.limits = deadline.Limits()
        # By name: who only calls others need not keep its ten megabytes.
        self.validator: Validator = importlib.import_module("protovalidate").Validator()
        self._handlers: dict[str, Handler] = {}

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        """What generated code calls too; the methods come in the other call."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Handler]) -> None:
        """As generated code registers a servicer's methods."""
        for name, handler in handlers.items():
            method = f"/{service}/{name}"
            self._handlers[method] = (
                grpc.unary_stream_rpc_method_handler(self._stream(method, handler))
                if handler.unary_stream is not None
                else grpc.unary_unary_rpc_method_handler(self._unary(method, handler))
            )

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Handler | None:
        return self._handlers.get(handler_call_details.method)

    def _unary(self, method: str, handler: Any) -> Any:
        async def answer(said: bytes, context: grpc.aio.ServicerContext[Any, Any]) -> bytes:
            unread = (handler.request_deserializer, said)
            call = Call(method, context, unread, self, is_stream=False)
            request_context(call)
            with _Observed(call):
                try:
                    with in_time(call), await known_caller(call):
                        response = await handler.unary_unary(validated(call), context)
                        return _packed(handler, response)
                except Exception as error:
                    await refuse(call, error)

        return answer

    def _stream(self, method: str, handler: Any) -> Any:
        async def answer(
            said: bytes, context: grpc.aio.ServicerContext[Any, Any]
        ) -> AsyncIterator[bytes]:
            unread = (handler.request_deserializer, said)
            call = Call(method, context, unread, self, is_stream=True)
            request_context(call)
            with _Observed(call):
                try:
                    with in_time(call), await known_caller(call):
                        async for message in handler.unary_stream(validated(call), context):
                            yield _packed(handler, message)
                except Exception as error:
                    await refuse(call, error)

        return answer


def _packed(handler: Any, message: Message) -> bytes:
    return bytes(handler.response_serializer(message))


def _bug() -> MeshError:
    bug = MeshError("internal error")
    bug.reason = "INTERNAL"
    return bug


def _report(call: Call, kind: telemetry.Kind, code: str, given: float | None, peer: str) -> None:
    seconds = time.perf_counter() - call.started
    telemetry.note("server", call.method, kind, code, seconds)
    if not call.is_logged:
        return
    log.info(
        "rpc_answered",
        code=code,
        ms=round(seconds * 1000, 2),
        deadline_ms=None if given is None else round(given * 1000),
        attempt=int(call.metadata.get("grpc-previous-rpc-attempts", "0")) + 1,
        peer=peer,
    )


def _code_name(code: Any) -> str:
    if isinstance(code, grpc.StatusCode):
        return code.name
    names = {known.value[0]: known.name for known in grpc.StatusCode}
    return names.get(code, "UNKNOWN")
