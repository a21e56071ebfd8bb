"""What the chain costs above a bare HTTP call to the same stub: time added, and CPU a reply.

`python -m bench.replies [CALLS]` (300). The stub runs in a process of its own and streams the same
sixty pieces; the chain does all of its work: masking, prompt, slots, breaker, checks.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import statistics
import sys
import time
from typing import TYPE_CHECKING

import httpx2
from pydantic import SecretStr

from services.responder.chain import MISTRAL_TERMS
from services.responder.memory import Memory
from services.responder.prompt import Size, build
from services.responder.providers import mistral_native
from services.responder.providers.mistral import Mistral, body_of
from services.responder.reply import Replying
from services.responder.rung import Rung
from tests.providers.mistral import fake_mistral
from tests.providers.wire import served
from tests.responder.scene import KEY, OTHERS, PASSAGE, Knows, Nobody, Quotes, a_question

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from multiprocessing.connection import Connection

from services.responder.knowledge.search import Hit

_MODEL = "well"
_HITS = [Hit(PASSAGE, 0.9), *OTHERS]


class _Forgets:
    """Every question is asked anew: memory would answer the second one."""

    async def get(self, name: str) -> bytes | None:
        del name
        return None

    async def keep(self, name: str, value: bytes, seconds: int) -> None:
        del name, value, seconds


def stub(says: Connection) -> None:
    async def serve() -> None:
        async with served(fake_mistral()) as fake:
            says.send(fake.url)
            while True:
                fake.requests.clear()
                await asyncio.sleep(1)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())


async def measured(call: Callable[[], Awaitable[object]], calls: int) -> tuple[list[float], float]:
    """Seconds of each call, and CPU seconds of all."""
    for _ in range(20):
        await call()
    took: list[float] = []
    cpu = time.process_time()
    for _ in range(calls):
        started = time.perf_counter()
        await call()
        took.append(time.perf_counter() - started)
    return took, time.process_time() - cpu


async def compare(url: str, calls: int) -> None:
    question = a_question()
    async with (
        httpx2.AsyncClient(timeout=None) as client,
        mistral_native.open_transport(KEY, url) as transport,
    ):
        body = body_of(build(question, _HITS, Size(5, 6)), _MODEL)

        async def bare() -> None:
            async with client.stream("POST", f"{url}/v1/chat/completions", json=body) as response:
                async for _ in response.aiter_bytes():
                    pass

        rung = Rung(Mistral(transport, KEY, _MODEL), MISTRAL_TERMS, is_third_party=True)
        memory = Memory(_Forgets(), SecretStr(KEY))
        chain = Replying(Knows(_HITS), Quotes(), [rung], memory, Nobody())
        plain, plain_cpu = await measured(bare, calls)
        whole, whole_cpu = await measured(lambda: chain.reply(question), calls)
    added = [_at(whole, share) - _at(plain, share) for share in (0.5, 0.99)]
    cpu = [seconds / calls * 1000 for seconds in (plain_cpu, whole_cpu)]
    print(  # noqa: T201  # its result
        f"calls {calls}  bare p50 {_at(plain, 0.5):.2f} ms  chain p50 {_at(whole, 0.5):.2f} ms\n"
        f"added p50 {added[0]:.2f} ms  p99 {added[1]:.2f} ms\n"
        f"CPU a streamed reply: bare {cpu[0]:.2f} ms, chain {cpu[1]:.2f} ms;"
        f" {1000 / cpu[1]:.0f} replies/s a core"
    )


def _at(seconds: Sequence[float], share: float) -> float:
    """Milliseconds; the nearest rank."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[round(share * 100) - 1] * 1000


def main(arguments: Sequence[str]) -> None:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=stub, args=(theirs,), daemon=True)
    process.start()
    try:
        asyncio.run(compare(ours.recv(), int(arguments[0]) if arguments else 300))
    finally:
        process.terminate()


if __name__ == "__main__":
    main(sys.argv[1:])
