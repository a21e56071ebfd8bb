"""What a visitor of a web chat hears: that something is new, and what is being written."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from services.gateway import asides
from services.gateway.live import Following

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping

    from services.gateway.feed import Feeds, Frame
    from services.gateway.live import Position
    from services.gateway.peers import Events
    from services.gateway.visitors import Visitor

# Of what is in the record ids and no more: the words are read from there.
_NEWS = frozenset(
    {"message.received", "message.sent", "handover.accepted", "conversation.resolved"}
)
# Said in passing, and shown until the record says more.
_ASIDES = frozenset({asides.TYPING, asides.DRAFT})


class News:
    def __init__(
        self, events: Events, feeds: Feeds, clock: Callable[[], float] = time.time
    ) -> None:
        self._events = events
        self._feeds = feeds
        self._clock = clock

    async def opened(
        self, visitor: Visitor, conversations: frozenset[str], position: Position | None
    ) -> AsyncIterator[str]:
        """Lines of server-sent events. Refused here or not at all, never after the first line."""
        lines = self._lines(visitor, conversations, position)
        return _after(await anext(lines), lines)

    async def _lines(
        self, visitor: Visitor, conversations: frozenset[str], position: Position | None
    ) -> AsyncGenerator[str, None]:
        key, tenant_id = f"visitor:{visitor.id}", visitor.tenant_id
        listening = self._feeds.listening(tenant_id, key, watches=conversations)
        async with listening as (listener, epoch, head):
            yield ": open\n\n"
            following = Following(self._events, listener, tenant_id, epoch, head)
            async for frame in following.frames(position):
                if self._clock() > visitor.expires_at:
                    return
                if line := _line(frame, conversations):
                    yield line


async def _after(first: str, lines: AsyncGenerator[str, None]) -> AsyncIterator[str]:
    try:
        yield first
        async for line in lines:
            yield line
    finally:
        await lines.aclose()


def _line(frame: Frame, conversations: frozenset[str]) -> str:
    if frame.type == "heartbeat":
        return ": still here\n\n"
    if frame.type in {"resync_required", "stream_end"}:
        return _data({"type": frame.type})
    if frame.type not in _NEWS | _ASIDES:
        return ""
    said = json.loads(frame.text)
    data = said["data"]
    if frame.type in _ASIDES:
        is_theirs = data["conversation_id"] in conversations
        return _data({"type": frame.type} | _words_of(data)) if is_theirs else ""
    if said.get("conversation_id") not in conversations:
        return ""
    told = {"type": frame.type, "message_id": data.get("message_id")}
    return f"id: {frame.position}\n{_data(told)}"


def _words_of(data: Mapping[str, str]) -> dict[str, str]:
    """What is being written. Who types is nobody's business but the desk's."""
    return {"text": data["text"]} if "text" in data else {}


def _data(said: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(said, ensure_ascii=False, separators=(',', ':'))}\n\n"
