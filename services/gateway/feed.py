"""One tenant's events, read once and handed to everybody who listens."""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cassava.tickets.v1 import event_pb2
from google.protobuf import json_format

from mesh import logs, tracing
from mesh.errors import MeshError, TooMany
from mesh.valkey import Valkey
from services.gateway import asides
from services.gateway.peers import Events

log = logs.get(__name__)

HEARTBEAT_SECONDS = 15.0
# PROTOCOL 8: what a listener may leave unread before it is told to come back.
_MOST_FRAMES = 500
_MOST_BYTES = 256 * 1024
# What is told in one breath must fit that, or a burst would send everybody away.
_PAGE = 50
_MOST_LISTENERS = 10_000
_MOST_LISTENERS_OF_TENANT = 2_000
_MOST_LISTENERS_OF_USER = 50
_LOOK_SECONDS = 1.0
_OUTSIDE_THE_LOG = frozenset(
    {"heartbeat", "resync_required", "stream_end", asides.TYPING, asides.DRAFT}
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One line to a listener. Frames outside the sequence have no position to resume from."""

    type: str
    epoch: str
    sequence: int
    text: str

    @property
    def is_event(self) -> bool:
        return self.type not in _OUTSIDE_THE_LOG

    @property
    def position(self) -> str:
        return f"{self.epoch}.{self.sequence}"


def event_frame(event: event_pb2.Event) -> Frame:
    """The envelope of CONTRACT 7; empty ids are left out, `sequence` is a string."""
    said = json_format.MessageToDict(event, preserving_proto_field_name=True)
    said.setdefault("data", {})
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Frame(event.type, event.epoch, event.sequence, text)


def word_frame(kind: str, tenant_id: str, epoch: str, sequence: int, **data: str) -> Frame:
    """`heartbeat`, `resync_required` or `stream_end`, with the head's number."""
    said = {"type": kind, "tenant_id": tenant_id, "epoch": epoch, "sequence": str(sequence)}
    return Frame(kind, epoch, sequence, json.dumps({**said, "data": data}, separators=(",", ":")))


class Listener:
    """What one connection has not read yet: bounded, because some never read.

    `watches` are the conversations whose drafts it is shown.
    """

    def __init__(self, watches: Collection[str] = ()) -> None:
        self.watches = watches
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self.is_too_slow = False

    def offer(self, frame: Frame) -> None:
        self._bytes += len(frame.text)
        if len(self._frames) >= _MOST_FRAMES or self._bytes > _MOST_BYTES:
            self.is_too_slow = True
        else:
            self._frames.append(frame)
        self._news.set()

    async def next(self) -> Frame | None:
        """The next frame; None when this listener has fallen behind for good."""
        while not self._frames and not self.is_too_slow:
            self._news.clear()
            await self._news.wait()
        if self.is_too_slow:
            return None
        frame = self._frames.popleft()
        self._bytes -= len(frame.text)
        return frame


class _Feed:
    """One reader of a tenant's log. The mirror says when; PostgreSQL says what, without gaps."""

    def __init__(self, events: Events, valkey: Valkey, tenant_id: str) -> None:
        self._events = events
        self._valkey = valkey
        self._tenant_id = tenant_id
        self.listeners: set[Listener] = set()
        self.epoch, self.head = "", 0

    async def begin(self) -> None:
        """Where the log stands now."""
        answer = await self._events.list_events(self._tenant_id, 0, "", page_size=1)
        self.epoch, self.head = answer.epoch, answer.head

    async def run(self) -> None:
        """What is kept, and what is only said."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._overhear())

    async def _follow(self) -> None:
        beat_at = time.monotonic() + HEARTBEAT_SECONDS
        while True:
            with await self._news():
                try:
                    await self._read()
                except MeshError as error:
                    log.info("feed_waits", tenant_id=self._tenant_id, reason=error.reason)
            if time.monotonic() >= beat_at:
                beat_at += HEARTBEAT_SECONDS
                self._tell(word_frame("heartbeat", self._tenant_id, self.epoch, self.head))

    async def _overhear(self) -> None:
        async for said in asides.overheard(self._valkey, self._tenant_id):
            self.tell_aside(**said)

    def tell_aside(self, type: str, **said: str) -> None:  # noqa: A002  # the frame's word for it
        """Who types, to all; what is being written, to who watches that conversation."""
        frame = word_frame(type, self._tenant_id, self.epoch, self.head, **said)
        for listener in self.listeners:
            if type != asides.DRAFT or said["conversation_id"] in listener.watches:
                listener.offer(frame)

    async def _news(self) -> tracing.Span:
        """Until the mirror grows, at most a second: that long without Valkey, too.

        Reading the news is part of the trace that the mark names, if it names one.
        """
        started = time.monotonic()
        stream = f"live:{self._tenant_id}:{self.epoch}"
        after = f"{self.head}-0"
        if marks := await self._valkey.read(stream, after, int(_LOOK_SECONDS * 1000)):
            told = marks[-1][1].get(tracing.TRACE_PARENT, b"").decode("latin-1")
            if told := tracing.accepted(told):
                return tracing.span("process live", "consumer", parent=told, links=(told,))
            return tracing.UNRECORDED
        await asyncio.sleep(max(0.0, _LOOK_SECONDS - (time.monotonic() - started)))
        return tracing.UNRECORDED

    async def _read(self) -> None:
        while True:
            answer = await self._events.list_events(
                self._tenant_id, self.head, self.epoch, page_size=_PAGE
            )
            if answer.resync_required:
                self.epoch, self.head = answer.epoch, answer.head
                self._tell(word_frame("resync_required", self._tenant_id, self.epoch, self.head))
                return
            for event in answer.events:
                self.head = event.sequence
                self._tell(event_frame(event))
            if not answer.events or self.head >= answer.head:
                return

    def _tell(self, frame: Frame) -> None:
        for listener in self.listeners:
            listener.offer(frame)


class Feeds:
    """One reader a tenant, as long as somebody listens."""

    def __init__(self, events: Events, valkey: Valkey) -> None:
        self._events = events
        self._valkey = valkey
        self._feeds: dict[str, tuple[_Feed, asyncio.Task[None]]] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._count = 0
        self._of_key: Counter[str] = Counter()

    @asynccontextmanager
    async def listening(
        self, tenant_id: str, key_id: str, watches: Collection[str] = ()
    ) -> AsyncIterator[tuple[Listener, str, int]]:
        """A listener, and the epoch and head at which it began to hear."""
        if self._count >= _MOST_LISTENERS:
            raise TooMany("too many live connections", retry_after_seconds=30)
        # Embedded development has no keys: there everybody is nobody in particular.
        if key_id and self._of_key[key_id] >= _MOST_LISTENERS_OF_USER:
            raise TooMany("too many live connections of this key", retry_after_seconds=30)
        self._count += 1
        self._of_key[key_id] += 1
        listener = Listener(watches)
        try:
            feed = await self._feed(tenant_id)
            if len(feed.listeners) >= _MOST_LISTENERS_OF_TENANT:
                raise TooMany("too many live connections of this tenant", retry_after_seconds=30)
            feed.listeners.add(listener)
            yield listener, feed.epoch, feed.head
        finally:
            self._count -= 1
            self._of_key[key_id] -= 1
            self._of_key += Counter()  # forgets who has none left
            self._leave(tenant_id, listener)

    async def _feed(self, tenant_id: str) -> _Feed:
        async with self._opening.setdefault(tenant_id, asyncio.Lock()):
            if tenant_id not in self._feeds:
                feed = _Feed(self._events, self._valkey, tenant_id)
                await feed.begin()
                self._feeds[tenant_id] = feed, asyncio.create_task(feed.run())
            return self._feeds[tenant_id][0]

    def _leave(self, tenant_id: str, listener: Listener) -> None:
        if tenant_id not in self._feeds:
            return
        feed, reading = self._feeds[tenant_id]
        feed.listeners.discard(listener)
        if not feed.listeners:
            reading.cancel()
            del self._feeds[tenant_id]
            self._opening.pop(tenant_id, None)

    async def say_typing(self, tenant_id: str, conversation_id: str, agent: str) -> None:
        """To everybody of the tenant, from here or, without Valkey, in this process alone."""
        said = {"conversation_id": conversation_id, "agent": agent}
        if await asides.say(self._valkey, tenant_id, asides.TYPING, **said):
            return
        if tenant_id in self._feeds:
            self._feeds[tenant_id][0].tell_aside(asides.TYPING, **said)

    def end(self, reason: str) -> None:
        """Tell everybody that the stream ends here, with the position to resume from."""
        for tenant_id, (feed, _) in self._feeds.items():
            frame = word_frame("stream_end", tenant_id, feed.epoch, feed.head, reason=reason)
            for listener in feed.listeners:
                listener.offer(frame)
