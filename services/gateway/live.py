"""WebSocket and SSE: one reader of the log, many listeners, resume by number."""

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import HTTPConnection, Request
from starlette.responses import StreamingResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from mesh.access import Caller, Role
from mesh.crash import crash_point
from mesh.errors import MeshError, NotAllowed
from services.gateway.callers import Callers
from services.gateway.feed import Feeds, Frame, Listener, event_frame, word_frame
from services.gateway.peers import Events, LiveTokens

SLOW, FLOOD, RESTARTING, GONE = 4008, 1008, 1012, 4001
_RIGHTS_SECONDS = 10.0
_SEND_SECONDS = 10.0
# A browser has nothing to say here but pongs, and that somebody types.
_MOST_MESSAGES = 20
_MOST_MESSAGES_SECONDS = 10.0
_NO_POSITION = -1
# Below 2^63, which a sequence never reaches.
_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Position:
    """From where a client wants to go on. `after` < 0: that was no position at all."""

    after: int
    epoch: str


class Live:
    """`…/live` (WebSocket) and `…/events` (SSE) of a tenant."""

    def __init__(self, callers: Callers, tokens: LiveTokens, events: Events, feeds: Feeds) -> None:
        self._callers = callers
        self._tokens = tokens
        self._events = events
        self._feeds = feeds

    async def events(self, request: Request) -> StreamingResponse:
        """SSE with `id: <epoch>.<sequence>` lines, so that a browser resumes by itself."""
        tenant_id, caller = await self._admit(request)
        position = position_of(request)
        opened = self._frames(tenant_id, _key_of(caller), position)
        first = await anext(opened)
        return StreamingResponse(
            _as_sse(first, opened),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    async def socket(self, websocket: WebSocket) -> None:
        """The same frames, a message each. Refused before the upgrade, never after it."""
        _check_origin(websocket)
        tenant_id, caller = await self._admit(websocket)
        frames = self._frames(tenant_id, _key_of(caller), position_of(websocket))
        first = await anext(frames)
        await websocket.accept()
        reading = asyncio.create_task(_listen(websocket, self._hears(tenant_id, caller)))
        writing = asyncio.create_task(_write(websocket, first, frames))
        try:
            await asyncio.wait({reading, writing}, return_when=asyncio.FIRST_COMPLETED)
            code = next(task.result() for task in (reading, writing) if task.done())
        finally:
            for task in (reading, writing):
                task.cancel()
            await asyncio.gather(reading, writing, return_exceptions=True)
            await frames.aclose()
        with suppress(RuntimeError, TimeoutError, WebSocketDisconnect):
            async with asyncio.timeout(_SEND_SECONDS):
                await websocket.close(code)

    async def _admit(self, connection: HTTPConnection) -> tuple[str, Caller]:
        """Which tenant is listened to, by whom.

        A single-use token for browsers, a key for programs; raises like every other route.
        """
        token = connection.query_params.get("token")
        if token:
            caller = await self._tokens.redeem(token)
        else:
            caller = await self._callers.caller(connection.headers)
        named, path = connection.path_params["tenant_id"], connection.url.path
        return await self._callers.tenant_of(caller, named, path, Role.VIEWER), caller

    def _hears(self, tenant_id: str, caller: Caller) -> Callable[[str], Awaitable[None]]:
        """What a client may say: that somebody who may write is writing."""

        async def hear(text: str) -> None:
            conversation_id = _typed_in(text)
            if conversation_id and caller.role is not Role.VIEWER:
                who = caller.name or caller.key_id
                await self._feeds.say_typing(tenant_id, conversation_id, who)

        return hear

    async def _frames(
        self, tenant_id: str, key_id: str, position: Position | None
    ) -> AsyncGenerator[Frame, None]:
        """Frames without gap or repeat; the first one says that the stream is open."""
        async with self._feeds.listening(tenant_id, key_id) as (listener, epoch, head):
            following = Following(self._events, listener, tenant_id, epoch, head)
            yield word_frame("heartbeat", tenant_id, epoch, head)
            checked_at = time.monotonic()
            async for frame in following.frames(position):
                yield frame
                if time.monotonic() - checked_at > _RIGHTS_SECONDS:
                    checked_at = time.monotonic()
                    if not await self._callers.may_stay(tenant_id, key_id):
                        at = (tenant_id, frame.epoch, frame.sequence)
                        yield word_frame("stream_end", *at, reason="key_revoked")
                        return


class Following:
    """One client's way through the log: what it missed from PostgreSQL, then the feed."""

    def __init__(
        self, events: Events, listener: Listener, tenant_id: str, epoch: str, head: int
    ) -> None:
        self._events = events
        self._listener = listener
        self._tenant_id = tenant_id
        self._epoch = epoch
        self._sent = head

    async def frames(self, position: Position | None) -> AsyncIterator[Frame]:
        if position is not None:
            self._sent = position.after
            async for missed in self._missed(position.epoch):
                yield missed
        while (frame := await self._listener.next()) is not None:
            if not frame.is_event:
                if frame.type == "resync_required":
                    self._epoch, self._sent = frame.epoch, frame.sequence
                yield frame
                if frame.type == "stream_end":
                    return
                continue
            if frame.epoch == self._epoch and frame.sequence > self._sent + 1:
                async for missed in self._missed(self._epoch):
                    yield missed
            if frame.epoch == self._epoch and frame.sequence == self._sent + 1:
                self._sent = frame.sequence
                yield frame

    async def _missed(self, epoch: str) -> AsyncIterator[Frame]:
        """Page by page up to the head; a position that is lost is answered once, then live."""
        while True:
            after = max(self._sent, 0)
            answer = await self._events.list_events(self._tenant_id, after, epoch)
            if answer.resync_required or self._sent < 0:
                self._epoch, self._sent = answer.epoch, answer.head
                yield word_frame("resync_required", self._tenant_id, answer.epoch, answer.head)
                return
            self._epoch = answer.epoch
            for event in answer.events:
                self._sent = event.sequence
                yield event_frame(event)
            if not answer.events or self._sent >= answer.head:
                return


def position_of(connection: HTTPConnection) -> Position | None:
    """`?after=&epoch=` or `Last-Event-ID`; None: from now on."""
    after = connection.query_params.get("after")
    epoch = connection.query_params.get("epoch", "")
    if after is None:
        last = connection.headers.get("last-event-id", "")
        if not last:
            return None
        epoch, _, after = last.rpartition(".")
    return Position(int(after) if _NUMBER.fullmatch(after) else _NO_POSITION, epoch[:100])


def is_own_page(origin: str, host: str) -> bool:
    """Compared as it is: what is no address must not be taken apart."""
    return bool(host) and origin.partition("://")[2] == host


def _check_origin(websocket: WebSocket) -> None:
    """A browser says where its page came from; a program sends its key (ASVS 4.4)."""
    origin = websocket.headers.get("origin")
    if origin is None:
        return
    if not is_own_page(origin, websocket.headers.get("host", "")):
        raise NotAllowed("this page may not listen here")


async def _as_sse(first: Frame, frames: AsyncGenerator[Frame, None]) -> AsyncIterator[str]:
    try:
        yield _event(first)
        async for frame in frames:
            yield _event(frame)
    finally:
        await frames.aclose()


def _event(frame: Frame) -> str:
    """Only events have an `id:`: a browser resumes from the last one it saw."""
    position = f"id: {frame.position}\n" if frame.is_event else ""
    return f"{position}data: {frame.text}\n\n"


async def _write(websocket: WebSocket, first: Frame, frames: AsyncGenerator[Frame, None]) -> int:
    """Until the stream ends, or the client stops to read."""
    code = SLOW
    try:
        await _send(websocket, first)
        async for frame in frames:
            await _send(websocket, frame)
            crash_point("live.after_send")
            code = RESTARTING if frame.type == "stream_end" else SLOW
    except (TimeoutError, WebSocketDisconnect):
        return SLOW
    except MeshError:
        return RESTARTING
    return code


async def _send(websocket: WebSocket, frame: Frame) -> None:
    async with asyncio.timeout(_SEND_SECONDS):
        await websocket.send_text(frame.text)


def _key_of(caller: Caller) -> str:
    """Whose end ends the stream; the platform's key lasts as long as the mesh runs with it."""
    return caller.key_id if caller.tenant_id else ""


def _typed_in(text: str) -> str:
    """The conversation of `{"type":"typing","conversation_id":…}`; empty for anything else."""
    try:
        said = json.loads(text)
        is_typing = isinstance(said, dict) and said.get("type") == "typing"
        return str(UUID(said["conversation_id"])) if is_typing else ""
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


async def _listen(websocket: WebSocket, hear: Callable[[str], Awaitable[None]]) -> int:
    """Until the client goes, or says more than it has to."""
    loop = asyncio.get_running_loop()
    count, since = 0, loop.time()
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return GONE
        if loop.time() - since > _MOST_MESSAGES_SECONDS:
            count, since = 0, loop.time()
        count += 1
        if count > _MOST_MESSAGES:
            return FLOOD
        await hear(message.get("text") or "")
