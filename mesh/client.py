"""Dial a peer: every call gets a deadline, a request id and our identity; errors come back."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import grpc

from mesh import deadline, interceptors, retries, status, telemetry, tracing
from mesh.access import MESH_TOKEN
from mesh.certificates import of_client
from mesh.errors import OutOfTime
from mesh.renewing import RenewingChannel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from mesh.access import MeshIdentity
    from mesh.certificates import Pems

_DEFAULT_SECONDS = 5.0

_OPTIONS = (
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.max_metadata_size", 16 * 1024),
    # A peer that restarts is back within a second; gRPC's own wait grows to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
)


def dial(target: str, identity: MeshIdentity, *, audience: str) -> grpc.aio.Channel:
    """One channel for the life of the process; connects by itself, again and again.

    Import the stubs first: which methods may be repeated is read from them.
    """
    calls = _Outgoing(identity, audience)
    around: list[Any] = [_UnaryUnary(calls), _UnaryStream(calls)]
    options = [
        *_OPTIONS,
        ("grpc.enable_retries", 1),
        ("grpc.service_config", retries.service_config(retries.known_services())),
    ]
    if identity.certificates is None:
        return grpc.aio.insecure_channel(target, interceptors=around, options=options)

    def secured(pems: Pems) -> grpc.aio.Channel:
        # Whom we meant to reach is on its certificate, wherever the target leads.
        named = [*options, ("grpc.ssl_target_name_override", audience)]
        return grpc.aio.secure_channel(target, of_client(pems), interceptors=around, options=named)

    return RenewingChannel(identity.certificates, secured)


class _Outgoing:
    """What every call that leaves for one peer has in common, unary or stream."""

    def __init__(self, identity: MeshIdentity, audience: str) -> None:
        self._identity = identity
        self.audience = audience

    def signed(
        self, details: grpc.aio.ClientCallDetails, *, default_seconds: float | None
    ) -> grpc.aio.ClientCallDetails:
        """The same call with its deadline and our metadata; refuses one without any time left."""
        timeout = self._timeout(details.timeout, default_seconds)
        pairs = [(MESH_TOKEN, self._identity.token(self.audience)), *_context()]
        metadata = grpc.aio.Metadata(*(details.metadata or ()), *pairs)
        signed: grpc.aio.ClientCallDetails = details._replace(  # type: ignore[attr-defined]  # a named tuple's way to copy
            timeout=timeout, metadata=metadata
        )
        return signed

    def _timeout(self, asked: float | None, default_seconds: float | None) -> float | None:
        left = deadline.remaining()
        limits = [limit for limit in (asked or default_seconds, left) if limit is not None]
        if left is not None and left <= 0:
            raise OutOfTime(f"no time is left to ask {self.audience}")
        return min(limits, default=None)


class _UnaryUnary(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, calls: _Outgoing) -> None:
        self._calls = calls

    async def intercept_unary_unary(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Awaitable[Any]],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,
    ) -> Any:
        _identify(request)
        with _span(client_call_details.method) as span:
            details = self._calls.signed(client_call_details, default_seconds=_DEFAULT_SECONDS)
            started, code = time.perf_counter(), "CANCELLED"
            try:
                call = await continuation(details, request)
                response = await call
                code = "OK"
            except grpc.aio.AioRpcError as error:
                code = error.code().name
                raise status.from_rpc_error(error, peer=self._calls.audience) from None
            finally:
                span.answered(code)
                _report(details.method, "unary", code, started)
        return response


class _UnaryStream(grpc.aio.UnaryStreamClientInterceptor):
    """Errors of a stream arrive while it is read, not when it is opened."""

    def __init__(self, calls: _Outgoing) -> None:
        self._calls = calls

    async def intercept_unary_stream(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Awaitable[Any]],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,
    ) -> Any:
        details = self._calls.signed(client_call_details, default_seconds=None)
        return self._messages(await continuation(details, request), details.method)

    async def _messages(self, call: Any, method: str | bytes) -> AsyncIterator[Any]:
        started, code = time.perf_counter(), "CANCELLED"
        try:
            async for message in call:
                yield message
            code = "OK"
        except grpc.aio.AioRpcError as error:
            code = error.code().name
            raise status.from_rpc_error(error, peer=self._calls.audience) from None
        finally:
            call.cancel()
            _report(method, "server_stream", code, started)


def _span(method: str | bytes) -> tracing.Span:
    return tracing.within(_path(method).lstrip("/"), "client", tracing.RPC)


def _report(method: str | bytes, kind: telemetry.Kind, code: str, started: float) -> None:
    telemetry.note("client", _path(method), kind, code, time.perf_counter() - started)


def _path(method: str | bytes) -> str:
    return method.decode() if isinstance(method, bytes) else method


def _identify(request: Any) -> None:
    """Fill an empty request_id: a repeat below us sends the same bytes, so it is one effect."""
    fields = request.DESCRIPTOR.fields_by_name
    if "request_id" in fields and not request.request_id:
        request.request_id = str(uuid.uuid4())


def _context() -> list[tuple[str, str]]:
    known = (
        (interceptors.REQUEST_ID, interceptors.request_id.get()),
        (tracing.TRACE_PARENT, tracing.trace_parent.get()),
    )
    return [(key, value) for key, value in known if value]
