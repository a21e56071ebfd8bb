"""How many calls run at once, and whose."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from services.responder.slots import Slots


async def test_a_slot_that_never_comes_free_is_given_up_on() -> None:
    slots = Slots(1)

    async with slots.one_for("a", wait_seconds=1):
        with pytest.raises(TimeoutError):
            async with slots.one_for("b", wait_seconds=0.01):
                pass


async def test_good_calls_make_more_run_at_once_and_pressure_makes_fewer() -> None:
    slots = Slots(64)
    for _ in range(4 + 5):
        slots.eased()
    grown = slots.limit

    slots.pressed()

    assert (grown, slots.limit) == (6, 4)


async def test_neither_end_is_passed() -> None:
    slots = Slots(2)
    for _ in range(20):
        slots.eased()
    most = slots.limit
    for _ in range(20):
        slots.pressed()

    assert (most, slots.limit) == (2, 1)


async def test_who_waits_behind_a_busy_tenant_is_served_before_its_next_call() -> None:
    slots, order = Slots(4), list[str]()

    async def call(tenant: str) -> None:
        async with slots.one_for(tenant, wait_seconds=5):
            order.append(tenant)

    async with AsyncExitStack() as held:
        for _ in range(4):
            await held.enter_async_context(slots.one_for("big", wait_seconds=1))
        calls = [asyncio.create_task(call(tenant)) for tenant in ("big", "big", "small")]
        await asyncio.sleep(0)
    await asyncio.gather(*calls)

    assert order[0] == "small"


async def test_a_cancelled_wait_leaves_nothing_behind() -> None:
    slots = Slots(1)
    async with slots.one_for("a", wait_seconds=1):
        waits = asyncio.create_task(slots.one_for("b", wait_seconds=5).__aenter__())
        await asyncio.sleep(0)
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits

    async with slots.one_for("c", wait_seconds=0.01):
        assert slots.limit == 1
