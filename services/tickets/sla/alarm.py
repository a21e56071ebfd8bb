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
from services.tickets.sla.store import ClockStore
from services.tickets.sla.timekeeper import Timekeeper

if TYPE_CHECKING:
    from uuid import UUID

    from mesh.postgres import Pool
    from mesh.valkey import Valkey
    from services.tickets.bells import Bells

log = structlog.get_logger()
_BATCH = 100
# Another replica may have set an earlier one without Valkey to say so; a breach is told within 1 s.
_LONGEST_SLEEP_SECONDS = 0.9
# The instant itself is not late yet.
_JUST_AFTER_SECONDS = 0.002


class Alarm:
    """Any replica may run it: who comes second to a clock finds nothing left to tell."""

    def __init__(self, pool: Pool, bells: Bells, valkey: Valkey) -> None:
        self._pool = pool
        self._bells = bells
        self._valkey = valkey

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._bells.alarms_changed.clear()
            if await self.fire():
                continue
            async with self._pool.transaction(None, readonly=True) as connection:
                seconds = await ClockStore(connection).next_alarm_seconds()
            await self._sleep(stop, _LONGEST_SLEEP_SECONDS if seconds is None else seconds)

    async def fire(self) -> bool:
        """Tell of everything that is due; whether there was anything."""
        async with self._pool.transaction(None, readonly=True) as connection:
            clocks = await ClockStore(connection).due(_BATCH)
            snoozes = await ConversationStore(connection).snoozes_over(_BATCH)
        for tenant_id, clock_id in clocks:
            await self._fire_clock(tenant_id, clock_id)
        for tenant_id, conversation_id in snoozes:
            await self._wake(tenant_id, conversation_id)
        if clocks or snoozes:
            self._bells.log()
        return bool(clocks or snoozes)

    async def _fire_clock(self, tenant_id: str, clock_id: UUID) -> None:
        """One that somebody else changes this moment is looked at again."""
        try:
            async with self._pool.transaction(tenant_id) as connection:
                clocks = ClockStore(connection)
                conversation_id = await clocks.conversation_of(clock_id)
                await ConversationStore(connection).lock(conversation_id)
                await Timekeeper(connection, tenant_id).alarm(await clocks.hold(clock_id))
        except MeshError as error:
            log.warning("alarm_postponed", clock_id=str(clock_id), reason=error.reason)

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
