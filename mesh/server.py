"""Start, say how we are, drain."""

from __future__ import annotations

import asyncio
import functools
import gc
import importlib
import signal
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import grpc
import uvloop
from google.protobuf import descriptor_pb2, descriptor_pool
from grpc_health.v1 import (
    health_pb2,
    health_pb2_grpc,
)
from grpc_health.v1.health import aio as health_aio
from grpc_reflection.v1alpha import reflection

from mesh import crash, logs, probes, telemetry, tracing
from mesh.access import Gate, MeshIdentity
from mesh.guesses import Guesses
from mesh.interceptors import AroundEveryCall
from mesh.lean import give_back
from mesh.loops import running
from mesh.quota import Quota
from mesh.valkey import Valkey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager

    from mesh.access import KeyVerifier
    from mesh.certificates import Certificates
    from mesh.loops import Loop
    from mesh.settings import MeshSettings

log = logs.get(__name__)

# Beyond this a call is refused at once: better than a queue whose callers have given up.
_MOST_CALLS = 1000
_OPTIONS = (
    # With the default a second server on the port starts and quietly takes half the calls.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", 4 * 2**20),
    ("grpc.max_metadata_size", 16 * 1024),
    ("grpc.max_concurrent_streams", 1000),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    # Below every client's interval; the key with `recv` in its name is ignored.
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.max_connection_idle_ms", 15 * 60_000),
    # Clients look for new pods when a connection ends.
    ("grpc.max_connection_age_ms", 10 * 60_000),
    ("grpc.max_connection_age_grace_ms", 60_000),
)
_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
_TELL_SECONDS = 1.0
# New containers before the youngest are collected; a call makes hundreds (Python's 700 took 5 % of
# the processor while messages came in).
_COLLECT_AFTER = 20_000


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a service's `main` on uvloop until it returns."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


async def serve(  # noqa: PLR0913  # all but the first are named, most have a default
    settings: MeshSettings,
    *,
    service: str,
    register: Callable[[grpc.aio.Server], None],
    keys: KeyVerifier,
    ready: Callable[[], Awaitable[None]] | None = None,
    loops: Sequence[Loop] = (),
    descriptor_set: bytes | None = None,
) -> None:
    """Answer calls and run loops until SIGTERM, then drain; `OSError` if it cannot listen."""
    logs.configure(service, settings.log_level)
    crash.arm(settings.crash_at)
    draining, readiness = asyncio.Event(), probes.Readiness(ready)
    opened = answering(
        settings,
        service=service,
        register=register,
        keys=keys,
        descriptor_set=descriptor_set,
        draining=draining,
    )
    async with (
        _traced(settings, service),
        probes.listening(settings.ops_listen, readiness) as ops_address,
        opened as server,
        _alive(readiness, server.tell),
        running(loops, draining, patience_seconds=settings.drain_seconds),
    ):
        with _told_to_stop() as told:
            keep_what_started()
            log.info("service_listening", address=server.address, ops_address=ops_address)
            await told.wait()
        readiness.drain()
        await server.tell(is_ready=False)
        draining.set()
        # Callers need a moment to notice; calls that they still send are answered.
        await asyncio.sleep(settings.drain_pause_seconds)


async def work(
    settings: MeshSettings,
    *,
    service: str,
    loops: Sequence[Loop],
    ready: Callable[[], Awaitable[None]] | None = None,
    draining: asyncio.Event | None = None,
) -> None:
    """Run loops until SIGTERM, answering no calls of ours; probes and metrics as everywhere.

    A process that others call tells them by `draining` and works on while they notice.
    """
    logs.configure(service, settings.log_level)
    crash.arm(settings.crash_at)
    readiness = probes.Readiness(ready)
    async with (
        _traced(settings, service),
        probes.listening(settings.ops_listen, readiness) as ops_address,
        _alive(readiness, _nobody),
        running(loops, asyncio.Event(), patience_seconds=settings.drain_seconds),
    ):
        with _told_to_stop() as told:
            keep_what_started()
            log.info("service_working", ops_address=ops_address)
            await told.wait()
        readiness.drain()
        if draining is not None:
            draining.set()
            await asyncio.sleep(settings.drain_pause_seconds)


@asynccontextmanager
async def _traced(settings: MeshSettings, service: str) -> AsyncIterator[None]:
    """Record spans within the block, where somebody collects them."""
    if not settings.otlp_endpoint:
        yield
        return
    # By name: its megabytes and its second are for those who trace.
    otel = importlib.import_module("mesh.otel")
    recorder: tracing.Recorder = otel.OpenTelemetry(service, otel.exporting())
    tracing.record_with(recorder)
    try:
        yield
    finally:
        tracing.record_with(None)
        await asyncio.to_thread(recorder.close)


def keep_what_started() -> None:
    """What is loaded by now stays: the collector need not walk it a hundred times a minute."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    give_back()


def _alive(readiness: probes.Readiness, tell: probes.Changed) -> AbstractAsyncContextManager[None]:
    """Look after ourselves for as long as the block lasts."""
    own = (functools.partial(readiness.watch, changed=tell), telemetry.watch_loop_lag)
    return running(own, asyncio.Event(), patience_seconds=0)


async def _nobody(*, is_ready: bool) -> None:
    """Nobody watches this process's health by gRPC."""


@asynccontextmanager
async def answering(  # noqa: PLR0913  # all but the first are named, half have a default
    settings: MeshSettings,
    *,
    service: str,
    register: Callable[[grpc.aio.Server], None],
    keys: KeyVerifier,
    descriptor_set: bytes | None = None,
    draining: asyncio.Event | None = None,
) -> AsyncIterator[Answering]:
    """A server that answers within the block, not ready until told; its end lets calls finish."""
    valkey = Valkey(settings.redis_url)
    quota = Quota(valkey, settings.tenant_calls_per_second)
    identity = MeshIdentity(settings.mesh_key, service, settings.certificates)
    guesses = Guesses(settings.wrong_keys_per_address)
    gate = Gate(identity, keys, quota, guesses, settings.anonymous_tenant)
    server = grpc.aio.server(
        options=_OPTIONS,
        maximum_concurrent_rpcs=_MOST_CALLS,
    )
    around = AroundEveryCall(gate, draining or asyncio.Event())
    register(around)  # type: ignore[arg-type]  # all that generated code asks of a server
    server.add_generic_rpc_handlers((around,))
    health = health_aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    if descriptor_set is not None:
        _reflect(server, descriptor_set)
    answers = Answering(_listen(server, settings.listen, identity.certificates), health)
    await answers.begin()
    await server.start()
    try:
        yield answers
    finally:
        await server.stop(settings.drain_seconds)
        await valkey.close()


class Answering:
    """A server's address and its health; `liveness` asks nobody and outlives the drain."""

    def __init__(self, address: str, health: Any) -> None:
        self.address = address
        self._health = health

    async def begin(self) -> None:
        """Alive and started, not ready."""
        await self.tell(is_ready=False)
        for name in ("startup", "liveness"):
            await self._set(name, _SERVING)

    async def tell(self, *, is_ready: bool) -> None:
        """Let callers that watch our health come, or stay away."""
        for name in ("", "readiness"):
            await self._set(name, _SERVING if is_ready else _NOT_SERVING)

    async def _set(self, name: str, status: health_pb2.HealthCheckResponse.ServingStatus) -> None:
        try:
            # A watcher that reads nothing can hold the servicer's lock.
            async with asyncio.timeout(_TELL_SECONDS):
                await self._health.set(name, status)
        except TimeoutError:
            log.warning("health_watcher_stalled", name=name)


def _listen(server: grpc.aio.Server, address: str, certificates: Certificates | None) -> str:
    """The bound address: a port 0 has become a real one."""
    try:
        if certificates is None:
            port = server.add_insecure_port(address)
        else:
            port = server.add_secure_port(address, certificates.of_server())
    except RuntimeError as error:
        raise OSError(f"cannot listen on {address}") from error
    return address if address.startswith("unix:") else f"{address.rpartition(':')[0]}:{port}"


@contextmanager
def _told_to_stop() -> Iterator[asyncio.Event]:
    """From before we say that we are there: whoever hears it may end us at once, in order."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told.set)
    try:
        yield told
    finally:
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(name)


def _reflect(server: grpc.aio.Server, descriptor_set: bytes) -> None:
    """Answer for every proto in the set, also for services that live elsewhere."""
    files = descriptor_pb2.FileDescriptorSet.FromString(descriptor_set)
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    pool.AddSerializedFile(health_pb2.DESCRIPTOR.serialized_pb)
    names = [f"{file.package}.{service.name}" for file in files.file for service in file.service]
    names += ["grpc.health.v1.Health", reflection.SERVICE_NAME]
    reflection.enable_server_reflection(names, server, _Symbols(pool))


class _Symbols:
    """A pool that knows methods by their name, too, as the reflection protocol has it."""

    def __init__(self, pool: descriptor_pool.DescriptorPool) -> None:
        self._pool = pool

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    def FindFileContainingSymbol(self, symbol: str) -> Any:  # noqa: N802 - the pool's name
        try:
            return self._pool.FindFileContainingSymbol(symbol)
        except KeyError:
            return self._pool.FindMethodByName(symbol).containing_service.file
