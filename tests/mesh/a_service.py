"""A whole process of the mesh, for the tests that stop one."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import event_pb2, event_pb2_grpc, ticket_pb2_grpc

from mesh import server
from mesh.interceptors import draining
from mesh.settings import MeshSettings
from tests.mesh.desk import Desk, FixedKeys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def slow(_: Any) -> None:
    await asyncio.sleep(1.5)  # longer than the pause of the drain


async def until_drained(_: Any) -> AsyncIterator[Any]:
    yield event_pb2.WatchResponse(type="heartbeat")
    await draining().wait()
    yield event_pb2.WatchResponse(type="stream_end")


async def tidy(stop: asyncio.Event) -> None:
    await stop.wait()
    sys.stdout.write('{"event": "loop_finished"}\n')


async def work() -> None:
    """A process that answers no calls of ours, and is told of the drain before its end."""
    draining = asyncio.Event()

    async def listen(stop: asyncio.Event) -> None:
        await draining.wait()
        sys.stdout.write(f'{{"event": "draining", "stopped": {str(stop.is_set()).lower()}}}\n')
        await stop.wait()
        sys.stdout.write('{"event": "loop_finished"}\n')

    await server.work(MeshSettings(), service="edge", loops=[listen], draining=draining)


async def main() -> None:
    desk = Desk(slow, until_drained)

    def register(opened: Any) -> None:
        ticket_pb2_grpc.add_TicketServiceServicer_to_server(desk, opened)
        event_pb2_grpc.add_EventServiceServicer_to_server(desk, opened)

    await server.serve(
        MeshSettings(),
        service="tickets",
        register=register,
        keys=FixedKeys(),
        loops=[tidy],
    )


if __name__ == "__main__":
    server.run(work if sys.argv[1:] == ["work"] else main)
