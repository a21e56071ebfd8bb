"""What is kept for a time and no longer: keys of messages that came, events of the log."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from mesh import logs, telemetry

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mesh.postgres import Pool

log = logs.get(__name__)

# Longer than any provider repeats a message; as long as analytics may count a year anew.
_KEPT = {"inbound_keys": "35 days", "brief_keys": "2 days", "events": "13 months"}
_AT_ONCE = 5000
_EVERY_SECONDS = 3600.0
# Between two batches of a long backlog others come first.
_REST_SECONDS = 0.2
_forgotten = telemetry.counter(
    "cassava_rows_forgotten", "Rows whose time was over.", {"table": tuple(_KEPT)}
)


class Retention:
    """A loop that any replica may run: what another one is deleting is left to it."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime], at_once: int = _AT_ONCE) -> None:
        self._pool = pool
        self._clock = clock
        self._at_once = at_once

    async def run(self, stop: asyncio.Event) -> None:
        """Every hour, until stopped; a batch is a transaction, so a stop loses nothing."""
        while not stop.is_set():
            for table in _KEPT:
                while await self.forget(table) and not stop.is_set():
                    await _pause(stop, _REST_SECONDS)
            await _pause(stop, _EVERY_SECONDS)

    async def forget(self, table: str) -> int:
        """One batch; how many rows it had."""
        async with self._pool.transaction(None) as connection:
            gone: int = await connection.fetchval(
                f"SELECT forget_{table}($1::timestamptz - $2::text::interval, $3)",
                *(self._clock(), _KEPT[table], self._at_once),
            )
        if gone:
            _forgotten.labels(table).inc(gone)
            log.info("rows_forgotten", table=table, rows=gone)
        return gone


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
