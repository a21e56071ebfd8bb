"""An error to google.rpc.Status, and back."""

from __future__ import annotations

import math

import grpc
from google.protobuf.message import DecodeError
from google.rpc import (
    error_details_pb2,
    status_pb2,
)

from mesh.errors import KINDS, InvalidInput, MeshError, OutOfTime, TooMany, Unavailable, Violation

DOMAIN = "cassava-support"
DETAILS_KEY = "grpc-status-details-bin"
# Metadata over 16 KiB is refused by the peer: a form with more mistakes than this is cut.
MOST_VIOLATIONS = 50
_MOST_CHARACTERS = 200
_KIND_OF_CODE = {kind.code: kind for kind in KINDS}


def to_status(error: MeshError) -> status_pb2.Status:
    """One ErrorInfo always; BadRequest and RetryInfo where the kind has them."""
    code: int = grpc.StatusCode[error.code].value[0]
    status = status_pb2.Status(code=code, message=str(error))
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN))
    if isinstance(error, InvalidInput) and error.violations:
        status.details.add().Pack(_bad_request(error))
    if isinstance(error, TooMany):
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromMilliseconds(int(error.retry_after_seconds * 1000))
        status.details.add().Pack(retry)
    return status


def trailers(error: MeshError) -> tuple[tuple[str, str | bytes], ...]:
    """The trailing metadata in which gRPC carries a Status."""
    packed = ((DETAILS_KEY, to_status(error).SerializeToString()),)
    if isinstance(error, TooMany):  # Envoy makes a header of it for callers of HTTP
        return (*packed, ("retry-after", str(max(1, math.ceil(error.retry_after_seconds)))))
    return packed


def from_rpc_error(error: grpc.aio.AioRpcError, *, peer: str) -> MeshError:
    """The kind of error the other side raised, with its message and its reason."""
    code = error.code().name
    status = _status_of(error)
    if status is None:
        return _from_the_channel(code, peer)
    kind = _KIND_OF_CODE.get(code, MeshError)
    raised = kind(status.message)
    for detail in status.details:
        _read_detail(raised, detail)
    return raised


def _bad_request(error: InvalidInput) -> error_details_pb2.BadRequest:
    bad = error_details_pb2.BadRequest()
    for violation in error.violations[:MOST_VIOLATIONS]:
        bad.field_violations.add(
            field=violation.field[:_MOST_CHARACTERS],
            description=violation.description[:_MOST_CHARACTERS],
        )
    return bad


def _status_of(error: grpc.aio.AioRpcError) -> status_pb2.Status | None:
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS_KEY and isinstance(value, bytes):
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                return None
    return None


def _from_the_channel(code: str, peer: str) -> MeshError:
    """No Status: gRPC itself speaks, and its words name hosts and sockets."""
    if code == OutOfTime.code:
        return OutOfTime(f"{peer} did not answer in time")
    if code == Unavailable.code:
        return Unavailable(f"{peer} cannot be reached")
    if code == TooMany.code:
        return TooMany(f"{peer} has too much to do")
    kind = _KIND_OF_CODE.get(code, MeshError)
    return kind(f"{peer} failed with {code}")


def _read_detail(raised: MeshError, detail: object) -> None:
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    if detail.Unpack(info):  # type: ignore[attr-defined]  # an Any; the stubs hide its class
        raised.reason = info.reason
    elif isinstance(raised, InvalidInput) and detail.Unpack(bad):  # type: ignore[attr-defined]
        raised.violations = tuple(Violation(v.field, v.description) for v in bad.field_violations)
    elif isinstance(raised, TooMany) and detail.Unpack(retry):  # type: ignore[attr-defined]
        raised.retry_after_seconds = retry.retry_delay.ToMilliseconds() / 1000
