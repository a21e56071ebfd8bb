"""Webhook to reply through the whole mesh, at a steady rate, as the customer waits for it."""

from __future__ import annotations

import asyncio
import time
import uuid

import asyncpg

from bench import bodies
from bench.load import Measured, drive
from bench.running import Running

# A rate above what the machine answers leaves a queue; it is answered, late, and counted so.
_SETTLE_SECONDS = 180.0


async def measure(running: Running, *, rate: float, seconds: float) -> Measured:
    """`rate` messages a second, each from a customer of its own; milliseconds from POST to `sent`.

    Both ends are read from the record: stored at acceptance, finished when the delivery is.
    """
    run, count = uuid.uuid4().hex[:8], int(rate * seconds)
    measured, sending = Measured(), []
    started = time.perf_counter()
    for number in range(count):
        _, body = bodies.message(number, count, run)
        posts = [bodies.request(body, f"127.0.0.1:{running.port}")]
        sending.append(asyncio.create_task(drive("127.0.0.1", running.port, posts, 1)))
        await asyncio.sleep(max(0.0, started + (number + 1) / rate - time.perf_counter()))
    acks = await asyncio.gather(*sending)
    measured.seconds = time.perf_counter() - started
    waits = await _replies(running, run, count)
    # The ack is part of the wait: what the record calls its start lies inside the POST.
    measured.milliseconds = [wait + acks[0].percentile(0.5) / 2 for wait in waits]
    return measured


async def _replies(running: Running, run: str, count: int) -> list[float]:
    connection = await asyncpg.connect(running.database_url)
    try:
        deadline = time.perf_counter() + _SETTLE_SECONDS
        rows: list[asyncpg.Record] = []
        while len(rows) < count and time.perf_counter() < deadline:
            await asyncio.sleep(0.25)
            rows = await connection.fetch(
                """
                SELECT extract(epoch FROM d.finished_at - m.created_at)::float8 * 1000 AS ms
                  FROM tickets.messages m
                  JOIN tickets.messages r ON r.turn_id = m.turn_id AND r.author = 'bot'
                  JOIN tickets.deliveries d ON d.message_id = r.id AND d.state = 'sent'
                 WHERE m.provider_message_id LIKE $1 AND m.author = 'customer'
                """,
                f"wamid.{run}.%",
            )
    finally:
        await connection.close()
    if len(rows) < count:
        raise RuntimeError(f"{count - len(rows)} of {count} messages have no reply yet")
    return [row["ms"] for row in rows]
