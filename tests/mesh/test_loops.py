"""A loop that dies comes back; at the end all are told and waited for."""

from __future__ import annotations

import asyncio

from mesh.loops import running


async def test_a_loop_that_dies_starts_again() -> None:
    lives, stop = 0, asyncio.Event()

    async def fragile(stop: asyncio.Event) -> None:
        nonlocal lives
        lives += 1
        if lives < 3:
            raise RuntimeError
        await stop.wait()

    async with running([fragile], stop, patience_seconds=1):
        await asyncio.sleep(1.5)

    assert lives == 3


async def test_a_loop_finishes_what_it_does() -> None:
    finished: list[str] = []

    async def tidy(stop: asyncio.Event) -> None:
        await stop.wait()
        await asyncio.sleep(0.1)
        finished.append("tidy")

    async with running([tidy], asyncio.Event(), patience_seconds=1):
        await asyncio.sleep(0)

    assert finished == ["tidy"]


async def test_a_loop_that_does_not_listen_is_cancelled() -> None:
    async def deaf(_: asyncio.Event) -> None:
        await asyncio.sleep(60)

    async with asyncio.timeout(2), running([deaf], asyncio.Event(), patience_seconds=0.1):
        pass
