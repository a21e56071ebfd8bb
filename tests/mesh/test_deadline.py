"""Work ends when its time is over, by one timer for all that runs."""

from __future__ import annotations

import asyncio

import pytest

from mesh.deadline import Limits
from mesh.errors import OutOfTime


async def lasting(limits: Limits, seconds: float) -> str:
    try:
        with limits.limit(seconds):
            await asyncio.Event().wait()
    except OutOfTime:
        return "out of time"
    return "done"


async def test_each_ends_at_its_own_time_however_they_came() -> None:
    limits, ended = Limits(), []

    async def one(name: str, seconds: float) -> None:
        assert await lasting(limits, seconds) == "out of time"
        ended.append(name)

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        for name, seconds in (("last", 0.3), ("first", 0.1), ("second", 0.2)):
            tasks.create_task(one(name, seconds))

    assert ended == ["first", "second", "last"]


async def test_what_is_done_in_time_is_left_alone() -> None:
    limits = Limits()
    for _ in range(3):
        with limits.limit(0.05):
            pass

    assert await lasting(limits, 0.1) == "out of time"
    assert await asyncio.sleep(0, "still here") == "still here"


async def test_who_is_cancelled_by_somebody_else_is_not_out_of_time() -> None:
    task = asyncio.create_task(lasting(Limits(), 10))
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_limit_within_a_limit_is_the_inner_ones() -> None:
    limits = Limits()

    with limits.limit(10):
        assert await lasting(limits, 0.05) == "out of time"
        await asyncio.sleep(0)


async def test_a_limit_that_is_over_already_ends_the_first_wait() -> None:
    assert await lasting(Limits(), 0) == "out of time"


async def test_what_fails_in_time_fails_as_itself() -> None:
    with pytest.raises(TimeoutError, match="its own"), Limits().limit(10):
        raise TimeoutError("its own")
