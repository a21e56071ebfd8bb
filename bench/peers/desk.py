"""One unary method of the contract, bare or behind everything that surrounds a call of ours; both
with the loop and the collector's thresholds that our services have.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import Any

import grpc
import uvloop
from cassava.tickets.v1 import ticket_pb2, ticket_pb2_grpc
from pydantic import SecretStr

from mesh import logs
from mesh.access import Caller, Role
from mesh.server import answering, keep_what_started
from mesh.settings import MeshSettings

METADATA = (("authorization", "Bearer csk_bench_key"),)
REQUEST = ticket_pb2.GetTicketRequest(ticket_id="11111111-1111-4111-8111-111111111111")
_CPU = "cpu-seconds"


class _Desk(ticket_pb2_grpc.TicketServiceServicer):
    """Answers, and tells what this process has cost so far."""

    async def GetTicket(  # noqa: N802 - the contract names it
        self, request: Any, context: Any
    ) -> ticket_pb2.GetTicketResponse:
        del request
        context.set_trailing_metadata(((_CPU, repr(time.process_time())),))
        return ticket_pb2.GetTicketResponse(ticket=ticket_pb2.Ticket(subject="an invoice"))


class _OneKey:
    async def verify(self, key: str) -> Caller:
        del key
        return Caller("bench", Role.VIEWER, "bench", "bench")

    async def denied(self, caller: Caller, method: str, named: str) -> None:
        """Nobody names another tenant here."""


async def bare(address: str) -> None:
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    ticket_pb2_grpc.add_TicketServiceServicer_to_server(_Desk(), server)
    server.add_insecure_port(address)
    await server.start()
    keep_what_started()
    await server.wait_for_termination()


async def chained(address: str) -> None:
    logs.configure("bench", "warning")
    settings = MeshSettings(
        mesh_key=SecretStr("a key of the bench alone"),
        listen=address,
        tenant_calls_per_second=1_000_000,
    )

    def register(server: grpc.aio.Server) -> None:
        ticket_pb2_grpc.add_TicketServiceServicer_to_server(_Desk(), server)

    opened = answering(settings, service="bench", register=register, keys=_OneKey())
    async with opened as server:
        await server.tell(is_ready=True)
        keep_what_started()
        await asyncio.Event().wait()


async def microseconds(address: str, calls: int) -> float:
    """The server's CPU time a call, one call after the other."""
    async with grpc.aio.insecure_channel(address) as channel:
        get = ticket_pb2_grpc.TicketServiceStub(channel).GetTicket
        for _ in range(200):
            await get(REQUEST, metadata=METADATA, wait_for_ready=True)
        before = await _spent(get)
        for _ in range(calls):
            await get(REQUEST, metadata=METADATA)
        return (await _spent(get) - before) / calls * 1e6


async def _spent(get: Any) -> float:
    call = get(REQUEST, metadata=METADATA)
    await call
    return float(dict(await call.trailing_metadata())[_CPU])


if __name__ == "__main__":
    main = {"bare": bare, "chained": chained}[sys.argv[1]]
    uvloop.run(main(os.environ["DESK_ADDRESS"]))
