"""InboxService: the moment a message becomes ours. One commit a batch, then a word on each item."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cassava.tickets.v1 import inbox_pb2 as pb
from cassava.tickets.v1 import inbox_pb2_grpc as rpc

from mesh import telemetry
from mesh.access import current_caller
from mesh.errors import InvalidInput
from services.tickets.deliveries.receipts import ReceiptStore
from services.tickets.inbox import wire
from services.tickets.inbox.traces import each_item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassava.tickets.v1.inbox_pb2 import InboundItem

    from mesh.interceptors import Context
    from mesh.postgres import Pool
    from services.tickets.bells import Bells
    from services.tickets.inbox.accepting import Accepting
    from services.tickets.inbox.spooling import Spooling
    from services.tickets.peers import Letters

_batches = telemetry.histogram(
    "cassava_inbox_batch_size", "Items an Accept.", (1, 2, 4, 8, 16, 32, 64)
)


class InboxServicer(rpc.InboxServiceServicer):
    def __init__(
        self,
        accepting: Accepting,
        spooling: Spooling,
        bells: Bells,
        letters: Letters,
        receipts: Pool,
    ) -> None:
        self._accepting = accepting
        self._spooling = spooling
        self._bells = bells
        self._letters = letters
        self._receipts = receipts

    async def Accept(self, request: pb.AcceptRequest, context: Context) -> pb.AcceptResponse:
        items = list(_of_the_caller(request))
        with each_item(items):
            results = await self._spooling.take(items)
            sorted_now = [n for n in range(len(items)) if n not in results]
            stored = await self._accepting.accept([items[n] for n in sorted_now])
        results |= dict(zip(sorted_now, stored, strict=True))
        self._bells.surge.took(
            Counter(items[n].tenant_id for n, result in results.items() if result.is_new)
        )
        if rung := {items[n].tenant_id for n in sorted_now if results[n].is_new}:
            self._bells.messages(rung)
        _batches.observe(len(items))
        return pb.AcceptResponse(
            results=[wire.result_to_proto(results[n]) for n in range(len(items))]
        )

    async def RecordReceipts(
        self, request: pb.RecordReceiptsRequest, context: Context
    ) -> pb.RecordReceiptsResponse:
        recorded = 0
        for tenant_id, receipts in wire.receipts_by_tenant(request.receipts).items():
            async with self._receipts.transaction(tenant_id) as connection:
                recorded += await ReceiptStore(connection).record(tenant_id, receipts)
        if recorded:
            self._bells.log()
            self._bells.deliveries()  # what failed late may leave again
        return pb.RecordReceiptsResponse(recorded=recorded)

    async def ListDeadLetters(
        self, request: pb.ListDeadLettersRequest, context: Context
    ) -> pb.ListDeadLettersResponse:
        return await self._letters.ListDeadLetters(request, context)

    async def GetDeadLetter(
        self, request: pb.GetDeadLetterRequest, context: Context
    ) -> pb.GetDeadLetterResponse:
        return await self._letters.GetDeadLetter(request, context)

    async def ReplayDeadLetter(
        self, request: pb.ReplayDeadLetterRequest, context: Context
    ) -> pb.ReplayDeadLetterResponse:
        return await self._letters.ReplayDeadLetter(request, context)

    async def ClaimReplays(
        self, request: pb.ClaimReplaysRequest, context: Context
    ) -> pb.ClaimReplaysResponse:
        return await self._letters.ClaimReplays(request, context)

    async def FinishReplay(
        self, request: pb.FinishReplayRequest, context: Context
    ) -> pb.FinishReplayResponse:
        return await self._letters.FinishReplay(request, context)


def _of_the_caller(request: pb.AcceptRequest) -> Iterable[InboundItem]:
    """An ingest key hands in for its own tenant only; the mesh names a tenant in each item."""
    own = current_caller().tenant_id
    for n, item in enumerate(request.items):
        if own and item.tenant_id not in {"", own}:
            raise InvalidInput(f"items[{n}].tenant_id is not this key's tenant", field="items")
        if own:  # it is told of a conflict, so nothing of its may wait
            item.tenant_id, item.may_wait = own, False
        yield item
