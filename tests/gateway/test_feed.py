"""How many may listen at once, and what they hear when they come and go."""

import asyncio
import random
from contextlib import AsyncExitStack, aclosing
from typing import Any

import pytest
from cassava.tickets.v1 import event_pb2

from mesh.errors import TooMany
from mesh.valkey import Valkey
from services.gateway.feed import Feeds
from services.gateway.live import Following, Position


class EmptyLog:
    async def list_events(self, *_: Any, **__: Any) -> event_pb2.ListEventsResponse:
        return event_pb2.ListEventsResponse(epoch="e")


async def test_one_key_opens_fifty_streams_and_no_more() -> None:
    feeds = Feeds(EmptyLog(), Valkey(None))
    async with AsyncExitStack() as opened:
        for _ in range(50):
            await opened.enter_async_context(feeds.listening("acme", "ck_1"))

        with pytest.raises(TooMany, match="key"):
            await opened.enter_async_context(feeds.listening("acme", "ck_1"))
        await opened.enter_async_context(feeds.listening("acme", "ck_2"))

    async with feeds.listening("acme", "ck_1"):
        pass


class _Log:
    """The tenant's log, a few events a page."""

    def __init__(self) -> None:
        self.head = 0

    async def list_events(
        self, tenant_id: str, after: int, epoch: str, *, page_size: int = 0
    ) -> event_pb2.ListEventsResponse:
        numbers = range(after + 1, min(after + (page_size or 7), self.head) + 1)
        events = [
            event_pb2.Event(tenant_id=tenant_id, type="message.sent", epoch="e", sequence=number)
            for number in numbers
        ]
        return event_pb2.ListEventsResponse(events=events, head=self.head, epoch="e")


async def test_storms_of_reconnects_between_replicas_lose_and_repeat_nothing() -> None:
    """Thirty clients leave after a few frames and resume by number at whichever replica."""
    log, count, draw = _Log(), 200, random.Random(9)  # noqa: S311  # no secret
    replicas = [Feeds(log, Valkey(None)) for _ in range(3)]

    async def client() -> list[int]:
        seen: list[int] = []
        while len(seen) < count:
            left = draw.randrange(1, 30)
            async with draw.choice(replicas).listening("acme", "") as (listener, epoch, head):
                following = Following(log, listener, "acme", epoch, head)
                position = Position(len(seen), "e")
                async with aclosing(following.frames(position)) as frames:  # type: ignore[type-var]  # a generator
                    async for frame in frames:
                        assert frame.type in ("message.sent", "heartbeat")
                        seen += [frame.sequence] if frame.is_event else []
                        left -= 1
                        if not left or len(seen) == count:
                            break
        return seen

    async def things_happen() -> None:
        while log.head < count:
            log.head += draw.randrange(1, 12)
            log.head = min(log.head, count)
            await asyncio.sleep(0.05)

    *storms, _ = await asyncio.gather(*(client() for _ in range(30)), things_happen())

    assert all(seen == list(range(1, count + 1)) for seen in storms)
