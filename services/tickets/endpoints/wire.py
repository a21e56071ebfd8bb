"""Endpoints, deliveries and attempts to the contract and back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cassava.tickets.v1 import endpoint_pb2 as pb
from google.protobuf.duration_pb2 import Duration

from mesh.errors import InvalidInput
from mesh.ids import uuid7
from mesh.times import from_duration, from_timestamp, to_timestamp
from services.tickets.endpoints.attempt import Attempt, Range
from services.tickets.endpoints.endpoint import Endpoint
from services.tickets.names import name_of, number_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from asyncpg import Record

CHANGEABLE = frozenset({"url", "description", "types", "state"})
KEEP_OLD_SECRETS = timedelta(hours=24)


def endpoint_from_proto(
    tenant_id: str, said: pb.Endpoint, *, known: Endpoint | None = None
) -> Endpoint:
    """What people set; identity, version and health are kept as they are known."""
    base = known or Endpoint(tenant_id, uuid7(), said.url)
    state = name_of(pb.Endpoint.State, said.state) or "enabled"
    return Endpoint(
        tenant_id=base.tenant_id,
        id=base.id,
        url=said.url,
        description=said.description,
        types=tuple(sorted(set(said.types))),
        state=base.state,
        disabled_reason=base.disabled_reason,
        last_failed_at=base.last_failed_at,
        failing_since=base.failing_since,
        version=base.version,
        created_at=base.created_at,
    ).enabled_by_hand(is_enabled=state == "enabled")


def endpoint_to_proto(endpoint: Endpoint) -> pb.Endpoint:
    return pb.Endpoint(
        id=str(endpoint.id),
        tenant_id=endpoint.tenant_id,
        url=endpoint.url,
        description=endpoint.description,
        types=endpoint.types,
        state=number_of(pb.Endpoint.State, endpoint.state),
        disabled_reason=endpoint.disabled_reason,
        failing_since_time=to_timestamp(endpoint.failing_since),
        create_time=to_timestamp(endpoint.created_at),
        etag=str(endpoint.version),
    )


def delivery_to_proto(row: Record, attempts: Iterable[Record] = ()) -> pb.EndpointDelivery:
    is_pending = row["state"] == "pending"
    return pb.EndpointDelivery(
        id=str(row["id"]),
        endpoint_id=str(row["endpoint_id"]),
        event_type=row["event_kind"],
        event_sequence=row["event_tseq"],
        state=number_of(pb.EndpointDelivery.State, row["state"]),
        due_time=to_timestamp(row["due_at"]) if is_pending else None,
        create_time=to_timestamp(row["created_at"]),
        attempts=[_attempt_to_proto(attempt) for attempt in attempts],
    )


def attempt_from_proto(said: pb.FinishEndpointDeliveryRequest) -> Attempt:
    return Attempt(
        http_status=said.http_status,
        error=said.error,
        duration=from_duration(said.duration),
        retry_after=from_duration(said.retry_after) if said.HasField("retry_after") else None,
    )


def range_from_proto(said: pb.ReplayEndpointRequest, now: datetime) -> Range:
    """Raise `InvalidInput` where there is neither a delivery nor a range that makes sense."""
    start, end = from_timestamp(said.start_time), from_timestamp(said.end_time) or now
    if start is None:
        raise InvalidInput("name a delivery, or where the range begins", field="start_time")
    if end <= start:
        raise InvalidInput("the range ends after it begins", field="end_time")
    return Range(start, end)


def keep_from_proto(said: pb.RotateEndpointSecretRequest) -> timedelta:
    keep = from_duration(said.keep_old_for) if said.HasField("keep_old_for") else KEEP_OLD_SECRETS
    if not timedelta() <= keep <= timedelta(days=30):
        raise InvalidInput("an old secret may live on for 0 s to 30 days", field="keep_old_for")
    return keep


def _attempt_to_proto(row: Record) -> pb.EndpointAttempt:
    duration = Duration()
    duration.FromMilliseconds(row["duration_ms"])
    return pb.EndpointAttempt(
        number=row["attempt"],
        time=to_timestamp(row["at"]),
        duration=duration,
        http_status=row["http_status"],
        error=row["error"],
    )
