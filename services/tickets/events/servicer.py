"""EventService: the log as it is, and as it grows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cassava.tickets.v1 import event_pb2 as pb
from cassava.tickets.v1 import event_pb2_grpc as rpc

from mesh.access import Role, current_caller
from mesh.errors import NotAllowed
from mesh.times import to_timestamp
from mesh.transactions import read
from services.tickets.events import wire
from services.tickets.events.store import EventStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from datetime import datetime

    import grpc

    from mesh.access import Caller
    from mesh.postgres import Connection, Pool
    from services.tickets.events.heads import Heads

_PAGE = 500
_PAGE_MOST = 1000


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a watcher hears that the stream lives, and is asked for its right to listen."""

    heartbeat_seconds: float = 15.0
    # With a heartbeat's wait on top, a key that was revoked watches for less than a minute.
    right_seconds: float = 40.0


@dataclass(slots=True)
class _Reader:
    """Where one watcher stands; an empty epoch is the current one."""

    tenant_id: str
    caller: Caller
    after: int | None
    epoch: str


EVERYDAY = Rhythm()


class EventServicer(rpc.EventServiceServicer):
    def __init__(  # noqa: PLR0913, PLR0917  # the log, who may listen, and whose messages surge
        self,
        pool: Pool,
        heads: Heads,
        still_opens: Callable[[Caller], Awaitable[bool]],
        now: Callable[[], datetime],
        surging: Callable[[], set[str]],
        rhythm: Rhythm = EVERYDAY,
    ) -> None:
        self._pool = pool
        self._heads = heads
        self._still_opens = still_opens
        self._now = now
        self._surging = surging
        self._rhythm = rhythm

    @read
    async def ListEvents(
        self, request: pb.ListEventsRequest, connection: Connection
    ) -> pb.ListEventsResponse:
        if request.everything and current_caller().role is not Role.MESH:
            raise NotAllowed("only the mesh reads what is older than the live window")
        store = EventStore(connection)
        head, epoch = await store.head_and_epoch()
        response = pb.ListEventsResponse(head=head, epoch=epoch)
        is_lost = request.epoch not in ("", epoch) or request.after > head
        if is_lost or (
            not request.everything and await store.is_too_old(request.after, head, self._now())
        ):
            response.resync_required = True
            return response
        if request.everything:
            response.first = await store.first(head)
        most = min(request.page_size or _PAGE, _PAGE_MOST)
        for row in await store.after(request.after, most):
            response.events.append(wire.event_to_proto(row, epoch))
        return response

    async def Watch(
        self,
        request: pb.WatchRequest,
        context: grpc.aio.ServicerContext[pb.WatchRequest, AsyncIterator[pb.WatchResponse]],
    ) -> AsyncIterator[pb.WatchResponse]:
        after = request.after if request.HasField("after") else None
        reader = _Reader(request.tenant_id, current_caller(), after, request.epoch)
        with self._heads.watching():
            async for frame in self._follow(reader):
                yield frame

    async def ListStreams(
        self,
        request: pb.ListStreamsRequest,
        context: grpc.aio.ServicerContext[pb.ListStreamsRequest, Awaitable[pb.ListStreamsResponse]],
    ) -> pb.ListStreamsResponse:
        async with self._pool.connection() as connection:
            epoch, heads = await EventStore(connection).epoch_and_heads()
        held = self._surging()
        return pb.ListStreamsResponse(
            streams=[
                pb.Stream(tenant_id=tenant_id, head=head, surging=tenant_id in held)
                for tenant_id, head in heads
            ],
            epoch=epoch,
        )

    async def _follow(self, reader: _Reader) -> AsyncIterator[pb.WatchResponse]:
        clock = asyncio.get_running_loop().time
        beat_due = clock()  # the first says that the stream is open, and from where
        right_due = clock() + self._rhythm.right_seconds
        while not self._heads.is_stopping:
            events = await self._news(reader)
            for event in events:
                yield event
            if clock() >= right_due:
                right_due = clock() + self._rhythm.right_seconds
                if not await self._still_opens(reader.caller):
                    yield self._frame(reader, "stream_end", reason="key_ended")
                    return
            if clock() >= beat_due:
                beat_due = clock() + self._rhythm.heartbeat_seconds
                yield self._frame(reader, "heartbeat")
            if not events:
                await self._heads.beyond(
                    *(reader.tenant_id, reader.after or 0, reader.epoch),
                    max(0.0, min(beat_due, right_due) - clock()),
                )
        yield self._frame(reader, "stream_end", reason="shutdown")

    async def _news(self, reader: _Reader) -> Sequence[pb.WatchResponse]:
        """What came after the reader's place, which moves on; or that it is gone."""
        async with self._pool.transaction(reader.tenant_id, readonly=True) as connection:
            store = EventStore(connection)
            head, epoch = await store.head_and_epoch()
            is_new = reader.after is None
            after, was = head if reader.after is None else reader.after, reader.epoch or epoch
            reader.after, reader.epoch = after, epoch
            is_lost = not is_new and (was != epoch or after > head)
            if is_lost or await store.is_too_old(after, head, self._now()):
                reader.after = head
                return [self._frame(reader, "resync_required")]
            rows = await store.after(after, _PAGE)
        if rows:
            reader.after = rows[-1]["tseq"]
        return [wire.watched_to_proto(wire.event_to_proto(row, epoch)) for row in rows]

    def _frame(self, reader: _Reader, kind: str, **data: str) -> pb.WatchResponse:
        """A word outside the sequence: its number is where the reader stands."""
        frame = pb.WatchResponse(
            type=kind,
            tenant_id=reader.tenant_id,
            epoch=reader.epoch,
            sequence=reader.after or 0,
            occurred_at=to_timestamp(self._now()),
        )
        frame.data.update(data)
        return frame
