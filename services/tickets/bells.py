"""Wake-ups after a commit: in this process at once, elsewhere through Valkey. Missing one costs
a second.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.tickets.surge import Surge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mesh.valkey import Valkey

WAKE_TURNS, WAKE_DELIVERIES, WAKE_EVENTS, WAKE_REPLAYS, WAKE_ALARMS, WAKE_ERASURES = (
    "wake:turns",
    "wake:deliveries",
    "wake:events",
    "wake:replays",
    "wake:alarms",
    "wake:erasures",
)


class Bells:
    """Rings never wait and never fail; several rings in a row are one."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey
        self.surge = Surge()
        self._ringing: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.log_has_news = asyncio.Event()
        self.alarms_changed = asyncio.Event()

    def messages(self, tenants: Iterable[str]) -> None:
        """These have new messages; nobody is called for turns that wait anyway."""
        told = set(tenants)
        if told - self.surge.tenants():
            self.turns()
        elif told:
            self.log()

    def turns(self) -> None:
        """There is a turn to claim, and an event to number."""
        self._ring(WAKE_TURNS)
        self.log()

    def deliveries(self) -> None:
        """There is something to send, and an event to number."""
        self._ring(WAKE_DELIVERIES)
        self.log()

    def log(self) -> None:
        """There are events to number. A sequencer elsewhere looks by itself, twice a second."""
        self.log_has_news.set()

    def alarms(self) -> None:
        """A moment to watch for may have come nearer, and there is an event to number."""
        self.alarms_changed.set()
        self._ring(WAKE_ALARMS)
        self.log()

    def events(self) -> None:
        """There are numbered events to read."""
        self._ring(WAKE_EVENTS)

    def replays(self) -> None:
        """There is a dead letter to read again."""
        self._ring(WAKE_REPLAYS)

    def erasures(self) -> None:
        """There is something for the other services to forget, and an event to number."""
        self._ring(WAKE_ERASURES)
        self.log()

    def _ring(self, name: str) -> None:
        if name in self._ringing:
            return
        self._ringing.add(name)
        task = asyncio.create_task(self._send(name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, name: str) -> None:
        self._ringing.discard(name)
        await self._valkey.ring(name)
