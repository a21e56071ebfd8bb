"""What is done to the mesh while customers write: one hurt at a time, drawn from a seed."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import asyncpg

from tests.chaos.proxy import Toxic
from tests.chaos.story import now

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from tests.chaos.rig import Rig

_BACKENDS_KILLED = 0.3
_TOXIC_SECONDS = (0.5, 2.5)
# Longer than a hurried lease, so that whoever wakes up is a zombie.
_STOP_SECONDS = (3.5, 5.5)
_TOXICS = [toxic for toxic in Toxic if toxic is not Toxic.NONE]


class Faults:
    """Every way to hurt a rig. Each returns once it is over; `heal` ends what it may have left."""

    def __init__(self, rig: Rig, chance: random.Random) -> None:
        self._rig = rig
        self._chance = chance
        self.done: Counter[str] = Counter()

    async def kill(self, role: str = "") -> None:
        """SIGKILL, one process."""
        name = self._one_of(role)
        if self._rig.signal(name, signal.SIGKILL):
            self._note(f"kill {name.split('-')[0]}")

    async def stop(self, role: str = "") -> None:
        """SIGSTOP beyond the lease, then SIGCONT: a zombie."""
        name = self._one_of(role or self._chance.choice(["worker", "worker", "tickets", "edge"]))
        if not self._rig.signal(name, signal.SIGSTOP):
            return
        self._note(f"stop {name.split('-')[0]}")
        await asyncio.sleep(self._chance.uniform(*_STOP_SECONDS))
        self._rig.signal(name, signal.SIGCONT)

    async def stop_worker(self) -> None:
        await self.stop("worker")

    async def kill_both_tickets(self) -> None:
        for name in self._rig.of_role("tickets"):
            self._rig.signal(name, signal.SIGKILL)
        self._note("kill both tickets")
        await self._rig.ready(self._rig.of_role("tickets"))

    async def restart_postgres(self) -> None:
        """An immediate stop: no checkpoint, no goodbye; it recovers from its log."""
        if self._rig.signal("postgres", signal.SIGQUIT):
            self._note("postgres immediate stop")
            await self._rig.ready(["postgres"])

    async def kill_backends(self) -> None:
        """`pg_terminate_backend` for three in ten."""
        with suppress(OSError, asyncpg.PostgresError):
            connection = await asyncpg.connect(self._rig.postgres.url)
            await connection.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
                   AND random() < $1
                """,
                _BACKENDS_KILLED,
            )
            await connection.close()
            self._note("backends killed")

    async def kill_valkey(self) -> None:
        if self._rig.signal("valkey", signal.SIGKILL):
            self._note("kill valkey")

    async def flush_valkey(self) -> None:
        with suppress(OSError):
            _, writer = await asyncio.open_unix_connection(self._rig.valkey.socket)
            writer.write(b"FLUSHALL\r\n")
            await writer.drain()
            writer.close()
            self._note("valkey emptied")

    async def poison(self) -> None:
        """One connection between parts is a bad network for a while."""
        name = self._chance.choice(list(self._rig.proxies))
        proxy, toxic = self._rig.proxies[name], self._chance.choice(_TOXICS)
        self._note(f"{toxic} {name.split('-')[0]}")
        proxy.toxic = toxic
        await asyncio.sleep(self._chance.uniform(*_TOXIC_SECONDS))
        proxy.heal()

    async def reset(self) -> None:
        """Every connection to one part ends at once."""
        name = self._chance.choice(list(self._rig.proxies))
        self._rig.proxies[name].reset()
        self._note(f"reset {name.split('-')[0]}")

    async def anything(self, seconds: float, pause: float) -> None:
        """Again and again, `pause` seconds apart on average, then everything is healed."""
        ways: list[tuple[Callable[[], Coroutine[Any, Any, None]], int]] = [
            (self.kill, 6),
            (self.stop, 3),
            (self.restart_postgres, 1),
            (self.kill_backends, 2),
            (self.kill_valkey, 1),
            (self.flush_valkey, 1),
            (self.poison, 4),
            (self.reset, 2),
        ]
        until = now() + seconds
        async with asyncio.TaskGroup() as group:
            while now() < until:
                (way,) = self._chance.choices([w for w, _ in ways], [n for _, n in ways])
                group.create_task(way())
                await asyncio.sleep(self._chance.expovariate(1 / pause))
        await self.heal()

    async def heal(self) -> None:
        """Everything runs, answers and is connected."""
        for proxy in self._rig.proxies.values():
            proxy.heal()
        for name in self._rig.children:
            self._rig.signal(name, signal.SIGCONT)
        await self._rig.ready()

    def _one_of(self, role: str) -> str:
        """Those that hold promises oftener: what only makes replies better takes long to start."""
        names = self._rig.names
        twice = [name for name in names if name[-1].isdigit()]
        return self._chance.choice(self._rig.of_role(role) if role else [*names, *twice, *twice])

    def _note(self, what: str) -> None:
        self.done[what] += 1
