"""How many may listen at once."""

from contextlib import AsyncExitStack
from typing import Any

import pytest
from cassava.tickets.v1 import event_pb2

from mesh.errors import TooMany
from mesh.valkey import Valkey
from services.gateway.feed import Feeds


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
