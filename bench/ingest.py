"""Webhooks accepted a second, durably: ours through Envoy, a plain service hit directly, a bare
echo beside both.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass

import asyncpg

from bench import bodies
from bench.load import Measured, drive
from bench.peers import echo
from bench.running import Running, free_port

CONNECTIONS = 64
_CONTACTS = 1000
_OK = 200


@dataclass(frozen=True, slots=True)
class Ingest:
    """Medians of the rounds; every round measured all three, one after the other."""

    echo_per_second: float
    plain: list[Measured]
    ours: list[Measured]

    @property
    def ours_per_second(self) -> float:
        return statistics.median(m.per_second for m in self.ours)

    @property
    def plain_per_second(self) -> float:
        return statistics.median(m.per_second for m in self.plain)


async def measure(running: Running, *, webhooks: int, rounds: int) -> Ingest:
    """Interleaved, so that whatever else the machine does hits all three alike."""
    echo_port, plain_port = free_port(), free_port()
    peers = [
        _start("bench.peers.echo", ECHO_PORT=str(echo_port)),
        _start(
            "bench.peers.plain", PLAIN_PORT=str(plain_port), PLAIN_DATABASE_URL=running.database_url
        ),
    ]
    try:
        await _until_open(plain_port)
        echoes, plain, ours = [], [], []
        for _ in range(rounds):
            echoes.append(await echo.measure(echo_port, webhooks, CONNECTIONS))
            plain.append(await _accepts(plain_port, webhooks))
            ours.append(await _accepts(running.port, webhooks))
            await settled(running)
        return Ingest(statistics.median(echoes), plain, ours)
    finally:
        for peer in peers:
            peer.terminate()
            peer.wait()


async def _accepts(port: int, webhooks: int) -> Measured:
    requests = bodies.requests(webhooks, _CONTACTS, f"127.0.0.1:{port}")
    measured = await drive("127.0.0.1", port, requests, CONNECTIONS)
    if measured.statuses[_OK] != webhooks:
        raise RuntimeError(f"not every webhook was accepted: {dict(measured.statuses)}")
    return measured


async def settled(running: Running) -> None:
    """Wait until the turns that the webhooks made are answered: the next round starts quiet."""
    connection = await asyncpg.connect(running.database_url)
    try:
        for _ in range(1200):
            waiting = await connection.fetchval(
                """
                SELECT (SELECT count(*) FROM tickets.inbox_spool)
                     + (SELECT count(*) FROM tickets.conv_queue)
                     + (SELECT count(*) FROM tickets.deliveries
                         WHERE state IN ('pending', 'claimed', 'sending'))
                     + (SELECT count(*) FROM tickets.events WHERE tseq IS NULL)
                """
            )
            if not waiting:
                return
            await asyncio.sleep(0.5)
    finally:
        await connection.close()
    raise RuntimeError("the turns were not answered in ten minutes")


def _start(module: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", module], env={**os.environ, **environment})  # noqa: S603 - ours


async def _until_open(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise RuntimeError("a peer did not start")
