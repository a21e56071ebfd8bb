"""A bell after the commit: rung earlier, whoever wakes would find nothing."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from services.tickets.bells import Bells


class _Servicer(Protocol):
    _bells: Bells


S = TypeVar("S", bound=_Servicer)
Request = TypeVar("Request")
Context = TypeVar("Context")
Response = TypeVar("Response")


def rings(
    bell: Callable[[Bells], None],
) -> Callable[
    [Callable[[S, Request, Context], Awaitable[Response]]],
    Callable[[S, Request, Context], Coroutine[Any, Any, Response]],
]:
    """Goes around `@change`; a method that raised has changed nothing and rings nothing."""

    def around(
        method: Callable[[S, Request, Context], Awaitable[Response]],
    ) -> Callable[[S, Request, Context], Coroutine[Any, Any, Response]]:
        @functools.wraps(method)
        async def then_ring(self: S, request: Request, context: Context) -> Response:
            response = await method(self, request, context)
            bell(self._bells)
            return response

        return then_ring

    return around
