"""Items into their conversations: together where they can, alone where they must."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import defaultdict
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import structlog

from mesh import telemetry
from mesh.crash import crash_point
from mesh.errors import MeshError
from services.tickets.inbox import wire
from services.tickets.inbox.arrival import Arrival, Letter, Result, Status
from services.tickets.inbox.asides import AsideStore
from services.tickets.inbox.hearing import hear
from services.tickets.inbox.store import InboxStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cassava.tickets.v1.inbox_pb2 import InboundItem

    from mesh.postgres import Pool
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


class Accepting:
    """One commit a batch, then a word on each item."""

    def __init__(self, pool: Pool, now: Callable[[], datetime], tombstones: Tombstones) -> None:
        self._pool = pool
        self._now = now
        self._tombstones = tombstones
        self._offenders: dict[bytes, float] = {}

    async def accept(
        self, given: Sequence[InboundItem], came: datetime | None = None
    ) -> list[Result]:
        """What became of each, in order, as of when they came, which is now.

        Raises `InvalidInput` for an item against the contract.
        """
        if not given:
            return []
        now = came or self._now()
        items = [wire.item_from_proto(n, item, now) for n, item in enumerate(given)]
        arrivals = [item for item in items if isinstance(item, Arrival)]
        results = await self.keep([item for item in items if isinstance(item, Letter)])
        # Whoever has one that goes alone has all of them go alone: in their order.
        apart = {a.whose for a in arrivals if not a.is_plain or self._offended(a)}
        alone = [a for a in arrivals if a.whose in apart]
        together = [a for a in arrivals if a.whose not in apart]
        results |= await self._together(together)
        alone += [a for a in together if results.get(a.index) == Result(Status.RETRY)]
        results |= await self._alone(alone, given)
        crash_point("tickets.accept.after_commit")
        for result in results.values():
            _items.labels(result.status).inc()
        return [results[n] for n in range(len(items))]

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
            for n, arrival in enumerate(own):
                async with limit:
                    try:
                        result = await self._one(arrival)
                        crash_point("tickets.accept.between_single_items")
                    except MeshError:
                        result = Result(Status.RETRY)
                    except Exception as error:
                        if not _sqlstate(error).startswith(_ITEM_AT_FAULT):
                            raise
                        log.warning("item_refused", sqlstate=_sqlstate(error))
                        offenders.append(arrival)
                        continue
                if result.status is Status.RETRY:  # what follows it must not overtake it
                    results.update((a.index, result) for a in own[n:])
                    return
                results[arrival.index] = result

        await asyncio.gather(*(in_order(own) for own in _by_peer(arrivals).values()))
        if len(offenders) > _OFFENDERS_MOST:
            log.error("too_many_offenders", offenders=len(offenders))
            return results | {a.index: Result(Status.RETRY) for a in offenders}
        for offender in offenders:
            self._offenders[offender.key] = monotonic()
            letter = wire.letter_from_proto(
                offender.index, items[offender.index], "refused by the database"
            )
            results |= await self.keep([letter])
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

    async def keep(self, letters: Sequence[Letter]) -> dict[int, Result]:
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


T = TypeVar("T", Arrival, Letter)


def _by_tenant(items: Sequence[T]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for item in items:
        groups[item.tenant_id].append(item)
    return groups


def _by_peer(arrivals: Sequence[Arrival]) -> dict[object, list[Arrival]]:
    groups: dict[object, list[Arrival]] = defaultdict(list)
    for arrival in sorted(arrivals, key=lambda a: a.index):
        groups[arrival.whose].append(arrival)
    return groups


def _sqlstate(error: Exception) -> str:
    """What the database says of it; empty for whatever is no database's error."""
    return str(getattr(error, "sqlstate", None) or "")
