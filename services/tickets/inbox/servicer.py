"""InboxService: the moment a message becomes ours. One commit a batch, then a word on each item."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import defaultdict
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import structlog
from cassava.tickets.v1 import inbox_pb2 as pb
from cassava.tickets.v1 import inbox_pb2_grpc as rpc

from mesh import telemetry
from mesh.access import current_caller
from mesh.crash import crash_point
from mesh.errors import InvalidInput, MeshError
from services.tickets.deliveries.receipts import ReceiptStore
from services.tickets.inbox import wire
from services.tickets.inbox.arrival import Arrival, Letter, Result, Status
from services.tickets.inbox.asides import AsideStore
from services.tickets.inbox.hearing import hear
from services.tickets.inbox.store import InboxStore
from services.tickets.inbox.traces import each_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from cassava.tickets.v1.inbox_pb2 import InboundItem

    from mesh.interceptors import Context
    from mesh.postgres import Pool
    from services.tickets.bells import Bells
    from services.tickets.peers import Letters
    from services.tickets.privacy.tombstone import Tombstones

log = structlog.get_logger()
# What these say of a statement, they say of its data: the item is at fault, not we.
_ITEM_AT_FAULT = ("22", "23", "54", "42501")
# More offenders than this in one batch: a bad migration looks like that, not bad data.
_OFFENDERS_MOST = 3
_REMEMBER_OFFENDERS_SECONDS = 600
_AT_ONCE = 4
_items = telemetry.counter(
    "cassava_inbox_items", "Items by what became of them.", {"status": tuple(Status)}
)
_batches = telemetry.histogram(
    "cassava_inbox_batch_size", "Items an Accept.", (1, 2, 4, 8, 16, 32, 64)
)


class InboxServicer(rpc.InboxServiceServicer):
    def __init__(  # noqa: PLR0913, PLR0917  # what a message passes on its way in
        self,
        pool: Pool,
        bells: Bells,
        now: Callable[[], datetime],
        letters: Letters,
        receipts: Pool,
        tombstones: Tombstones,
    ) -> None:
        self._pool = pool
        self._bells = bells
        self._now = now
        self._letters = letters
        self._receipts = receipts
        self._tombstones = tombstones
        self._offenders: dict[bytes, float] = {}

    async def Accept(self, request: pb.AcceptRequest, context: Context) -> pb.AcceptResponse:
        with each_item(request.items):
            return await self._accept(request)

    async def _accept(self, request: pb.AcceptRequest) -> pb.AcceptResponse:
        now = self._now()
        items = [
            wire.item_from_proto(n, item, now) for n, item in enumerate(_of_the_caller(request))
        ]
        arrivals = [item for item in items if isinstance(item, Arrival)]
        results = await self._keep([item for item in items if isinstance(item, Letter)])
        alone = [a for a in arrivals if not a.is_plain or self._offended(a)]
        together = [a for a in arrivals if a.is_plain and not self._offended(a)]
        results |= await self._together(together)
        alone += [a for a in together if results.get(a.index) == Result(Status.RETRY)]
        results |= await self._alone(alone, request.items)
        crash_point("tickets.accept.after_commit")
        self._bells.messages(
            a.tenant_id for a in arrivals if results[a.index].status is Status.ACCEPTED
        )
        _batches.observe(len(items))
        for result in results.values():
            _items.labels(result.status).inc()
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

    async def _together(self, arrivals: Sequence[Arrival]) -> dict[int, Result]:
        """One transaction, tenants in order. RETRY: run it alone; anything but bad data raises."""
        if not arrivals:
            return {}
        results: dict[int, Result] = {}
        try:
            tenants = sorted(_by_tenant(arrivals).items())
            async with self._pool.transaction(tenants[0][0]) as connection:
                store = InboxStore(connection, self._tombstones, sees=tenants[0][0])
                for tenant_id, own in tenants:
                    results |= (kept := await store.accept(tenant_id, own, wait=False))
                    await hear(connection, tenant_id, own, kept)
                crash_point("tickets.accept.before_commit")
        except Exception as error:
            if not _sqlstate(error).startswith(_ITEM_AT_FAULT):
                raise
            return {a.index: Result(Status.RETRY) for a in arrivals}
        return results

    async def _alone(
        self, arrivals: Sequence[Arrival], items: Sequence[InboundItem]
    ) -> dict[int, Result]:
        """One transaction each, in order within a conversation; an offender becomes a dead
        letter.
        """
        limit = asyncio.Semaphore(_AT_ONCE)
        results: dict[int, Result] = {}
        offenders: list[Arrival] = []

        async def in_order(own: Sequence[Arrival]) -> None:
            for arrival in own:
                async with limit:
                    try:
                        results[arrival.index] = await self._one(arrival)
                        crash_point("tickets.accept.between_single_items")
                    except MeshError:
                        results[arrival.index] = Result(Status.RETRY)
                    except Exception as error:
                        if not _sqlstate(error).startswith(_ITEM_AT_FAULT):
                            raise
                        log.warning("item_refused", sqlstate=_sqlstate(error))
                        offenders.append(arrival)

        await asyncio.gather(*(in_order(own) for own in _by_peer(arrivals).values()))
        if len(offenders) > _OFFENDERS_MOST:
            log.error("too_many_offenders", offenders=len(offenders))
            return results | {a.index: Result(Status.RETRY) for a in offenders}
        for offender in offenders:
            self._offenders[offender.key] = monotonic()
            letter = wire.letter_from_proto(
                offender.index, items[offender.index], "refused by the database"
            )
            results |= await self._keep([letter])
        return results

    async def _one(self, arrival: Arrival) -> Result:
        if arrival.is_plain:
            return await self._new(arrival)
        result = await self._aside(arrival)
        if result.status is not Status.RETRY or not arrival.edits:
            return result
        # Of a message that we never saw: it is that message, should it come after all.
        as_new = dataclasses.replace(arrival, key=arrival.edits, edits=None)
        result = await (self._aside if arrival.from_business else self._new)(as_new)
        if result.status is not Status.DUPLICATE:
            return result
        # It came in this very moment: then there is something to change, if it is a message.
        changed = await self._aside(arrival)
        return result if changed.status is Status.RETRY else changed

    async def _aside(self, arrival: Arrival) -> Result:
        async with self._pool.transaction(None) as connection:
            return await AsideStore(connection, self._now(), self._tombstones).accept(arrival)

    async def _new(self, arrival: Arrival) -> Result:
        async with self._pool.transaction(arrival.tenant_id) as connection:
            store = InboxStore(connection, self._tombstones, arrival.tenant_id)
            stored = await store.accept(arrival.tenant_id, [arrival], wait=True)
            await hear(connection, arrival.tenant_id, [arrival], stored)
        return stored[arrival.index]

    async def _keep(self, letters: Sequence[Letter]) -> dict[int, Result]:
        if not letters:
            return {}
        try:
            async with self._pool.transaction(None) as connection:
                for _, own in sorted(_by_tenant(letters).items()):
                    await InboxStore(connection, self._tombstones).keep(own)
        except Exception:  # whatever it is, the provider keeps the item and repeats it
            log.exception("dead_letter_not_kept", letters=len(letters))
            return {x.index: Result(Status.RETRY) for x in letters}
        return {x.index: Result(Status.DEAD_LETTER, x.letter_id) for x in letters}

    def _offended(self, arrival: Arrival) -> bool:
        """A client that repeats a poisoned item must not slow every batch it comes in."""
        since = self._offenders.get(arrival.key)
        if since is not None and monotonic() - since > _REMEMBER_OFFENDERS_SECONDS:
            del self._offenders[arrival.key]
            return False
        return since is not None


def _of_the_caller(request: pb.AcceptRequest) -> Iterable[InboundItem]:
    """An ingest key hands in for its own tenant only; the mesh names a tenant in each item."""
    own = current_caller().tenant_id
    for n, item in enumerate(request.items):
        if own and item.tenant_id not in {"", own}:
            raise InvalidInput(f"items[{n}].tenant_id is not this key's tenant", field="items")
        if own:
            item.tenant_id = own
        yield item


T = TypeVar("T", Arrival, Letter)


def _by_tenant(items: Sequence[T]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for item in items:
        groups[item.tenant_id].append(item)
    return groups


def _by_peer(arrivals: Sequence[Arrival]) -> dict[object, list[Arrival]]:
    groups: dict[object, list[Arrival]] = defaultdict(list)
    for arrival in sorted(arrivals, key=lambda a: a.index):
        groups[arrival.peer if arrival.aliases else arrival.index].append(arrival)
    return groups


def _sqlstate(error: Exception) -> str:
    """What the database says of it; empty for whatever is no database's error."""
    return str(getattr(error, "sqlstate", None) or "")
