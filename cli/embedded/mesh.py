"""The whole mesh on this machine: who listens where, who gets which variables, who after whom."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cli.embedded.edge_tracing import collector_in
from cli.embedded.envoy import (
    Additions,
    EdgeAddresses,
    Envoy,
    calls_per_second_in,
    certificate_in,
)
from cli.embedded.mesh_tls import mesh_certificate_in
from cli.embedded.places import Address, free_ports, loopback
from cli.embedded.postgres import Postgres
from cli.embedded.processes import Processes, Watched
from cli.embedded.program import Program
from cli.embedded.secrets import Keys, keys_in
from cli.embedded.service import Service, answers
from cli.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
# Targets are named after these; the gateway's edge role is the one that speaks HTTP.
SERVICES = ("tickets", "classifier", "responder", "analytics")
EDGE, WORKER = "gateway", "worker"
_STORES = frozenset(SERVICES)
_NOT_EVERYBODYS = (
    *("CASSAVA_MASTER_KEY", "CASSAVA_MASTER_KEY_PREVIOUS"),
    *("CASSAVA_PLATFORM_KEY", "CASSAVA_DATABASE_URL"),
)
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What `cassava up` was asked for."""

    data: Path
    port: int = 8000
    secure: bool = False
    workers: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)


class EmbeddedMesh:
    """Starts everything, keeps it alive, stops it in order. Needs a running event loop."""

    def __init__(self, wishes: Wishes, processes: Processes) -> None:
        self.wishes = wishes
        self.processes = processes
        self.keys: Keys = keys_in(wishes.data / "keys", wishes.environment)
        self.postgres = Postgres(wishes.data / "postgres")
        self.valkey = Valkey(wishes.data / "valkey")
        self.certificate = certificate_in(wishes.environment)
        self._mesh_certificate = mesh_certificate_in(wishes.environment)
        self.envoy = Envoy(
            wishes.data / "envoy",
            ROOT / "deploy/envoy/edge.yaml",
            ROOT / "protos/gen/cassava.binpb",
            Additions(
                self.certificate,
                self._mesh_certificate,
                collector_in(wishes.environment),
                calls_per_second_in(wishes.environment),
                is_keyless=not wishes.secure,
            ),
        )
        names = [*SERVICES, EDGE, *self.workers()]
        ports = free_ports(2 * len(names) + 3)
        self.addresses = {name: loopback(ports.pop()) for name in names}
        self.ops = {name: loopback(ports.pop()) for name in names}
        self.edge = loopback(wishes.port or ports.pop())
        self.ops["envoy"] = loopback(ports.pop())
        self._envoy_admin = loopback(ports.pop())

    def workers(self) -> list[str]:
        return [WORKER if n == 0 else f"{WORKER}-{n + 1}" for n in range(self.wishes.workers)]

    @property
    def url(self) -> str:
        return f"{'https' if self.certificate else 'http'}://{self.edge}"

    async def start_servers(self) -> None:
        """PostgreSQL and Valkey; returns when PostgreSQL takes connections."""
        self.processes.start(Watched("valkey", self.valkey.prepare, self._valkey_ready))
        database = self.processes.start(
            Watched("postgres", self.postgres.prepare, self._postgres_ready, stop_seconds=60)
        )
        await database.ready(_START_SECONDS)

    def start_services(self) -> None:
        """All at once: each waits for what it misses."""
        for name in (*SERVICES, EDGE, *self.workers()):
            service = self._service(name)
            self.processes.start(Watched(name, service.prepare, service.is_ready))
        edge = EdgeAddresses(
            edge=self.edge,
            ops=self.ops["envoy"],
            admin=self._envoy_admin,
            clusters={name: [self.addresses[name]] for name in (*SERVICES, EDGE)},
        )

        def prepare() -> Program:
            return self.envoy.prepare(edge)

        self.processes.start(Watched("envoy", prepare, self._envoy_ready, stop_seconds=5))

    async def stop(self) -> None:
        """The door first, the record last; what they store in after whom it serves."""
        await answers(self._envoy_admin, "/drain_listeners?graceful&skip_exit", method="POST")
        await self.processes.stop(
            [
                [EDGE, *self.workers()],
                ["classifier", "responder", "analytics"],
                ["tickets"],
                ["envoy", "valkey"],
                ["postgres"],
            ]
        )

    def _service(self, name: str) -> Service:
        package, *role = ("gateway", "edge") if name == EDGE else (name,)
        if name.startswith(WORKER):
            package, role = "gateway", ["worker"]
        return Service(
            name=name,
            command=(f"services.{package}", *role),
            directory=self.wishes.data,
            env=self._environment(name),
            ops=self.ops[name],
            niceness=0 if name in _FIRST else NICENESS,
        )

    def _environment(self, name: str) -> dict[str, str]:
        """What was given, less the secrets that are not this one's, plus where everybody is."""
        given = dict(self.wishes.environment)
        for secret in _NOT_EVERYBODYS:
            given.pop(secret, None)
            given.pop(f"{secret}_FILE", None)
        mine = {
            "CASSAVA_LISTEN": str(self.addresses[name]),
            "CASSAVA_OPS_LISTEN": str(self.ops[name]),
            "CASSAVA_MESH_KEY": self.keys.mesh,
            "CASSAVA_REDIS_URL": self.valkey.url,
            **{f"CASSAVA_{each.upper()}_TARGET": self._target(each) for each in SERVICES},
        }
        if name in _STORES:
            mine["CASSAVA_DATABASE_URL"] = self.postgres.url
        if name == "tickets":
            mine["CASSAVA_MASTER_KEY"] = self.keys.master
            if self.keys.previous:
                mine["CASSAVA_MASTER_KEY_PREVIOUS"] = self.keys.previous
            mine["CASSAVA_PLATFORM_KEY"] = self.keys.platform
        if self._mesh_certificate is not None:
            mine |= self._mesh_certificate.environment
        if not self.wishes.secure:
            mine["CASSAVA_ANONYMOUS_TENANT"] = "demo"
        return _SMALL | _FEW_CONNECTIONS.get(name, {}) | given | mine

    def _target(self, service: str) -> str:
        return f"dns:///{self.addresses[service]}"

    async def _postgres_ready(self, process_id: int) -> bool:
        return self.postgres.is_ready(process_id)

    async def _valkey_ready(self, _process_id: int) -> bool:
        return await asyncio.to_thread(self.valkey.is_ready)

    async def _envoy_ready(self, _process_id: int) -> bool:
        return await answers(self.ops["envoy"], "/readyz")

    def address_of(self, name: str) -> str:
        """For people: where a process of this mesh is reached."""
        known: dict[str, Address | str] = {
            **self.addresses,
            "envoy": self.edge,
            "postgres": self.postgres.url,
            "valkey": self.valkey.url,
        }
        return str(known.get(name, ""))


# Two cores and a gigabyte: one malloc arena a process, one thread a model. Embedded callers sit on
# the same machine, so nobody needs a pause to notice that a service leaves.
# On few cores what comes in goes first: a webhook waits for nobody's answer.
_FIRST = frozenset({"tickets", EDGE})
NICENESS = 5
# More would not make two cores faster, and each keeps 25 to 55 MB once it was used (0143).
_FEW_CONNECTIONS = {
    name: {"CASSAVA_DATABASE_CONNECTIONS": most}
    for name, most in zip(SERVICES, ("5", "2", "3", "2"), strict=True)
}
_SMALL = {
    "MALLOC_ARENA_MAX": "2",
    # What is larger goes back to the system when it is freed; short texts stay below, and quick.
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
    "CASSAVA_DRAIN_SECONDS": "8",
    "CASSAVA_DRAIN_PAUSE_SECONDS": "0.1",
}
