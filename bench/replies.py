"""What the chain costs above a bare HTTP call to the same server: time added, and CPU a reply.

`python -m bench.replies [--calls 300] [--router PYTHON]`. The server runs in a process of its own
and costs nothing; the chain does all of its work: masking, prompt, slots, breaker, checks. Bare and
chain take turns call by call, so that what else runs on the machine meets both alike. `--router`
names an interpreter that has LiteLLM, to measure its Router beside (`bench/peers/router.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import subprocess
import time
from typing import TYPE_CHECKING

import httpx2
import uvloop
from pydantic import SecretStr

from bench.peers import provider
from services.responder.chain import MISTRAL_TERMS
from services.responder.memory import Memory
from services.responder.prompt import Prompt, Size, build
from services.responder.providers import mistral_native
from services.responder.providers.mistral import Mistral, body_of
from services.responder.reply import Replying
from services.responder.rung import Rung
from tests.responder.scene import HITS, KEY, Knows, Nobody, Quotes, a_question

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from services.responder.providers.mistral import Transport

_NOWHERE = "http://127.0.0.1:9"
_IN_FLIGHT = 32


class _Forgets:
    """Every question is asked anew: memory would answer the second one."""

    async def get(self, name: str) -> bytes | None:
        del name
        return None

    async def keep(self, name: str, value: bytes, seconds: int) -> None:
        del name, value, seconds


class Taken:
    """Seconds of each call, and CPU seconds of all."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.cpu: list[float] = []

    async def once(self, call: Callable[[], Awaitable[object]]) -> None:
        cpu, started = time.process_time(), time.perf_counter()
        await call()
        self.seconds.append(time.perf_counter() - started)
        self.cpu.append(time.process_time() - cpu)

    @property
    def cpu_ms(self) -> str:
        return f"CPU {statistics.median(self.cpu) * 1000:.2f} ms (best {min(self.cpu) * 1000:.2f})"


def chain_of(*tiers: tuple[Transport, str]) -> Replying:
    """New, so nothing is remembered of a failure; connections are their transports'."""
    rungs = [
        Rung(Mistral(transport, KEY, model), MISTRAL_TERMS, is_third_party=True)
        for transport, model in tiers
    ]
    return Replying(*(Knows(HITS), Quotes(), rungs, Memory(_Forgets(), SecretStr(KEY)), Nobody()))


async def overhead(url: str, model: str, words: Prompt, calls: int) -> None:
    body, question = body_of(words, model), a_question()
    async with (
        httpx2.AsyncClient(timeout=None) as client,
        mistral_native.open_transport(KEY, url) as transport,
    ):
        chain = chain_of((transport, model))

        async def bare() -> None:
            async with client.stream("POST", f"{url}/v1/chat/completions", json=body) as response:
                async for _ in response.aiter_bytes():
                    pass

        plain, whole = Taken(), Taken()
        for number in range(calls + 20):
            if number == 20:  # noqa: PLR2004  # what warms up is not counted
                plain, whole = Taken(), Taken()
            await plain.once(bare)
            await whole.once(lambda: chain.reply(question))
        added = [_at(whole.seconds, share) - _at(plain.seconds, share) for share in (0.5, 0.99)]
        print(f"{model:8} bare {plain.cpu_ms}  chain {whole.cpu_ms}")  # noqa: T201  # its result
        print(f"{'':8} added p50 {added[0]:.2f} ms, p99 {added[1]:.2f} ms")  # noqa: T201
        cpu, started = time.process_time(), time.perf_counter()
        await _crowd(lambda: chain.reply(question), calls)
        a_core = calls / (time.process_time() - cpu)
        per_second = calls / (time.perf_counter() - started)
        print(f"{'':8} {_IN_FLIGHT} in flight: {a_core:.0f}/s a core, {per_second:.0f}/s here")  # noqa: T201


async def _crowd(call: Callable[[], Awaitable[object]], calls: int) -> None:
    left = calls

    async def caller() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await call()

    await asyncio.gather(*(caller() for _ in range(_IN_FLIGHT)))


async def failover(url: str, calls: int) -> None:
    """What a failed first tier adds before the answer of the next; each failure is the first."""
    async with (
        mistral_native.open_transport(KEY, url) as good,
        mistral_native.open_transport(KEY, _NOWHERE) as nowhere,
    ):
        for name, first in (
            ("401", (good, "refuses")),
            ("404", (good, "is-missing")),
            ("refused", (nowhere, "whole")),
        ):
            taken, straight = Taken(), Taken()
            for _ in range(calls):
                await straight.once(lambda: chain_of((good, "whole")).reply(a_question()))
                tiers = (first, (good, "whole"))
                await taken.once(lambda tiers=tiers: chain_of(*tiers).reply(a_question()))
            p50 = (statistics.median(taken.seconds) - statistics.median(straight.seconds)) * 1000
            best = (min(taken.seconds) - min(straight.seconds)) * 1000
            print(f"failover {name:8} adds p50 {p50:.1f} ms (best {best:.1f})")  # noqa: T201


def router(python: str, url: str, calls: int, words: Prompt) -> None:
    """LiteLLM's Router, in its own environment: the same server, prompt and stream."""
    command = [python, "-m", "bench.peers.router", url, str(calls)]
    said = subprocess.run(command, input=words.user, capture_output=True, text=True, check=True)  # noqa: S603
    for line in said.stdout.splitlines():
        if line.startswith("{"):
            found = json.loads(line)
            p50 = statistics.median(found["seconds"]) * 1000
            print(f"Router   {found['model']:8} CPU {found['cpu_ms']:.2f} ms, p50 {p50:.2f} ms")  # noqa: T201


def _at(seconds: Sequence[float], share: float) -> float:
    """Milliseconds; the nearest rank."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[round(share * 100) - 1] * 1000


async def measure(url: str, calls: int, words: Prompt) -> None:
    for model in ("whole", "pieces"):
        await overhead(url, model, words, calls)
    await failover(url, calls)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--calls", type=int, default=300)
    asked.add_argument("--router", metavar="PYTHON", help="measures LiteLLM's Router as well")
    given = asked.parse_args()
    words = build(a_question(), HITS, Size(5, 6))
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=provider.serve, args=(theirs,), daemon=True)
    process.start()
    try:
        url = ours.recv()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as a service runs
            runner.run(measure(url, given.calls, words))
        if given.router:
            router(given.router, url, given.calls, words)
    finally:
        process.terminate()


if __name__ == "__main__":
    main()
