"""Group commit: while one batch is in flight the next one collects."""

import asyncio
import contextvars
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from cassava.tickets.v1 import inbox_pb2

from mesh import tracing
from mesh.errors import InvalidInput, Unavailable
from services.gateway import wire
from services.gateway.peers import Inbox


class Sized(Protocol):
    """A message that knows its size."""

    def ByteSize(self) -> int:  # noqa: N802 protobuf's name
        """On the wire."""


Item = TypeVar("Item", bound=Sized)
Result = TypeVar("Result")


class NotStored(Unavailable):
    """Nothing was acknowledged; the provider keeps it and repeats."""

    def __init__(self) -> None:
        super().__init__("this could not be stored now; send it again")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may travel in one call, and how much may wait for it."""

    # Half of what a busy edge has open: it reads one half while the other is stored (0050).
    batch_items: int = 32
    batch_bytes: int = 1_048_576
    waiting_items: int = 512
    # Longer than a batch on a busy machine, far below any provider's patience (decision 0051).
    waiting_seconds: float = 2.0


@dataclass(eq=False, slots=True)
class _Posting(Generic[Result]):
    """Items that were put together and are answered together."""

    answer: asyncio.Future[list[Result]]
    results: list[Result | None]
    left: int
    is_dead: bool = False

    def settle(self, position: int, result: Result) -> None:
        self.results[position] = result
        self.left -= 1
        if self.left == 0 and not self.answer.done():
            self.answer.set_result([known for known in self.results if known is not None])

    def fail(self) -> None:
        self.is_dead = True
        if not self.answer.done():
            self.answer.set_exception(NotStored())


@dataclass(eq=False, slots=True)
class _Waiting(Generic[Item, Result]):
    item: Item
    size: int
    position: int
    posting: _Posting[Result]
    since: float


@dataclass(eq=False, slots=True)
class Lane(Generic[Item, Result]):
    """One call in flight; order is kept; what waits too long is given back."""

    send: Callable[[list[Item]], Awaitable[Sequence[Result]]]
    bounds: Bounds = field(default_factory=Bounds)
    _waiting: deque[_Waiting[Item, Result]] = field(default_factory=deque)
    _sender: asyncio.Task[None] | None = None
    _timer: asyncio.TimerHandle | None = None

    async def put(self, items: Sequence[Item]) -> list[Result]:
        """A result an item, in order. Raises `NotStored` when any of them is not known stored.

        A large POST goes one batch at a time, so it never fills the lane alone.
        """
        results: list[Result] = []
        for start in range(0, len(items), self.bounds.batch_items):
            results += await self._put(items[start : start + self.bounds.batch_items])
        return results

    async def _put(self, items: Sequence[Item]) -> list[Result]:
        if len(self._waiting) + len(items) > self.bounds.waiting_items:
            raise NotStored
        loop = asyncio.get_running_loop()
        posting: _Posting[Result] = _Posting(loop.create_future(), [None] * len(items), len(items))
        now = loop.time()
        for position, item in enumerate(items):
            self._waiting.append(_Waiting(item, item.ByteSize(), position, posting, now))
        if self._sender is None:
            # A context of its own: the deadline of whoever came first is not everybody's.
            self._sender = loop.create_task(self._drain(), context=contextvars.Context())
        elif self._timer is None:
            self._timer = loop.call_later(self.bounds.waiting_seconds, self._expire)
        try:
            return await posting.answer
        except asyncio.CancelledError:
            posting.is_dead = True
            raise

    async def _drain(self) -> None:
        try:
            while batch := self._next_batch():
                await self._deliver(batch)
        finally:
            self._sender = None

    async def _deliver(self, batch: list[_Waiting[Item, Result]]) -> None:
        try:
            results = await self.send([waiting.item for waiting in batch])
        except BaseException as error:
            for waiting in batch:
                waiting.posting.fail()
            if not isinstance(error, Exception):
                raise
            return
        if len(results) != len(batch):
            for waiting in batch:
                waiting.posting.fail()
            return
        for waiting, result in zip(batch, results, strict=True):
            waiting.posting.settle(waiting.position, result)

    def _next_batch(self) -> list[_Waiting[Item, Result]]:
        batch: list[_Waiting[Item, Result]] = []
        room = self.bounds.batch_bytes
        while self._waiting and len(batch) < self.bounds.batch_items:
            if self._waiting[0].posting.is_dead:
                self._waiting.popleft()
                continue
            room -= self._waiting[0].size
            if room < 0 and batch:
                break
            batch.append(self._waiting.popleft())
        return batch

    def _expire(self) -> None:
        """Give back what has waited too long, and look again when the next one will have."""
        loop = asyncio.get_running_loop()
        oldest = loop.time() - self.bounds.waiting_seconds
        while self._waiting and self._waiting[0].since <= oldest:
            self._waiting.popleft().posting.fail()
        self._timer = None
        if self._waiting:
            self._timer = loop.call_later(self._waiting[0].since - oldest, self._expire)


class Acceptor:
    """Two lanes to the inbox: receipts settle "perhaps sent" and never queue behind messages."""

    def __init__(self, inbox: Inbox, bounds: Bounds | None = None) -> None:
        self._inbox = inbox
        receipts = Bounds(batch_items=128, waiting_items=256)
        self._items = Lane(self._store, bounds or Bounds())
        self._receipts = Lane(self._record, receipts)

    async def accept(self, items: Sequence[inbox_pb2.InboundItem]) -> list[inbox_pb2.AcceptResult]:
        """What became of each. Raises `NotStored` unless all of them are final."""
        if here := tracing.trace_parent.get():
            for item in items:
                item.traceparent = here
        results = await self._items.put(items)
        if any(result.status == inbox_pb2.AcceptResult.STATUS_RETRY for result in results):
            raise NotStored
        return results

    async def record(self, receipts: Sequence[inbox_pb2.Receipt]) -> None:
        """Raises `NotStored` unless all of them were taken."""
        await self._receipts.put(receipts)

    async def _store(self, items: list[inbox_pb2.InboundItem]) -> Sequence[inbox_pb2.AcceptResult]:
        """A batch that breaks the contract is taken apart: its offender becomes a dead letter."""
        try:
            return await self._inbox.accept(items)
        except InvalidInput:
            if len(items) > 1:
                return [(await self._store([item]))[0] for item in items]
            if items[0].HasField("unreadable"):
                raise
            return await self._inbox.accept([wire.unreadable(items[0], "against_the_contract")])

    async def _record(self, receipts: list[inbox_pb2.Receipt]) -> Sequence[bool]:
        await self._inbox.record_receipts(receipts)
        return [True] * len(receipts)
