"""How much time is left for the call that is being answered; calls made meanwhile inherit it."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from typing import TYPE_CHECKING

from mesh.errors import OutOfTime

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_ends_at: ContextVar[float | None] = ContextVar("cassava_deadline", default=None)


def remaining() -> float | None:
    """Seconds left, never negative; None where nothing set a deadline."""
    ends_at = _ends_at.get()
    return None if ends_at is None else max(0.0, ends_at - time.monotonic())


def is_over() -> bool:
    """Whether there was a deadline and nothing is left of it."""
    return remaining() == 0


def begin(seconds: float | None) -> None:
    """Set this task's deadline; None lifts it (a stream has no end that we know)."""
    _ends_at.set(None if seconds is None else time.monotonic() + seconds)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Everything called in the block has at most this long, and never longer than before."""
    before = _ends_at.get()
    ends_at = time.monotonic() + seconds
    token = _ends_at.set(ends_at if before is None else min(before, ends_at))
    try:
        yield
    finally:
        _ends_at.reset(token)


def at_most(seconds: float) -> float:
    """The given time limit, or what is left if that is less."""
    left = remaining()
    return seconds if left is None else min(seconds, left)


class Limits:
    """Ends the work of tasks whose time is over, by one timer for all of them.

    Nearly every call is answered long before: a timer of its own cost it more than its metrics.
    """

    def __init__(self) -> None:
        self._running: set[Limit] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._fires_at = inf

    def limit(self, seconds: float) -> Limit:
        """A block of this task that ends by then; raises `OutOfTime` out of it."""
        return Limit(self, seconds)

    def begin(self, limit: Limit) -> None:
        self._running.add(limit)
        if limit.ends_at < self._fires_at:
            self._fire_at(limit.ends_at)

    def end(self, limit: Limit) -> None:
        self._running.discard(limit)

    def _fire_at(self, moment: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._fires_at, self._timer = moment, None
        if moment < inf:
            self._timer = asyncio.get_running_loop().call_at(moment, self._fire)

    def _fire(self) -> None:
        now = asyncio.get_running_loop().time()
        for limit in [each for each in self._running if each.ends_at <= now]:
            self._running.discard(limit)
            limit.is_over = True
            limit.task.cancel()
        self._fire_at(min((each.ends_at for each in self._running), default=inf))


class Limit:
    """As `asyncio.timeout`: whoever else cancels the task meanwhile is not mistaken for us."""

    __slots__ = ("_before", "_limits", "ends_at", "is_over", "task")

    def __init__(self, limits: Limits, seconds: float) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # only a task can be ended
        self.task = task
        self.is_over = False
        self.ends_at = asyncio.get_running_loop().time() + seconds
        self._limits = limits
        self._before = task.cancelling()

    def __enter__(self) -> None:
        self._limits.begin(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._limits.end(self)
        if (
            self.is_over
            and self.task.uncancel() <= self._before
            and isinstance(error, asyncio.CancelledError | TimeoutError)
        ):
            raise OutOfTime("this took longer than the caller can wait") from None
