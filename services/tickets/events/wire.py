"""Events to the contract: one envelope for gRPC, sockets and webhooks."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from cassava.tickets.v1 import event_pb2

from mesh import tracing
from mesh.times import to_timestamp

if TYPE_CHECKING:
    from asyncpg import Record

_EVENTS = UUID("5f0c1f0e-5d0b-5b7c-9d0e-0c6a55a7a002")


def event_to_proto(row: Record, epoch: str) -> event_pb2.Event:
    data = json.loads(row["payload"])
    event = event_pb2.Event(
        id=str(uuid5(_EVENTS, str(row["id"]))),
        sequence=row["tseq"],
        epoch=epoch,
        tenant_id=row["tenant_id"],
        type=row["kind"],
        occurred_at=to_timestamp(_moment(row["created_at"], data)),
        conversation_id=str(row["conversation_id"] or ""),
        ticket_id=str(row["ticket_id"] or ""),
        trace_id=tracing.trace_id(row["traceparent"] or ""),
    )
    event.data.update(data)
    return event


def _moment(written: datetime, data: dict[str, Any]) -> datetime:
    """When it was written, or the true instant of what was noticed afterwards."""
    said = data.pop("occurred_at", None)
    return datetime.fromisoformat(said) if said else written


def watched_to_proto(event: event_pb2.Event) -> event_pb2.WatchResponse:
    """The same envelope, as a frame of a stream: field by field, by the same numbers."""
    return event_pb2.WatchResponse.FromString(event.SerializeToString())
