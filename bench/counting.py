"""How many events a second analytics counts: `python -m bench.counting [--events 20000]`.

The follower as it is, on a PostgreSQL of its own with fsync on; the log is in memory, so that
nobody else's speed is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cassava.tickets.v1 import event_pb2

from cli.embedded.postgres import Postgres
from cli.migrate import migrate
from mesh.postgres import open_pool
from services.analytics.follower import Follower

_TENANT, _EPOCH = "bench", "1"
_A_CONVERSATION = 5
_BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)


class _Log:
    """Conversations of one question and one answer, a quarter of a second apart."""

    def __init__(self, count: int) -> None:
        self._events = [
            event
            for number in range(count // _A_CONVERSATION)
            for event in _conversation(number, number * _A_CONVERSATION)
        ]

    async def heads(self) -> event_pb2.ListStreamsResponse:
        stream = event_pb2.Stream(tenant_id=_TENANT, head=len(self._events))
        return event_pb2.ListStreamsResponse(streams=[stream], epoch=_EPOCH)

    async def page(self, tenant_id: str, after: int, size: int) -> event_pb2.ListEventsResponse:
        page, head = self._events[after : after + size], len(self._events)
        return event_pb2.ListEventsResponse(events=page, head=head, epoch=_EPOCH)


class _NoBell:
    async def wait(self, name: str, timeout: float) -> None:  # noqa: ASYNC109  # the bell's own
        """Nobody rings."""


def _conversation(number: int, before: int) -> list[event_pb2.Event]:
    at = _BEGIN + number * timedelta(seconds=0.25)
    when, reply = at.isoformat(), {"message_id": f"r{number}", "author": "bot", "answer": True}
    told: list[tuple[str, dict[str, Any]]] = [
        (
            "conversation.opened",
            {
                "channel": "whatsapp",
                "channel_id": "w1",
                "customer_id": f"k{number}",
                "customer_time": when,
            },
        ),
        ("message.received", {"message_id": f"m{number}", "kind": "text", "customer_time": when}),
        (
            "turn.completed",
            {
                "messages": 1,
                "intent": f"intent_{number % 20}",
                "urgency": "normal",
                "sentiment": "neutral",
                "language": "en",
                "customer_time": when,
            },
        ),
        ("message.queued", {**reply, "outcome": "answer", "tier": "knowledge"}),
        ("message.sent", reply),
    ]
    return [_event(before + n + 1, kind, number, at, said) for n, (kind, said) in enumerate(told)]


def _event(
    sequence: int, kind: str, conversation: int, at: datetime, said: dict[str, Any]
) -> event_pb2.Event:
    event = event_pb2.Event(
        id=f"e{sequence}",
        sequence=sequence,
        epoch=_EPOCH,
        tenant_id=_TENANT,
        type=kind,
        conversation_id=f"c{conversation}",
    )
    event.occurred_at.FromDatetime(at)
    event.data.update(said)
    return event


async def _measure(database: str, count: int) -> None:
    await migrate(database)
    log = _Log(count)
    async with open_pool(database, schema="analytics", role="analytics_app") as pool:
        follower = Follower(pool, log, _NoBell())
        started, busy = time.perf_counter(), time.process_time()
        while await follower.follow_once():
            pass
        took, cost = time.perf_counter() - started, time.process_time() - busy
    _say(f"{count:,} events counted in {took:.1f} s: {count / took:,.0f} a second")
    _say(f"  {cost / count * 1e6:.0f} us of the service's own CPU an event")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.counting")
    parser.add_argument("--events", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cassava-bench-") as folder:
        server = Postgres(Path(folder) / "postgres")
        server.start()
        try:
            asyncio.run(_measure(server.create_database("counting"), asked.events))
        finally:
            server.stop()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
