"""Follows the event log: facts and cursor move in one transaction, so repeats change nothing."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from cassava.tickets.v1 import event_pb2

from mesh import logs, telemetry
from mesh.crash import crash_point
from mesh.errors import ChangedMeanwhile, MeshError
from mesh.postgres import Pool
from services.analytics import rollup, wire
from services.analytics.cursor import Cursor, GapInLog, LogBeginsLater
from services.analytics.cursors import CursorStore
from services.analytics.desk_facts import EraStore
from services.analytics.peers import EventLog
from services.analytics.store import FactStore

log = logs.get(__name__)

WAKE = "wake:events"  # as tickets names it
_PAGE_SIZE = 500
# Without a bell events must still show within 2 s.
_POLL_SECONDS = 1.0
# Bells that ring all the time make fuller pages, not more of them.
_REST_SECONDS = 0.5
# What is taken in at full speed is counted later, as its turns are answered later: so late at most.
PATIENCE_SECONDS = 10.0
# What a rebuild replaced goes in pieces: reports and pages wait for none of them for long.
_FORGOTTEN_AT_ONCE = 500

_counted = telemetry.counter("cassava_analytics_events", "Events of the log that were counted.")
_gaps = telemetry.counter("cassava_analytics_gaps", "Pages refused because an event was missing.")
_rebuilds = telemetry.counter("cassava_analytics_rebuilds", "Tenants counted again from zero.")


class GenerationReplaced(ChangedMeanwhile):
    def __init__(self, tenant_id: str) -> None:
        super().__init__(f"another follower went on for {tenant_id}")


class Bell(Protocol):
    async def wait(self, name: str, timeout: float) -> None:  # noqa: ASYNC109  # the bell's own
        """Return at a ring, or when the time is over."""


class Follower:
    """Any number of them may run: a page that another one counted is skipped, never added."""

    def __init__(
        self,
        pool: Pool,
        events: EventLog,
        bell: Bell,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._events = events
        self._bell = bell
        self._clock = clock
        self._surging_since: dict[str, float] = {}
        self._cursors: dict[str, Cursor] = {}
        self._replaced: set[str] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; whatever is missing meanwhile is caught up with afterwards."""
        while not stop.is_set():
            try:
                while await self.follow_once() and not stop.is_set():
                    """One page a tenant and round: a long backlog does not hold up the others."""
            except MeshError as error:
                log.warning("log_unreadable", reason=error.reason)
            await asyncio.sleep(_REST_SECONDS)
            await self._bell.wait(WAKE, _POLL_SECONDS)

    async def follow_once(self) -> bool:
        """One page of every tenant that is behind; whether any still is."""
        heads = await self._events.heads()
        behind = False
        for stream in heads.streams:
            if self._may_wait(stream):
                continue
            try:
                is_behind = await self._follow(stream.tenant_id, stream.head, heads.epoch)
                behind |= is_behind
                if not is_behind:  # whoever surges on waits anew
                    self._surging_since.pop(stream.tenant_id, None)
            except MeshError as error:
                self._cursors.pop(stream.tenant_id, None)
                _gaps.inc(isinstance(error, (GapInLog, LogBeginsLater)))
                log.warning("tenant_not_followed", tenant=stream.tenant_id, reason=error.reason)
        for tenant_id in tuple(self._replaced):
            await self._forget(tenant_id)
        return behind or bool(self._replaced)

    async def rebuild(self, tenant_id: str, *, what_is_kept: bool = False) -> None:
        """Count the log again beside the figures in use, which it replaces when it is whole.

        Raise `LogBeginsLater` where a part of the log is gone, unless the rest is enough. Where
        figures are being made already there is nothing to do.
        """
        page = await self._events.page(tenant_id, 0, 1)
        if page.first > 1 and not what_is_kept:
            raise LogBeginsLater(1, page.first)
        async with self._pool.transaction(tenant_id) as connection:
            cursors = CursorStore(connection, tenant_id)
            known = await cursors.lock()
            if known and known[max(known)].is_live:
                await self._begin(cursors, known, page)
        self._cursors.pop(tenant_id, None)

    def _may_wait(self, stream: event_pb2.Stream) -> bool:
        """While a tenant surges counting would only make its next message later (0142)."""
        if not stream.surging:
            self._surging_since.pop(stream.tenant_id, None)
            return False
        now = self._clock()
        return now - self._surging_since.setdefault(stream.tenant_id, now) < PATIENCE_SECONDS

    async def _follow(self, tenant_id: str, head: int, epoch: str) -> bool:
        cursor = self._cursors.get(tenant_id) or await self._load(tenant_id, epoch)
        if cursor.epoch != epoch:
            cursor = await self._enter(tenant_id, cursor, epoch)
        self._cursors[tenant_id] = cursor
        if cursor.is_live and cursor.sequence >= head:
            return False
        page = await self._events.page(tenant_id, cursor.sequence, _PAGE_SIZE)
        if page.epoch != epoch:
            return True  # changed since `heads`: the next round sees it
        cursor = self._cursors[tenant_id] = await self._count(tenant_id, cursor, page)
        return bool(page.events) and cursor.sequence < page.head

    async def _count(
        self, tenant_id: str, cursor: Cursor, page: event_pb2.ListEventsResponse
    ) -> Cursor:
        """Add the page to the facts; with its last page a rebuild takes the place of the old."""
        events = [wire.event_from_proto(event) for event in page.events]
        async with self._pool.transaction(tenant_id) as connection:
            cursors = CursorStore(connection, tenant_id)
            known = await cursors.lock()
            before = known.get(cursor.generation)
            if before is None or before.generation in _replaced(known):
                raise GenerationReplaced(tenant_id)
            before = before.at_first(page.first)
            facts = FactStore(connection, tenant_id, before.generation)
            stories = await facts.load({event.conversation_id for event in events})
            working = EraStore(connection, tenant_id, before.generation)
            eras = await working.load()
            known_eras = len(eras.eras)
            after, tallies = rollup.follow(before, stories, events, eras)
            await working.add(eras.eras[known_eras:])
            await facts.save(stories)
            await facts.add(tallies)
            after = await _save(cursors, after, known, head=page.head)
            crash_point("analytics.before_commit")
        if after.is_live and not before.is_live:
            self._replaced.add(tenant_id)
        _counted.inc(after.sequence - before.sequence)
        return after

    async def _load(self, tenant_id: str, epoch: str) -> Cursor:
        """The generation that is being made, else the live one, else the first."""
        async with self._pool.transaction(tenant_id) as connection:
            cursors = CursorStore(connection, tenant_id)
            if not (known := await cursors.lock()):
                await cursors.begin(Cursor(epoch=epoch))
                known = await cursors.lock()
        if _replaced(known):
            self._replaced.add(tenant_id)
        return known[max(known)]

    async def _enter(self, tenant_id: str, cursor: Cursor, epoch: str) -> Cursor:
        """A new epoch: go on when our last event is still there, else count again from zero."""
        if cursor.sequence > 0:
            page = await self._events.page(tenant_id, cursor.sequence - 1, 1)
            if [event.id for event in page.events] != [cursor.event_id]:
                if page.first > 1:
                    raise LogBeginsLater(1, page.first)
                return await self._begin_again(tenant_id, cursor, page)
        async with self._pool.transaction(tenant_id) as connection:
            cursors = CursorStore(connection, tenant_id)
            if (await cursors.lock()).get(cursor.generation) != cursor:
                raise GenerationReplaced(tenant_id)
            await cursors.save(replace(cursor, epoch=epoch))
        return replace(cursor, epoch=epoch)

    async def _begin_again(
        self, tenant_id: str, cursor: Cursor, page: event_pb2.ListEventsResponse
    ) -> Cursor:
        async with self._pool.transaction(tenant_id) as connection:
            cursors = CursorStore(connection, tenant_id)
            known = await cursors.lock()
            if known.get(cursor.generation) != cursor:
                raise GenerationReplaced(tenant_id)
            return await self._begin(cursors, known, page)

    async def _begin(
        self, cursors: CursorStore, known: dict[int, Cursor], page: event_pb2.ListEventsResponse
    ) -> Cursor:
        """A generation beside the live one, from the first event that is kept."""
        first = max(page.first, 1)
        fresh = Cursor(page.epoch, max(known) + 1, is_live=False, sequence=first - 1)
        await cursors.begin(fresh)
        log.warning("facts_rebuilt", tenant=cursors.tenant_id, epoch=page.epoch, first=first)
        _rebuilds.inc()
        return fresh

    async def _forget(self, tenant_id: str) -> None:
        """One piece of what nobody reads any more."""
        async with self._pool.transaction(tenant_id) as connection:
            cursors = CursorStore(connection, tenant_id)
            if replaced := _replaced(await cursors.lock()):
                await cursors.forget(replaced[0], _FORGOTTEN_AT_ONCE)
            else:
                self._replaced.discard(tenant_id)


def _replaced(known: dict[int, Cursor]) -> list[int]:
    """Generations that are neither live nor the newest: nobody reads them, nobody makes them."""
    return [each for each, cursor in known.items() if not cursor.is_live and each < max(known)]


async def _save(
    cursors: CursorStore, after: Cursor, known: dict[int, Cursor], *, head: int
) -> Cursor:
    if after.is_live or after.sequence < head:
        await cursors.save(after)
        return after
    for each in known.values():
        if each.is_live:
            await cursors.save(replace(each, is_live=False))
    after = replace(after, is_live=True)
    await cursors.save(after)
    return after
