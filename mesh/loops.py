"""Background loops that come back: one that dies is counted and starts again after a pause."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

from mesh import logs, telemetry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    Loop: TypeAlias = Callable[[asyncio.Event], Awaitable[None]]

log = logs.get(__name__)

_FIRST_PAUSE_SECONDS = 0.2
# A database that is back after a minute shall not wait for us (PROTOCOL 17).
_LONGEST_PAUSE_SECONDS = 2.0
# A loop that lived this long was well: its next pause is short again.
_WELL_SECONDS = 60.0
_restarts = telemetry.counter("cassava_loop_restarts", "Loops that died.", {"loop": ()})


@asynccontextmanager
async def running(
    loops: Sequence[Loop], stop: asyncio.Event, *, patience_seconds: float
) -> AsyncIterator[None]:
    """Run the loops beside the block. At its end they are told, waited for, then cancelled."""
    tasks = [asyncio.create_task(_again_and_again(loop, stop), name=_name(loop)) for loop in loops]
    try:
        yield
    finally:
        stop.set()
        await _finish(tasks, patience_seconds)


async def _finish(tasks: Sequence[asyncio.Task[None]], patience_seconds: float) -> None:
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=patience_seconds)
    for task in late:
        log.warning("loop_cancelled", loop=task.get_name())
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _again_and_again(loop: Loop, stop: asyncio.Event) -> None:
    pause = _FIRST_PAUSE_SECONDS
    now = asyncio.get_running_loop().time
    while not stop.is_set():
        started = now()
        try:
            _restarts.labels(_name(loop))  # there from the start: a rule sees it rise
            await loop(stop)
        except Exception:
            log.exception("loop_died", loop=_name(loop))
            _restarts.labels(_name(loop)).inc()
        else:
            return
        if now() - started > _WELL_SECONDS:
            pause = _FIRST_PAUSE_SECONDS
        await _pause(stop, pause * random.uniform(0.5, 1.5))  # noqa: S311  # jitter, no secret
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def _name(loop: Loop) -> str:
    return getattr(loop, "__qualname__", type(loop).__name__)
