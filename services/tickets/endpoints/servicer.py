"""EndpointService: people keep endpoints and look into the ledger; workers deliver."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import endpoint_pb2 as pb
from cassava.tickets.v1 import endpoint_pb2_grpc as rpc

from mesh import pages
from mesh.access import current_caller
from mesh.errors import InvalidInput
from mesh.times import to_timestamp
from mesh.transactions import change, read
from services.tickets import masks
from services.tickets.audit.store import AuditStore
from services.tickets.endpoints import secret, wire
from services.tickets.endpoints.endpoint import (
    PENDING_MOST,
    EndpointDisabled,
    EndpointQueueFull,
)
from services.tickets.endpoints.queue import EndpointQueue
from services.tickets.endpoints.store import EndpointStore
from services.tickets.names import name_of
from services.tickets.position import next_page, position_of
from services.tickets.tenants.store import TenantStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mesh.interceptors import Context
    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool
    from services.tickets.channels.sealing import Sealer
    from services.tickets.endpoints.dispatch import Dispatch
    from services.tickets.endpoints.endpoint import Endpoint


class EndpointServicer(rpc.EndpointServiceServicer):
    def __init__(  # noqa: PLR0913  # what a room is made of
        self,
        pool: Pool,
        pages: Pages,
        sealer: Sealer,
        dispatch: Dispatch,
        now: Callable[[], datetime],
        *,
        may_be_plain: bool,
    ) -> None:
        self._pool = pool
        self._pages = pages
        self._sealer = sealer
        self._dispatch = dispatch
        self._now = now
        self._may_be_plain = may_be_plain

    @change
    async def CreateEndpoint(
        self, request: pb.CreateEndpointRequest, connection: Connection
    ) -> pb.CreateEndpointResponse:
        await TenantStore(connection).get(request.tenant_id)
        endpoint = wire.endpoint_from_proto(request.tenant_id, request.endpoint)
        endpoint.check(may_be_plain=self._may_be_plain)
        store = EndpointStore(connection)
        endpoint = await store.open(endpoint)
        await store.add_secret(endpoint, secret.made(endpoint, self._sealer), timedelta())
        await _note(connection, endpoint, "endpoint.created")
        return pb.CreateEndpointResponse(endpoint=wire.endpoint_to_proto(endpoint))

    @read
    async def GetEndpoint(
        self, request: pb.GetEndpointRequest, connection: Connection
    ) -> pb.GetEndpointResponse:
        endpoint = await EndpointStore(connection).get(UUID(request.endpoint_id))
        return pb.GetEndpointResponse(endpoint=wire.endpoint_to_proto(endpoint))

    @read
    async def ListEndpoints(
        self, request: pb.ListEndpointsRequest, connection: Connection
    ) -> pb.ListEndpointsResponse:
        size, after = pages.size(request.page_size), position_of(self._pages, request)
        found = await EndpointStore(connection).page(after, size + 1)
        response = pb.ListEndpointsResponse(
            endpoints=[wire.endpoint_to_proto(endpoint) for endpoint in found[:size]]
        )
        if len(found) > size:
            last = found[size - 1]
            response.next_page_token = next_page(self._pages, request, (last.created_at, last.id))
        return response

    @change
    async def UpdateEndpoint(
        self, request: pb.UpdateEndpointRequest, connection: Connection
    ) -> pb.UpdateEndpointResponse:
        store = EndpointStore(connection)
        known = await store.locked(UUID(request.endpoint_id))
        known.expect(request.endpoint.etag)
        chosen = masks.paths(request.update_mask, request.endpoint, wire.CHANGEABLE)
        wanted = wire.endpoint_to_proto(known)
        masks.apply(chosen, request.endpoint, wanted)
        endpoint = wire.endpoint_from_proto(known.tenant_id, wanted, known=known)
        endpoint.check(may_be_plain=self._may_be_plain)
        endpoint = await store.save(endpoint)
        if not endpoint.is_enabled:
            await EndpointQueue(connection).cancel(endpoint.id)
        await _note(connection, endpoint, "endpoint.updated", ",".join(chosen))
        return pb.UpdateEndpointResponse(endpoint=wire.endpoint_to_proto(endpoint))

    @change
    async def DeleteEndpoint(
        self, request: pb.DeleteEndpointRequest, connection: Connection
    ) -> pb.DeleteEndpointResponse:
        store = EndpointStore(connection)
        endpoint = await store.locked(UUID(request.endpoint_id))
        await store.end(endpoint.id)
        await EndpointQueue(connection).cancel(endpoint.id)
        await _note(connection, endpoint, "endpoint.deleted")
        return pb.DeleteEndpointResponse()

    @change
    async def GetEndpointSecret(
        self, request: pb.GetEndpointSecretRequest, connection: Connection
    ) -> pb.GetEndpointSecretResponse:
        """A read that leaves a trace, so a change; it has no request_id, so no answer is kept."""
        store = EndpointStore(connection)
        endpoint = await store.get(UUID(request.endpoint_id))
        newest, *_ = await store.live_secrets(endpoint.id)
        await _note(connection, endpoint, "endpoint.secret_shown")
        shown = secret.opened(endpoint.tenant_id, newest, self._sealer)
        return pb.GetEndpointSecretResponse(secret=shown)

    @change
    async def RotateEndpointSecret(
        self, request: pb.RotateEndpointSecretRequest, connection: Connection
    ) -> pb.RotateEndpointSecretResponse:
        store, keep = EndpointStore(connection), wire.keep_from_proto(request)
        endpoint = await store.locked(UUID(request.endpoint_id))
        old_ends_at = await store.add_secret(endpoint, secret.made(endpoint, self._sealer), keep)
        await _note(connection, endpoint, "endpoint.secret_rotated")
        return pb.RotateEndpointSecretResponse(old_expire_time=to_timestamp(old_ends_at))

    @read
    async def ListEndpointDeliveries(
        self, request: pb.ListEndpointDeliveriesRequest, connection: Connection
    ) -> pb.ListEndpointDeliveriesResponse:
        endpoint = await EndpointStore(connection).get(UUID(request.endpoint_id))
        size, after = pages.size(request.page_size), position_of(self._pages, request)
        state = name_of(pb.EndpointDelivery.State, request.state)
        rows = await EndpointQueue(connection).page(endpoint.id, state, after, size + 1)
        response = pb.ListEndpointDeliveriesResponse(
            deliveries=[wire.delivery_to_proto(row) for row in rows[:size]]
        )
        if len(rows) > size:
            last = rows[size - 1]
            response.next_page_token = next_page(
                self._pages, request, (last["created_at"], last["id"])
            )
        return response

    @read
    async def GetEndpointDelivery(
        self, request: pb.GetEndpointDeliveryRequest, connection: Connection
    ) -> pb.GetEndpointDeliveryResponse:
        endpoint = await EndpointStore(connection).get(UUID(request.endpoint_id))
        queue = EndpointQueue(connection)
        row = await queue.get(endpoint.id, UUID(request.delivery_id))
        attempts = await queue.attempts(row["id"])
        return pb.GetEndpointDeliveryResponse(delivery=wire.delivery_to_proto(row, attempts))

    @change
    async def ReplayEndpoint(
        self, request: pb.ReplayEndpointRequest, connection: Connection
    ) -> pb.ReplayEndpointResponse:
        endpoint = await EndpointStore(connection).locked(UUID(request.endpoint_id))
        if not endpoint.is_enabled:
            raise EndpointDisabled(endpoint.id)
        queue = EndpointQueue(connection)
        waiting = await queue.pending(endpoint.id)
        chosen = await self._chosen(request, queue, endpoint)
        replayed = await queue.again(chosen)
        if waiting + replayed > PENDING_MOST:
            raise EndpointQueueFull(PENDING_MOST - waiting)
        await _note(connection, endpoint, "endpoint.replayed", str(replayed))
        return pb.ReplayEndpointResponse(replayed=replayed)

    @read
    async def GetReplyHook(
        self, request: pb.GetReplyHookRequest, connection: Connection
    ) -> pb.GetReplyHookResponse:
        store = EndpointStore(connection)
        endpoint = await store.get(UUID(request.endpoint_id))
        if not endpoint.is_enabled:
            raise EndpointDisabled(endpoint.id)
        sealed = await store.live_secrets(endpoint.id)
        shown = [secret.opened(endpoint.tenant_id, one, self._sealer) for one in sealed]
        return pb.GetReplyHookResponse(url=endpoint.url, secrets=shown)

    async def ClaimEndpointDeliveries(
        self, request: pb.ClaimEndpointDeliveriesRequest, context: Context
    ) -> pb.ClaimEndpointDeliveriesResponse:
        await self._dispatch.feed()
        claimed = await self._dispatch.claim(request.free_slots)
        return pb.ClaimEndpointDeliveriesResponse(deliveries=claimed)

    async def FinishEndpointDelivery(
        self, request: pb.FinishEndpointDeliveryRequest, context: Context
    ) -> pb.FinishEndpointDeliveryResponse:
        came = wire.attempt_from_proto(request)
        delivery_id = UUID(request.delivery_id)
        await self._dispatch.finish(request.tenant_id, delivery_id, request.fence, came)
        return pb.FinishEndpointDeliveryResponse()

    async def _chosen(
        self, request: pb.ReplayEndpointRequest, queue: EndpointQueue, endpoint: Endpoint
    ) -> list[UUID]:
        if not request.delivery_id:
            chosen = wire.range_from_proto(request, self._now())
            return await queue.in_range(endpoint.id, chosen, PENDING_MOST + 1)
        try:
            delivery_id = UUID(request.delivery_id)
        except ValueError:
            raise InvalidInput("a delivery's id is a UUID", field="delivery_id") from None
        return [(await queue.get(endpoint.id, delivery_id))["id"]]


async def _note(connection: Connection, endpoint: Endpoint, action: str, detail: str = "") -> None:
    await AuditStore(connection).append(
        endpoint.tenant_id, current_caller(), action, str(endpoint.id), detail
    )
