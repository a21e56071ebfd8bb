"""Who sees everything leaves a trace by looking: the reads of admins, in the log of the tenant."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from mesh.access import Caller, Role, current_caller
from services.tickets.audit.store import AuditStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from mesh.postgres import Pool

# Agents and viewers read what their work brings them; these may look at anything.
_WATCHED = frozenset({Role.ADMIN, Role.PLATFORM})
# Who opens a conversation turns its pages and opens it again: one entry says it.
_ONCE_IN = timedelta(minutes=15)
_MOST_REMEMBERED = 10_000


class Readings:
    """Writes down who read what, once a quarter of an hour and process."""

    def __init__(self, pool: Pool, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._now = now
        self._written: dict[tuple[str, ...], datetime] = {}

    async def note(self, tenant_id: str, action: str, subject: str) -> None:
        """Nothing for callers who are not watched; raises when the entry cannot be written."""
        caller = current_caller()
        if caller.role in _WATCHED:
            await self._once(caller, tenant_id, action, subject)

    async def _once(self, caller: Caller, *what: str) -> None:
        reading, now = (caller.signature, *what), self._now()
        if reading in self._written and now - self._written[reading] < _ONCE_IN:
            return
        tenant_id, action, subject = what
        async with self._pool.transaction(tenant_id) as connection:
            await AuditStore(connection).append(tenant_id, caller, action, subject)
        if len(self._written) >= _MOST_REMEMBERED:
            self._written.clear()
        self._written[reading] = now


class _Servicer(Protocol):
    _readings: Readings


S = TypeVar("S", bound=_Servicer)
Request = TypeVar("Request")
Context = TypeVar("Context")
Response = TypeVar("Response")


def shows(
    action: str, subject: str
) -> Callable[
    [Callable[[S, Request, Context], Awaitable[Response]]],
    Callable[[S, Request, Context], Coroutine[Any, Any, Response]],
]:
    """Goes around `@read`: nothing is answered without its entry, and what is not there has none.

    `subject` is the field of the request that holds the id of what is read.
    """

    def around(
        method: Callable[[S, Request, Context], Awaitable[Response]],
    ) -> Callable[[S, Request, Context], Coroutine[Any, Any, Response]]:
        @functools.wraps(method)
        async def and_note(self: S, request: Request, context: Context) -> Response:
            response = await method(self, request, context)
            asked: Any = request
            await self._readings.note(asked.tenant_id, action, getattr(asked, subject))
            return response

        return and_note

    return around
