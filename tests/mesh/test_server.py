"""Start, health, drain: seen by callers, with a whole process where one has to end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from cassava.tickets.v1 import event_pb2, event_pb2_grpc, ticket_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import (
    reflection_pb2,
    reflection_pb2_grpc,
)

from mesh.server import answering
from tests.mesh.desk import (
    MESH_KEY,
    Desk,
    FixedKeys,
    a_stranger,
    dialled,
    get,
    serving,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

DESCRIPTORS = Path(__file__).parents[2] / "protos/gen/cassava.binpb"


async def health(channel: grpc.aio.Channel, name: str) -> str:
    stub = health_pb2_grpc.HealthStub(channel)
    answer = await stub.Check(health_pb2.HealthCheckRequest(service=name))
    return str(health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status))


class Process:
    """A child, and what it says on its standard output."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self.child = child
        self.said: list[dict[str, Any]] = []

    async def says(self, event: str) -> dict[str, Any]:
        assert self.child.stdout is not None
        async with asyncio.timeout(20):
            async for line in self.child.stdout:
                self.said.append(json.loads(line))
                if self.said[-1]["event"] == event:
                    return self.said[-1]
        raise AssertionError(f"never said {event}: {self.said}")


@asynccontextmanager
async def a_process(*arguments: str, **changes: str) -> AsyncIterator[Process]:
    env = {
        **os.environ,
        "CASSAVA_MESH_KEY": MESH_KEY.get_secret_value(),
        "CASSAVA_DRAIN_PAUSE_SECONDS": "0.5",
        "CASSAVA_DRAIN_SECONDS": "5",
        **changes,
    }
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.mesh.a_service", *arguments),
        env=env,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Process(child)
    finally:
        if child.returncode is None:
            child.kill()
        await child.communicate()


async def test_two_servers_never_share_a_port() -> None:
    async with serving(Desk()) as address:
        with pytest.raises(OSError, match="cannot listen"):
            async with serving(Desk(), listen=address):
                pass


async def test_a_server_is_alive_before_it_is_ready() -> None:
    opened = answering(settings(), service="tickets", register=lambda _: None, keys=FixedKeys())
    async with opened as server, a_stranger(server.address) as channel:
        names = ("", "readiness", "startup", "liveness")
        before = [await health(channel, name) for name in names]
        await server.tell(is_ready=True)
        after = [await health(channel, name) for name in names]

    assert before == ["NOT_SERVING", "NOT_SERVING", "SERVING", "SERVING"]
    assert after == ["SERVING"] * 4


async def test_calls_leave_a_server_that_is_no_longer_ready() -> None:
    first, second = Desk(), Desk()

    def register(desk: Desk) -> Any:
        return lambda opened: ticket_pb2_grpc.add_TicketServiceServicer_to_server(desk, opened)

    common: Any = {"service": "tickets", "keys": FixedKeys()}
    async with (
        answering(settings(), register=register(first), **common) as one,
        answering(settings(), register=register(second), **common) as other,
    ):
        await one.tell(is_ready=True)
        await other.tell(is_ready=True)
        async with dialled(f"ipv4:{one.address},{other.address}") as channel:
            stub = ticket_pb2_grpc.TicketServiceStub(channel)
            async with asyncio.timeout(5):
                while not (first.seen and second.seen):
                    await stub.GetTicket(get())
            await one.tell(is_ready=False)
            await asyncio.sleep(0.3)
            before = len(first.seen)
            await asyncio.gather(*(stub.GetTicket(get()) for _ in range(20)))

    assert len(first.seen) == before


async def test_reflection_knows_every_proto_of_the_mesh() -> None:
    opened = answering(
        settings(),
        service="tickets",
        register=lambda _: None,
        keys=FixedKeys(),
        descriptor_set=DESCRIPTORS.read_bytes(),
    )
    asks = reflection_pb2.ServerReflectionRequest(list_services="")
    method = "cassava.tickets.v1.TicketService.GetTicket"
    describes = reflection_pb2.ServerReflectionRequest(file_containing_symbol=method)
    async with opened as server, a_stranger(server.address) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        listed, described = [a async for a in stub.ServerReflectionInfo(iter([asks, describes]))]
    names = {service.name for service in listed.list_services_response.service}

    assert {"cassava.tickets.v1.TicketService", "cassava.classifier.v1.ClassifierService"} <= names
    assert described.file_descriptor_response.file_descriptor_proto


async def test_a_process_told_to_stop_finishes_what_it_began() -> None:
    async with a_process() as process:
        address = (await process.says("service_listening"))["address"]
        async with dialled(address) as channel, a_stranger(address) as watcher:
            await channel.channel_ready()
            stream = aiter(event_pb2_grpc.EventServiceStub(channel).Watch(event_pb2.WatchRequest()))
            assert (await anext(stream)).type == "heartbeat"
            in_flight: asyncio.Future[Any] = asyncio.ensure_future(
                ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get())
            )
            await asyncio.sleep(0.2)

            process.child.send_signal(signal.SIGTERM)

            assert [message.type async for message in stream] == ["stream_end"]
            assert await health(watcher, "readiness") == "NOT_SERVING"
            assert await health(watcher, "liveness") == "SERVING"
            await in_flight
        await process.says("loop_finished")
        assert await asyncio.wait_for(process.child.wait(), 5) == 0


async def test_a_process_that_others_call_says_that_it_drains_before_it_stops() -> None:
    async with a_process("work") as process:
        await process.says("service_working")

        process.child.send_signal(signal.SIGTERM)

        assert (await process.says("draining"))["stopped"] is False
        await process.says("loop_finished")
        assert await asyncio.wait_for(process.child.wait(), 5) == 0


async def test_a_process_told_to_die_nowhere_does_not_start() -> None:
    async with a_process("work", CASSAVA_CRASH_AT="nowhere") as process:
        assert await asyncio.wait_for(process.child.wait(), 20) == 1


async def test_a_process_without_the_mesh_key_does_not_start() -> None:
    async with a_process(CASSAVA_MESH_KEY="short") as process:
        assert await asyncio.wait_for(process.child.wait(), 20) == 1
