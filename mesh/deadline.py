"""How much time is left for the call that is being answered; calls made meanwhile inherit it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ends_at: ContextVar[float | None] = ContextVar("cassava_deadline", default=None)


def remaining() -> float | None:
    """Seconds left, never negative; None where nothing set a deadline."""
    ends_at = _ends_at.get()
    return None if ends_at is None else max(0.0, ends_at - time.monotonic())


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
