"""Promises that are a figure: a rolling restart, PostgreSQL's return, one tenant's flood.

With the real waits, two of every service, and the pause between "draining" and the closed door
that a deployment has.
"""

from __future__ import annotations

import asyncio
import math
import os
import signal
from contextlib import asynccontextmanager
from statistics import median
from typing import TYPE_CHECKING

from cli.api import Api
from tests.chaos import meters, tenants
from tests.chaos.callers import Callers
from tests.chaos.customers import Customers
from tests.chaos.meters import Meters
from tests.chaos.providers import Weather
from tests.chaos.rig import ROLES, Rig
from tests.chaos.story import Story, now

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.chaos.act import Result, Stage
    from tests.chaos.story import Account
    from tests.chaos.tree import Tree

_PATIENT = {"CASSAVA_DRAIN_SECONDS": "20", "CASSAVA_DRAIN_PAUSE_SECONDS": "5"}
# As long as a real one thinks; without it a machine's load would be all that is measured.
_MODEL = Weather(model_seconds=1.0)
_CALLS_PER_SECOND, _REST_SECONDS = 5.0, 240.0
# What was just started opens its connections and fills its caches first.
_WARM_SECONDS = 20.0
# A deployment's `minReadySeconds`: callers dial who was away again every 2 s (mesh/client.py).
_NOTICED_SECONDS = 3.0
_BEFORE_SECONDS, _BACK_SECONDS, _AFTER_SECONDS = 30.0, 15.0, 30.0
_WINDOW_SECONDS, _BACK_TO = 5.0, 0.95
_BESIDE_SECONDS, _BESIDE_PER_SECOND, _AT_MOST = 40.0, 2.0, 2.0
_ANSWERED_SECONDS, _LOOK_SECONDS = 60.0, 0.5


def patient(data: Path, tree: Tree, providers_url: str) -> Rig:
    return Rig(
        *(data, tree, providers_url, 1.0),
        twice=tuple(ROLES),
        settings=_PATIENT,
        has_bad_network=False,
    )


async def rolling(stage: Stage, rate: float, say: Callable[[str], None]) -> list[str]:
    """SIGTERM to every process, one after the other, each once the one before is ready again."""
    rig = stage.rig
    calls = Meters(rig, meters.CALLS, meters.calls)
    seconds, callers = 0.0, await _callers(stage)

    async def trouble() -> None:
        nonlocal seconds
        calling = asyncio.create_task(callers.call(_CALLS_PER_SECOND))
        await asyncio.sleep(_WARM_SECONDS)
        started = now()
        async with calls.reading():
            for name in rig.names:
                await rig.become([name], rig.trees[name])
                await asyncio.sleep(_NOTICED_SECONDS)
            seconds = now() - started
            calling.cancel()
            await asyncio.gather(calling, return_exceptions=True)

    result = await stage.play(_MODEL, rate=rate, trouble=trouble, rest_seconds=_REST_SECONDS)
    say(
        f"rolling restart of {len(rig.names)} processes in {seconds:.0f} s under "
        f"{result.verdict.acknowledged / (seconds + _WARM_SECONDS):.1f} messages/s ({_load()})"
    )
    say(f"  webhooks: {result.story.refused_webhooks} failed of {result.story.webhooks}")
    say(f"  calls through the edge: {callers.failed.total()} failed of {callers.asked}")
    failed = meters.failed(calls.grown)
    say(f"  calls between services: {failed.total()} failed of {calls.grown.total()}")
    for what, count in (callers.failed + failed).items():
        say(f"  FAILED {count} {what}")
    for each in result.verdict.violations[:20]:
        say(f"  VIOLATION {each}")
    return _not_smooth(result, callers, failed)


async def returning(stage: Stage, rate: float, say: Callable[[str], None]) -> list[str]:
    """Messages answered a second, before PostgreSQL stops at once and after it is back."""
    async with _traffic(stage, 1) as (customers, story, accounts):
        # The first few seconds fill the pipe and are not measured.
        writing = asyncio.create_task(
            customers.steadily(story, accounts[0], seconds=math.inf, rate=rate)
        )
        await asyncio.sleep(_WINDOW_SECONDS * 2)
        started = now()
        await asyncio.sleep(_BEFORE_SECONDS)
        before = _answered(story, started, now()) / _BEFORE_SECONDS
        stage.rig.signal("postgres", signal.SIGQUIT)
        stopped = now()
        await stage.rig.ready(["postgres"])
        back = now()
        await asyncio.sleep(_BACK_SECONDS + _AFTER_SECONDS)
        writing.cancel()
        after = _answered(story, back + _BACK_SECONDS, now()) / _AFTER_SECONDS
    again = _back_after(story, back, before)
    say(
        f"return of PostgreSQL after {back - stopped:.1f} s: {before:.2f} answered/s before "
        f"(written {rate:g}/s), {after:.2f}/s from {_BACK_SECONDS:.0f} s after, at {_BACK_TO:.0%} "
        f"after {again:.1f} s ({_load()})"
    )
    is_back = again <= _BACK_SECONDS and after >= _BACK_TO * before
    return [] if is_back else [f"throughput came back after {again:.1f} s to {after:.2f}/s"]


async def flood(stage: Stage, count: int, say: Callable[[str], None]) -> list[str]:
    """A tenant's steady customers, alone and beside another tenant's `count` queued messages."""
    async with _traffic(stage, 2) as (customers, story, accounts):
        beside, flooded = accounts[0], accounts[2]
        alone = await _measured(customers, story, beside)
        started = now()
        await customers.flood(story, flooded, count)
        poured = now() - started
        left = _unanswered(story, flooded)
        crowded = await _measured(customers, story, beside)
        say(
            f"flood of {count} messages, stored in {poured:.0f} s; {left} waited when the "
            f"measuring began, {_unanswered(story, flooded)} at its end ({_load()})"
        )
    say(f"  the other tenant's wait alone:  {_described(alone)}")
    say(f"  the other tenant's wait beside: {_described(crowded)}")
    worse = _p95(crowded) / _p95(alone)
    say(f"  its p95 is {worse:.2f} times what it was")
    return [] if worse <= _AT_MOST else [f"a flood made another tenant's p95 {worse:.2f} times"]


@asynccontextmanager
async def _traffic(
    stage: Stage, count: int
) -> AsyncIterator[tuple[Customers, Story, list[Account]]]:
    """Fresh tenants and customers; the first account of each is its WhatsApp number."""
    async with Api(stage.rig.url, stage.rig.keys.platform, patience_seconds=30.0) as api:
        accounts = await tenants.make(api, count, stage.chance)
    story, stage.providers.weather = Story(), _MODEL
    customers = Customers(accounts, stage.rig.url, stage.chance.randrange(2**31))
    stage.providers.know(accounts, story, customers.echo)
    try:
        yield customers, story, accounts
    finally:
        await customers.close()


async def _callers(stage: Stage) -> Callers:
    async with Api(stage.rig.url, stage.rig.keys.platform, patience_seconds=30.0) as api:
        accounts = await tenants.make(api, 1, stage.chance)
        tenant = accounts[0].tenant
        body = {"name": "caller", "role": "CALLER_ADMIN"}
        made = await api.call("POST", f"/api/v1/tenants/{tenant}/keys", body)
    return Callers(stage.rig.url, made["secret"], tenant)


async def _measured(customers: Customers, story: Story, account: Account) -> list[float]:
    """How long each of a while's customers waited; who still waits at the end waited for ever."""
    begun = len(story.said)
    await customers.steadily(story, account, seconds=_BESIDE_SECONDS, rate=_BESIDE_PER_SECOND)
    contacts = {said.contact: said.said_at for said in story.said[begun:]}
    until = now() + _ANSWERED_SECONDS
    while True:
        waits = {
            taken.contact: taken.at - contacts[taken.contact]
            for taken in reversed(story.taken)
            if taken.contact in contacts
        }
        if len(waits) == len(contacts) or now() > until:
            return [waits.get(contact, math.inf) for contact in contacts]
        await asyncio.sleep(_LOOK_SECONDS)


def _unanswered(story: Story, account: Account) -> int:
    said = sum(each.account is account for each in story.said)
    return said - len({each.contact for each in story.taken if each.account is account})


def _answered(story: Story, since: float, until: float) -> int:
    """How many customers got their first reply in that time."""
    first = {each.contact: each.at for each in reversed(story.taken)}
    return sum(since <= at < until for at in first.values())


def _back_after(story: Story, back: float, before: float) -> float:
    """When the first window begins in which as much was answered as before."""
    for tenths in range(round(_AFTER_SECONDS * 10)):
        since = back + tenths / 10
        answered = _answered(story, since, since + _WINDOW_SECONDS)
        if answered >= _BACK_TO * before * _WINDOW_SECONDS:
            return tenths / 10
    return math.inf


def _not_smooth(result: Result, callers: Callers, failed: Counter[str]) -> list[str]:
    counts = {
        "webhooks": result.story.refused_webhooks,
        "calls through the edge": callers.failed.total(),
        "calls between services": failed.total(),
        "violations": len(result.verdict.violations),
    }
    return [f"rolling restart: {n} {what}" for what, n in counts.items() if n]


def _described(waits: list[float]) -> str:
    return f"p50 {median(waits):.2f} s, p95 {_p95(waits):.2f} s of {len(waits)}"


def _p95(waits: list[float]) -> float:
    return sorted(waits)[math.ceil(0.95 * len(waits)) - 1]


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
