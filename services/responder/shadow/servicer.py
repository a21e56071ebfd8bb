"""ShadowService: what answers beside, and how that compares."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from cassava.responder.v1 import shadow_pb2 as pb
from cassava.responder.v1 import shadow_pb2_grpc as rpc

from mesh import pages
from mesh.errors import InvalidInput
from mesh.transactions import change, read
from services.responder.providers.provider import Condition
from services.responder.shadow import wire
from services.responder.shadow.store import ShadowStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from mesh.postgres import Connection, Pool
    from services.responder.providers.provider import Tier
    from services.responder.rung import Rung


class ShadowServicer(rpc.ShadowServiceServicer):
    def __init__(
        self, pool: Pool, rung_for: Callable[[Tier, str], Rung], signing: pages.Pages
    ) -> None:
        self._pool = pool
        self._rung_for = rung_for
        self._pages = signing

    @change
    async def StartShadow(
        self, request: pb.StartShadowRequest, connection: Connection
    ) -> pb.StartShadowResponse:
        shadow = wire.shadow_from_proto(request.shadow)
        state = self._rung_for(shadow.tier, shadow.model).provider.state()
        if state.condition in {Condition.DISABLED, Condition.MISCONFIGURED}:
            raise InvalidInput(f"{shadow.tier} cannot answer: {state.remedy}", field="shadow.tier")
        started = await ShadowStore(connection, request.tenant_id).start(shadow)
        return pb.StartShadowResponse(shadow=wire.shadow_to_proto(started))

    @change
    async def StopShadow(
        self, request: pb.StopShadowRequest, connection: Connection
    ) -> pb.StopShadowResponse:
        await ShadowStore(connection, request.tenant_id).stop()
        return pb.StopShadowResponse()

    @read
    async def CompareReplies(
        self, request: pb.CompareRepliesRequest, connection: Connection
    ) -> pb.CompareRepliesResponse:
        store = ShadowStore(connection, request.tenant_id)
        shadow = await store.find(_id(request.shadow_id))
        if shadow is None:
            return pb.CompareRepliesResponse()
        return wire.comparison_to_proto(shadow, await store.compare(shadow.id))

    @read
    async def ListReplyPairs(
        self, request: pb.ListReplyPairsRequest, connection: Connection
    ) -> pb.ListReplyPairsResponse:
        size, after = pages.size(request.page_size), self._pages.unsign(request)
        before = (datetime.fromisoformat(str(after[0])), UUID(str(after[1]))) if after else None
        store = ShadowStore(connection, request.tenant_id)
        shadow = await store.find(_id(request.shadow_id))
        if shadow is None:
            return pb.ListReplyPairsResponse()
        found = await store.newest(
            shadow.id, size + 1, before=before, is_differing=request.differing
        )
        shown, token = found[:size], ""
        if len(found) > size and (asked_at := shown[-1].asked_at):
            token = self._pages.sign(request, asked_at.isoformat(), str(shown[-1].id))
        return pb.ListReplyPairsResponse(
            pairs=[wire.pair_to_proto(pair) for pair in shown], next_page_token=token
        )


def _id(said: str) -> UUID | None:
    return UUID(said) if said else None
