"""Each few seconds: how much waits, and how long the oldest has. Every replica says the same."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from prometheus_client import Gauge

from mesh.errors import MeshError

if TYPE_CHECKING:
    from mesh.postgres import Pool

_EVERY_SECONDS = 5.0
_CHANNELS = ("whatsapp", "telegram", "custom", "webchat", "test")

_turns = Gauge("cassava_turns_due", "Conversations that wait for a worker.")
_oldest_turn = Gauge("cassava_turn_oldest_due_seconds", "How long the first of them has waited.")
_deliveries = Gauge("cassava_deliveries_due", "Parts of replies that wait to leave.", ("channel",))
_oldest_delivery = Gauge(
    "cassava_delivery_oldest_due_seconds", "How long the first of them has waited.", ("channel",)
)
_events_lag = Gauge("cassava_event_lag_seconds", "Age of the oldest event without a number.")


class Backlog:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        for channel in _CHANNELS:
            _deliveries.labels(channel)
            _oldest_delivery.labels(channel)

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped."""
        while not stop.is_set():
            with suppress(MeshError):  # readiness tells of a database that is away
                await self.count()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _EVERY_SECONDS)

    async def count(self) -> None:
        async with self._pool.transaction(None, readonly=True) as connection:
            rows = await connection.fetch(
                "SELECT queue, channel, waiting, oldest_seconds FROM count_backlog()"
            )
        found = {(row["queue"], row["channel"]): row for row in rows}
        turns, events = found["turns", ""], found["events", ""]
        _turns.set(turns["waiting"])
        _oldest_turn.set(max(0.0, turns["oldest_seconds"]))
        _events_lag.set(max(0.0, events["oldest_seconds"]))
        for channel in _CHANNELS:
            row = found.get(("deliveries", channel))
            _deliveries.labels(channel).set(row["waiting"] if row else 0)
            _oldest_delivery.labels(channel).set(row["oldest_seconds"] if row else 0)
