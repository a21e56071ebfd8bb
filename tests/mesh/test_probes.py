"""What the operations port says."""

from __future__ import annotations

import asyncio

from cassava.tickets.v1 import ticket_pb2_grpc

from mesh.errors import TooMany, Unavailable
from mesh.probes import Readiness, listening
from tests.mesh.desk import Desk, dialled, get, serving


async def ask(address: str, path: str) -> tuple[int, str]:
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    return int(answer.split()[1]), answer.partition("\r\n\r\n")[2]


async def test_readiness_says_what_is_missing() -> None:
    missing = ["the database cannot be reached"]

    async def check() -> None:
        if missing:
            raise Unavailable(missing[0])

    readiness = Readiness(check)
    async with listening("127.0.0.1:0", readiness) as address:
        await readiness.look()
        before = await ask(address, "/health/ready")
        missing.clear()
        await readiness.look()
        after = await ask(address, "/health/ready")

    assert before == (503, '{"status": "down", "missing": "the database cannot be reached"}')
    assert after[0] == 200


async def test_a_crashing_check_tells_nothing_of_itself() -> None:
    async def check() -> None:
        raise RuntimeError("password=hunter2")

    readiness = Readiness(check)
    await readiness.look()

    assert (readiness.is_ready, readiness.missing) == (False, "internal error")


async def test_who_drains_is_not_ready_but_alive() -> None:
    readiness = Readiness()
    async with listening("127.0.0.1:0", readiness) as address:
        await readiness.look()
        readiness.drain()
        await readiness.look()

        assert (await ask(address, "/health/ready"))[0] == 503
        assert (await ask(address, "/health/live?x=1"))[0] == 200
        assert (await ask(address, "/elsewhere"))[0] == 404


async def test_metrics_count_calls_by_code() -> None:
    async with serving(Desk()) as address, dialled(address) as channel:
        await ticket_pb2_grpc.TicketServiceStub(channel).GetTicket(get())
    async with listening("127.0.0.1:0", Readiness()) as ops:
        _, said = await ask(ops, "/metrics")

    counted = 'grpc_service="cassava.tickets.v1.TicketService"'
    assert any(
        line.startswith("grpc_server_handled_total{") and counted in line and '"OK"' in line
        for line in said.splitlines()
    )
    assert "event_loop_lag_seconds" in said


async def test_nonsense_on_the_port_is_survived() -> None:
    async with listening("127.0.0.1:0", Readiness()) as address:
        host, port = address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"\x00\xff\r\n\r\n")
        assert await reader.read() == b""
        writer.close()
        assert (await ask(address, "/health/live"))[0] == 200


async def test_who_is_busy_stays_ready() -> None:
    busy: list[TooMany] = []

    async def check() -> None:
        if busy:
            raise busy[0]

    readiness = Readiness(check)
    await readiness.look()
    busy.append(TooMany("too many calls need the database at once"))
    await readiness.look()

    assert readiness.is_ready
