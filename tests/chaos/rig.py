"""The mesh with two of each part that holds promises, and every way to hurt it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter, deque
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

import asyncpg

from cli.embedded.envoy import EdgeAddresses, Envoy
from cli.embedded.mesh import NICENESS
from cli.embedded.places import Address, free_ports, loopback
from cli.embedded.postgres import Postgres
from cli.embedded.processes import Child, Processes, Watched
from cli.embedded.secrets import keys_in
from cli.embedded.service import Service, answers
from cli.embedded.valkey import Valkey
from cli.migrate import migrate
from tests.chaos.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
    from pathlib import Path

    from cli.embedded.program import Program
    from tests.chaos.tree import Tree

ROLES = {
    "tickets": ("services.tickets",),
    "edge": ("services.gateway", "edge"),
    "worker": ("services.gateway", "worker"),
    "classifier": ("services.classifier",),
    "responder": ("services.responder",),
    "analytics": ("services.analytics",),
}
TWICE = ("tickets", "edge", "worker")
_FIRST = frozenset({"tickets", "edge"})  # as `cassava up` does it (decision 0045)
_READY_SECONDS, _LOOK_SECONDS = 120.0, 0.2
_SOCKET = ".s.PGSQL.5432"
_SMALL = {
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
    "CASSAVA_DRAIN_SECONDS": "8",
    "CASSAVA_DRAIN_PAUSE_SECONDS": "0.5",
    "CASSAVA_WORKER_TURNS": "16",
    "CASSAVA_WORKER_DELIVERIES": "16",
    "MISTRAL_API_KEY": "k" * 32,
}


def _role(name: str) -> str:
    return name.partition("-")[0]


class Rig:
    """Everything runs until the block of `running` ends; what dies comes back at once."""

    def __init__(  # noqa: PLR0913 - the last three are for rigs that are measured
        self,
        data: Path,
        tree: Tree,
        providers_url: str,
        hurry: float,
        *,
        twice: Sequence[str] = TWICE,
        settings: Mapping[str, str] = MappingProxyType({}),
        has_bad_network: bool = True,
    ) -> None:
        self.data = data
        self.hurry = hurry
        self.deaths: Counter[str] = Counter()
        self._settings = _SMALL | dict(settings)
        self._has_bad_network = has_bad_network
        self.names = [f"{role}-{n}" for role in ROLES if role in twice for n in (1, 2)]
        self.names += [role for role in ROLES if role not in twice]
        self.trees: dict[str, Tree] = dict.fromkeys(self.names, tree)
        self._points: dict[str, deque[str]] = {role: deque() for role in ROLES}
        self._armed: dict[str, str] = {}
        self.reached: Counter[str] = Counter()
        self.keys = keys_in(data / "keys")
        self.postgres = Postgres(data / "postgres")
        self.valkey = Valkey(data / "valkey")
        ports = free_ports(2 * len(self.names) + 3)
        self._addresses = {name: loopback(ports.pop()) for name in self.names}
        self._ops = {name: loopback(ports.pop()) for name in self.names}
        self._front = EdgeAddresses(
            edge=loopback(ports.pop()),
            ops=loopback(ports.pop()),
            admin=loopback(ports.pop()),
            clusters={
                "gateway" if role == "edge" else role: self._all(role)
                for role in ROLES
                if role != "worker"
            },
        )
        self.envoy = Envoy(
            data / "envoy",
            tree.root / "deploy/envoy/edge.yaml",
            tree.root / "protos/gen/cassava.binpb",
        )
        self._providers_url = providers_url
        self._processes = Processes(self._died)
        self.children: dict[str, Child] = {}
        self.proxies: dict[str, Proxy] = {}

    @property
    def url(self) -> str:
        return f"http://{self._front.edge}"

    def ops(self, name: str) -> Address:
        return self._ops[name]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Rig]:
        async with AsyncExitStack() as opened:
            opened.push_async_callback(self._stop)
            self._start("valkey", self.valkey.prepare, self._valkey_ready)
            self._start("postgres", self.postgres.prepare, self._postgres_ready, 60)
            await self.children["postgres"].ready(_READY_SECONDS)
            await self.migrate(self.trees["tickets-1"])
            for proxy in self._proxied():
                await opened.enter_async_context(proxy.serving())
            for name in self.names:
                self._start_service(name)
            self._start("envoy", lambda: self.envoy.prepare(self._front), self._envoy_ready, 5)
            await self.ready()
            self._processes.settle()
            yield self

    async def migrate(self, tree: Tree) -> None:
        """That tree's schemas; what has run already is passed over."""
        await migrate(self.postgres.url, tree.root / "services")

    async def ready(self, names: Iterable[str] = ()) -> None:
        """All, or these, serve. One after the other: asking has its price on a busy machine."""
        async with asyncio.timeout(_READY_SECONDS):
            for name in names or list(self.children):
                child = self.children[name]
                while not (child.process_id and await child.watched.is_ready(child.process_id)):  # noqa: ASYNC110 - no bell
                    await asyncio.sleep(_LOOK_SECONDS)

    async def audited(self, action: str, tenants: Iterable[str]) -> int:
        """How often the audit log names this; no API shows it."""
        connection = await asyncpg.connect(self.postgres.url)
        try:
            count: int = await connection.fetchval(
                "SELECT count(*) FROM tickets.audit_log WHERE action = $1 AND tenant_id = ANY($2)",
                *(action, list(tenants)),
            )
        finally:
            await connection.close()
        return count

    def signal(self, name: str, what: signal.Signals) -> bool:
        """False when it is between two lives."""
        if (process_id := self.children[name].process_id) is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(process_id, what)
        return True

    def arm(self, role: str, points: Iterable[str]) -> None:
        """The next lives of this role end at these places, one each; the first begins now."""
        self._points[role].extend(points)
        for name in self.of_role(role):
            self.signal(name, signal.SIGKILL)

    def disarm(self) -> list[str]:
        """The places that nobody came by; those who still waited there live on without."""
        left = [point for points in self._points.values() for point in points]
        for points in self._points.values():
            points.clear()
        armed = {name: point for name, point in self._armed.items() if point}
        self._armed.clear()
        for name in armed:
            self.signal(name, signal.SIGKILL)
        return left + list(armed.values())

    @property
    def is_armed(self) -> bool:
        return any(self._points.values()) or any(self._armed.values())

    async def become(self, names: Iterable[str], tree: Tree) -> None:
        """Run these from another tree from now on: drained, started again, ready."""
        names = list(names)
        before = {name: self.children[name].process_id for name in names}
        for name in names:
            self.trees[name] = tree
            self.signal(name, signal.SIGTERM)
        for name in names:
            while self.children[name].process_id in {before[name], None}:  # noqa: ASYNC110 - no bell
                await asyncio.sleep(_LOOK_SECONDS)
        await self.ready(names)

    def of_role(self, role: str) -> list[str]:
        return [name for name in self.names if name.split("-")[0] == role]

    def _all(self, role: str) -> list[Address]:
        return [self._addresses[name] for name in self.of_role(role)]

    def _died(self, name: str, status: int) -> None:
        self.deaths[_role(name)] += 1
        if (point := self._armed.pop(name, "")) and status == -signal.SIGKILL:
            self.reached[point] += 1

    def _start(self, name: str, prepare, is_ready, stop_seconds: float = 15.0) -> None:  # type: ignore[no-untyped-def]
        watched = Watched(name, prepare, is_ready, stop_seconds, steady_seconds=0.0)
        self.children[name] = self._processes.start(watched)

    def _start_service(self, name: str) -> None:
        def prepare() -> Program:
            self._armed[name] = (self._points[_role(name)] or deque([""])).popleft()
            return self._service(name).prepare()

        self._start(name, prepare, self._service(name).is_ready)

    def _service(self, name: str) -> Service:
        return Service(
            name=name,
            command=ROLES[_role(name)],
            directory=self.data,
            env=self._environment(name),
            ops=self._ops[name],
            niceness=0 if _role(name) in _FIRST else NICENESS,
        )

    def _environment(self, name: str) -> dict[str, str]:
        role = _role(name)
        mine = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": self.trees[name].python_path,
            "CASSAVA_LISTEN": str(self._addresses[name]),
            "CASSAVA_OPS_LISTEN": str(self._ops[name]),
            "CASSAVA_MESH_KEY": self.keys.mesh,
            "CASSAVA_REDIS_URL": self.valkey.url,
            "CASSAVA_TICKETS_TARGET": "ipv4:"
            + ",".join(str(self._door(each)) for each in self.of_role("tickets")),
            "CASSAVA_WHATSAPP_API_URL": self._providers_url,
            "CASSAVA_TELEGRAM_API_URL": self._providers_url,
            "MISTRAL_SERVER_URL": self._providers_url,
            "CASSAVA_CRASH_AT": self._armed.get(name, ""),
            "CASSAVA_HURRY": str(self.hurry),
        }
        mine |= {
            f"CASSAVA_{each.upper()}_TARGET": f"ipv4:{','.join(map(str, self._all(each)))}"
            for each in ("classifier", "responder", "analytics")
        }
        if role not in {"edge", "worker"}:
            mine["CASSAVA_DATABASE_URL"] = self._database_url(name)
        if role == "tickets":
            mine["CASSAVA_MASTER_KEY"] = self.keys.master
            mine["CASSAVA_PLATFORM_KEY"] = self.keys.platform
        return self._settings | mine

    def _database_url(self, name: str) -> str:
        """One of two tickets reaches PostgreSQL through a network that may be bad."""
        if name != "tickets-2" or not self._has_bad_network:
            return self.postgres.url
        folder = str(self.proxies["postgres"].path.parent)  # type: ignore[union-attr]  # it has one
        return f"postgresql:///postgres?host={quote(folder)}&user=postgres"

    def _door(self, name: str) -> Address:
        """A proxy costs time of ours: what is measured is called without one."""
        if self._has_bad_network:
            return loopback(self.proxies[name].port)
        return self._addresses[name]

    def _proxied(self) -> Iterable[Proxy]:
        folder = self.postgres.socket.with_name("proxy")
        folder.mkdir(parents=True, exist_ok=True)
        self.proxies["postgres"] = Proxy(self.postgres.socket / _SOCKET, path=folder / _SOCKET)
        for name in self.of_role("tickets"):
            address = self._addresses[name]
            self.proxies[name] = Proxy((address.host, address.port))
        return self.proxies.values()

    async def _stop(self) -> None:
        for name in self.children:
            self.signal(name, signal.SIGCONT)
        services = [name for name in self.names if not name.startswith("tickets")]
        await self._processes.stop(
            [["envoy", *services], self.of_role("tickets"), ["valkey"], ["postgres"]]
        )

    async def _postgres_ready(self, process_id: int) -> bool:
        return self.postgres.is_ready(process_id)

    async def _valkey_ready(self, _process_id: int) -> bool:
        return await asyncio.to_thread(self.valkey.is_ready)

    async def _envoy_ready(self, _process_id: int) -> bool:
        return await answers(self._front.ops, "/readyz")
