"""Tickets as the edge's live half knows it: a log a tenant, tokens, keys; in memory, at no cost."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import grpc
from cassava.tickets.v1 import access_pb2, access_pb2_grpc, event_pb2, event_pb2_grpc
from cassava.type.v1.access_pb2 import Caller
from grpc_health.v1 import health_pb2, health_pb2_grpc

from mesh.valkey import Valkey

EPOCH = "bench"
# The edge allows fifty connections a key.
_SOCKETS_A_KEY = 50
_PAGE = 100


class EventLog(
    event_pb2_grpc.EventServiceServicer,
    access_pb2_grpc.AccessServiceServicer,
    health_pb2_grpc.HealthServicer,  # type: ignore[misc]  # it comes without types
):
    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey
        self._events: dict[str, list[event_pb2.Event]] = defaultdict(list)

    def register(self, server: grpc.aio.Server) -> None:
        event_pb2_grpc.add_EventServiceServicer_to_server(self, server)
        access_pb2_grpc.add_AccessServiceServicer_to_server(self, server)
        health_pb2_grpc.add_HealthServicer_to_server(self, server)

    async def happens(self, tenant_id: str) -> None:
        """One event more, and the mark that tells live readers."""
        log = self._events[tenant_id]
        event = event_pb2.Event(
            id=f"{tenant_id}-{len(log)}",
            sequence=len(log) + 1,
            epoch=EPOCH,
            tenant_id=tenant_id,
            type="message.received",
        )
        event.occurred_at.GetCurrentTime()
        event.data.update({"message_id": "0190a000-0000-7000-8000-00000000000c", "kind": "text"})
        log.append(event)
        stream = f"live:{tenant_id}:{EPOCH}"
        await self._valkey.append(stream, f"{len(log)}-0", {"head": str(len(log))}, 1000)

    async def ListEvents(self, request: Any, context: Any) -> Any:  # noqa: N802  # the contract's
        log = self._events[request.tenant_id]
        page = log[request.after : request.after + (request.page_size or _PAGE)]
        return event_pb2.ListEventsResponse(events=page, head=len(log), epoch=EPOCH)

    async def RedeemLiveToken(self, request: Any, context: Any) -> Any:  # noqa: N802  # the contract's
        """A token is `<tenant>.<number>`."""
        tenant_id, _, number = request.token.partition(".")
        key_id = f"{tenant_id}-{int(number) // _SOCKETS_A_KEY}"
        return access_pb2.RedeemLiveTokenResponse(
            tenant_id=tenant_id, role=Caller.CALLER_AGENT, key_id=key_id
        )

    async def CheckKey(self, request: Any, context: Any) -> Any:  # noqa: N802  # the contract's
        return access_pb2.CheckKeyResponse()

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802  # the contract's
        return health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.SERVING)
