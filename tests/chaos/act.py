"""An act: customers write while something breaks; then all is healed, at rest, and judged."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.api import Api
from tests.chaos import checker, meters, tenants
from tests.chaos.customers import Customers
from tests.chaos.listeners import Listeners
from tests.chaos.meters import Meters
from tests.chaos.providers import FAIR, Weather
from tests.chaos.story import Story
from tests.chaos.told import Telling

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.chaos.checker import Verdict
    from tests.chaos.providers import Providers
    from tests.chaos.rig import Rig

_ACKNOWLEDGE_SECONDS = 60.0
_REST_SECONDS = 90.0
_TENANTS = 3


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an act."""

    verdict: Verdict
    story: Story
    dead_letters: int
    copies_metered: int


class Stage:
    """One running rig with its tenants, and the acts that are played on it."""

    def __init__(self, rig: Rig, providers: Providers, seed: int) -> None:
        self.rig = rig
        self.providers = providers
        self.chance = random.Random(seed)

    async def play(
        self,
        weather: Weather,
        *,
        rate: float,
        seconds: float | None = None,
        trouble: Callable[[], Awaitable[None]] | None = None,
        rest_seconds: float = _REST_SECONDS,
    ) -> Result:
        """Fresh tenants and a fresh story; `trouble` runs beside the traffic.

        Without `seconds` customers write until the trouble is over.
        """
        async with Api(self.rig.url, self.rig.keys.platform, patience_seconds=30.0) as api:
            accounts = await tenants.make(api, _TENANTS, self.chance)
            names = {account.tenant for account in accounts}
            story, self.providers.weather = Story(), weather
            listeners = Listeners(self.rig.url, await tenants.keys(api, accounts), story)
            customers = Customers(accounts, self.rig.url, self.chance.randrange(2**31))
            self.providers.know(accounts, story, customers.echo)
            copies = Meters(self.rig, meters.COPIES, meters.duplicates)
            try:
                async with copies.reading():
                    await self._traffic(customers, story, seconds, rate, trouble)
                    self.providers.weather = FAIR
                    if not await customers.acknowledged(_ACKNOWLEDGE_SECONDS):
                        raise TimeoutError("the edge refuses webhooks long after all was healed")
                    telling = Telling(api, names)
                    marks = {each.mark for each in story.acknowledged}
                    threads = await telling.at_rest(marks, rest_seconds)
                    await customers.told(_ACKNOWLEDGE_SECONDS)
                audited = await self.rig.audited("delivery.duplicate_detected", names)
                verdict = checker.judge(story, await telling.with_tickets(threads), audited)
                letters = await telling.dead_letters()
            finally:
                await customers.close()
                await listeners.close()
        return Result(verdict, story, letters, copies.grown.total())

    async def _traffic(
        self,
        customers: Customers,
        story: Story,
        seconds: float | None,
        rate: float,
        trouble: Callable[[], Awaitable[None]] | None,
    ) -> None:
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(customers.write(story, seconds=seconds, rate=rate))
            if trouble is not None:
                await trouble()
            if seconds is None:
                writing.cancel()
