"""PrivacyService: a copy of everything, and its deletion."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import privacy_pb2 as pb
from cassava.tickets.v1 import privacy_pb2_grpc as rpc
from google.api import httpbody_pb2

from mesh import deadline
from mesh.access import current_caller
from services.tickets.audit.store import AuditStore
from services.tickets.customers.store import CustomerStore
from services.tickets.privacy import wire
from services.tickets.privacy.erasure import State
from services.tickets.privacy.export import pieces
from services.tickets.privacy.store import ErasureStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import grpc

    from mesh.interceptors import Context
    from mesh.postgres import Connection, Pool
    from services.tickets.bells import Bells
    from services.tickets.privacy.eraser import Eraser
    from services.tickets.privacy.erasure import Erasure

_LEASE_SECONDS = 60.0
# How long a caller waits for the other services; a fraction of what is left of its deadline.
_PATIENCE_SECONDS, _LOOK_SECONDS = 3.0, 0.05
_JSON_LINES = "application/x-ndjson"


class PrivacyServicer(rpc.PrivacyServiceServicer):
    def __init__(self, pool: Pool, bells: Bells, eraser: Eraser) -> None:
        self._pool = pool
        self._bells = bells
        self._eraser = eraser

    async def EraseCustomer(
        self, request: pb.EraseCustomerRequest, context: Context
    ) -> pb.EraseCustomerResponse:
        customer_id = UUID(request.customer_id)
        async with self._pool.transaction(request.tenant_id) as connection:
            if await self._eraser.begin(connection, request.tenant_id, customer_id):
                await _note(connection, request.tenant_id, "customer.erased", customer_id)
        erasure = await self._eraser.go_on(request.tenant_id, customer_id)
        if erasure.state is not State.DONE:
            self._bells.erasures()
            erasure = await self._settled(request.tenant_id, erasure)
        return pb.EraseCustomerResponse(erasure=wire.erasure_to_proto(erasure))

    async def GetErasure(
        self, request: pb.GetErasureRequest, context: Context
    ) -> pb.GetErasureResponse:
        erasure = await self._eraser.standing(request.tenant_id, UUID(request.customer_id))
        return pb.GetErasureResponse(erasure=wire.erasure_to_proto(erasure))

    async def ExportCustomer(
        self,
        request: pb.ExportCustomerRequest,
        context: grpc.aio.ServicerContext[
            pb.ExportCustomerRequest, AsyncIterator[pb.ExportCustomerResponse]
        ],
    ) -> AsyncIterator[pb.ExportCustomerResponse]:
        async with self._pool.transaction(request.tenant_id) as connection:
            customer = await CustomerStore(connection).get(UUID(request.customer_id))
            await _note(connection, request.tenant_id, "customer.exported", customer.id)
        async for data in pieces(self._pool, customer):
            body = httpbody_pb2.HttpBody(content_type=_JSON_LINES, data=data)
            yield pb.ExportCustomerResponse(lines=body)

    async def ClaimErasures(
        self, request: pb.ClaimErasuresRequest, context: Context
    ) -> pb.ClaimErasuresResponse:
        async with self._pool.transaction(None) as connection:
            claims = await ErasureStore(connection).claim(request.free_slots, _LEASE_SECONDS)
        response = pb.ClaimErasuresResponse()
        for claim in claims:
            erasure = await self._eraser.go_on(claim["tenant_id"], claim["customer_id"])
            response.erasures.append(wire.claimed_to_proto(claim, erasure))
        return response

    async def FinishErasure(
        self, request: pb.FinishErasureRequest, context: Context
    ) -> pb.FinishErasureResponse:
        customer_id = UUID(request.customer_id)
        async with self._pool.transaction(request.tenant_id) as connection:
            store = ErasureStore(connection)
            if await store.finish(customer_id, request.fence):
                await store.count(customer_id, dict(request.removed))
        self._bells.log()
        return pb.FinishErasureResponse()

    async def _settled(self, tenant_id: str, erasure: Erasure) -> Erasure:
        """As it stands when the others have forgotten, or patience ends."""
        ends_at = monotonic() + deadline.at_most(_PATIENCE_SECONDS) / 2
        while erasure.state is not State.DONE and monotonic() < ends_at:
            await asyncio.sleep(_LOOK_SECONDS)
            erasure = await self._eraser.standing(tenant_id, erasure.customer_id)
        return erasure


async def _note(connection: Connection, tenant_id: str, action: str, customer_id: UUID) -> None:
    await AuditStore(connection).append(tenant_id, current_caller(), action, str(customer_id))
