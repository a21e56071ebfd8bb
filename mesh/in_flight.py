"""How much of a server one tenant may have at once, so that it cannot take all the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh.errors import TooMany

if TYPE_CHECKING:
    from types import TracebackType

_MOST_CALLS = 200
_MOST_STREAMS = 100


class InFlight:
    """How many calls a tenant has running here; streams are counted apart. The mesh is not."""

    def __init__(self, most_calls: int = _MOST_CALLS, most_streams: int = _MOST_STREAMS) -> None:
        self._most = {False: most_calls, True: most_streams}
        self._running: dict[tuple[str, bool], int] = {}

    def one_more(self, tenant_id: str | None, *, is_stream: bool) -> _OneMore:
        """A block, which raises `TooMany` when the tenant has enough running."""
        return _OneMore(self, tenant_id, is_stream=is_stream)

    def begin(self, tenant_id: str, *, is_stream: bool) -> None:
        running = self._running.get((tenant_id, is_stream), 0)
        if running >= self._most[is_stream]:
            raise TooMany("this tenant has too many calls running at once")
        self._running[tenant_id, is_stream] = running + 1

    def end(self, tenant_id: str, *, is_stream: bool) -> None:
        left = self._running.pop((tenant_id, is_stream)) - 1
        if left:
            self._running[tenant_id, is_stream] = left


class _OneMore:
    __slots__ = ("_in_flight", "_is_stream", "_tenant_id")

    def __init__(self, in_flight: InFlight, tenant_id: str | None, *, is_stream: bool) -> None:
        self._in_flight = in_flight
        self._tenant_id = tenant_id
        self._is_stream = is_stream

    def __enter__(self) -> None:
        if self._tenant_id is not None:
            self._in_flight.begin(self._tenant_id, is_stream=self._is_stream)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._tenant_id is not None:
            self._in_flight.end(self._tenant_id, is_stream=self._is_stream)
