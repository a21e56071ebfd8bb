"""The loop that tells of risk and breach when they are due: it sleeps until the nearest instant."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from mesh.errors import MeshError
from services.tickets.bells import WAKE_ALARMS
from services.tickets.conversations.store import ConversationStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.sla.reckoning import Reckoner
from services.tickets.sla.store import ClockStore
from services.tickets.sla.timekeeper import Timekeeper

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from uuid import UUID

    from mesh.postgres import Pool
    from mesh.valkey import Valkey
    from services.tickets.bells import Bells

log = structlog.get_logger()
_BATCH = 100
# Each is a commit of its own; several wait for the disk together.
_AT_ONCE = 4
# Another replica may have set an earlier one without Valkey to say so; a breach is told within 1 s.
_LONGEST_SLEEP_SECONDS = 0.9
# The instant itself is not late yet.
_JUST_AFTER_SECONDS = 0.002


class Alarm:
    """Any replica may run it: who comes second to a clock finds nothing left to tell."""

    def __init__(self, pool: Pool, bells: Bells, valkey: Valkey) -> None:
        self._pool = pool
        self._reckoner = Reckoner(pool)
        self._bells = bells
        self._valkey = valkey

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._bells.alarms_changed.clear()
            told, postponed = await self.fire()
            if told or await self._reckoner.some():
                continue
            async with self._pool.connection() as connection:
                seconds = await ClockStore(connection).next_alarm_seconds()
            if seconds is None or postponed:
                seconds = _LONGEST_SLEEP_SECONDS
            await self._sleep(stop, seconds)

    async def fire(self) -> tuple[int, int]:
        """How much of what is due was told, and how much could not be: that is looked at again."""
        async with self._pool.connection() as connection:
            clocks = await ClockStore(connection).due(_BATCH)
            snoozes = await ConversationStore(connection).snoozes_over(_BATCH)
        done = await self._each(self._fire_clock, clocks)
        done += await self._each(self._wake, snoozes)
        if any(done):
            self._bells.log()
        return sum(done), len(done) - sum(done)

    async def _each(
        self, fire: Callable[[str, UUID], Awaitable[None]], due: Sequence[tuple[str, UUID]]
    ) -> list[bool]:
        """A few at a time, in their order."""
        done: list[bool] = []
        for first in range(0, len(due), _AT_ONCE):
            some = (self._done(fire, *each) for each in due[first : first + _AT_ONCE])
            done += await asyncio.gather(*some)
        return done

    async def _done(
        self, fire: Callable[[str, UUID], Awaitable[None]], tenant_id: str, what: UUID
    ) -> bool:
        """One that cannot be told must not keep the others waiting."""
        try:
            await fire(tenant_id, what)
        except MeshError as error:
            log.warning("alarm_postponed", of=str(what), reason=error.reason)
            return False
        return True

    async def _fire_clock(self, tenant_id: str, clock_id: UUID) -> None:
        async with self._pool.transaction(tenant_id) as connection:
            clocks = ClockStore(connection)
            conversation_id = await clocks.conversation_of(clock_id)
            await ConversationStore(connection).lock(conversation_id)
            await Timekeeper(connection, tenant_id).alarm(await clocks.hold(clock_id))

    async def _wake(self, tenant_id: str, conversation_id: UUID) -> None:
        async with self._pool.transaction(tenant_id) as connection:
            store = ConversationStore(connection)
            known = await store.lock(conversation_id)
            if known.snoozed_until is None:
                return
            await store.snooze(conversation_id, None)
            said = {"snoozed_until": ""}
            event = Event("conversation.updated", conversation_id, data=said)
            await EventStore(connection).append(tenant_id, event)

    async def _sleep(self, stop: asyncio.Event, seconds: float) -> None:
        """Until the instant, a bell, or the end."""
        limit = min(seconds + _JUST_AFTER_SECONDS, _LONGEST_SLEEP_SECONDS)
        waiting = [
            asyncio.create_task(stop.wait()),
            asyncio.create_task(self._bells.alarms_changed.wait()),
            asyncio.create_task(self._valkey.wait(WAKE_ALARMS, limit)),
        ]
        await asyncio.wait(waiting, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
