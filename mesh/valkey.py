"""Wake-ups and fan-out streams over Valkey; all of it works, slower, without Valkey."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from mesh import logs, telemetry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    Entry: TypeAlias = tuple[str, dict[str, bytes]]

T = TypeVar("T")

log = logs.get(__name__)

_COMMAND_SECONDS = 1.0
_FIRST_REST_SECONDS = 0.25
_LONGEST_REST_SECONDS = 5.0
_BELL_LENGTH = 16

_outages = telemetry.counter("cassava_valkey_failures", "Commands that Valkey did not do.")
_fallbacks = telemetry.counter("cassava_fanout_fallback", "Waits that slept instead.")


class Valkey:
    """One connection pool. No method raises for an outage: it is counted and answered with less."""

    def __init__(self, url: str | None) -> None:
        self._redis: Redis | None = None if url is None else Redis.from_url(url)
        self._heard: dict[str, str] = {}
        self._rests_until = 0.0
        self._rest_seconds = _FIRST_REST_SECONDS

    @property
    def is_away(self) -> bool:
        """No Valkey is configured, or the last command failed a moment ago."""
        return self._redis is None or time.monotonic() < self._rests_until

    async def ring(self, name: str) -> None:
        """Wake everybody who waits under this name, and the next who will."""
        if self._redis is not None:
            bell = self._redis.xadd(
                _bell(name), {b"r": b"1"}, maxlen=_BELL_LENGTH, approximate=True
            )
            await self._try(bell, otherwise=None)

    async def wait(self, name: str, timeout: float) -> None:  # noqa: ASYNC109  # the point of it
        """Return at the next ring since this process waited last, or when the time is over."""
        started = time.monotonic()
        heard = self._heard.get(name) or await self.top(_bell(name)) or "0-0"
        self._heard[name] = heard
        entries = await self.read(_bell(name), heard, int(timeout * 1000))
        if entries:
            self._heard[name] = entries[-1][0]
            return
        left = timeout - (time.monotonic() - started)
        if left > 0:
            _fallbacks.inc()
            await asyncio.sleep(left)

    async def append(
        self, stream: str, entry_id: str, fields: Mapping[str, str | bytes], maxlen: int
    ) -> bool:
        """Add an entry under our own id; True when it is in the stream, also from before."""
        if self._redis is None:
            return False
        added = self._redis.xadd(
            stream,
            {key.encode(): value for key, value in fields.items()},
            id=entry_id,
            maxlen=maxlen,
            approximate=True,
        )
        try:
            return await self._try(added, otherwise=None) is not None
        except ResponseError as error:
            if "equal or smaller" in str(error):
                return True
            _outages.inc()
            log.warning("valkey_refused", stream=stream, error=type(error).__name__)
            return False

    async def read(self, stream: str, after: str, block_ms: int) -> list[Entry]:
        """Entries after this id, waiting for the first; none when time is over or Valkey away."""
        if self._redis is None:
            return []
        reading = self._redis.xread({stream: after}, count=500, block=max(1, block_ms))
        found = await self._try(reading, otherwise=[], seconds=block_ms / 1000 + _COMMAND_SECONDS)
        streams = found.items() if isinstance(found, dict) else found
        return [_entry(raw) for _, entries in streams for raw in _flat(entries)]

    async def top(self, stream: str) -> str | None:
        """The newest entry's id; None for an empty stream and when Valkey is away."""
        if self._redis is None:
            return None
        newest = await self._try(self._redis.xrevrange(stream, count=1), otherwise=[])
        return _entry(newest[0])[0] if newest else None

    async def close(self) -> None:
        """Close the connections; nothing is lost that was not lost before."""
        if self._redis is not None:
            await self._redis.aclose()

    async def _try(
        self, command: Awaitable[Any], *, otherwise: Any, seconds: float = _COMMAND_SECONDS
    ) -> Any:
        if self.is_away:
            _discard(command)
            return otherwise
        try:
            async with asyncio.timeout(seconds):
                answer = await command
        except ResponseError:
            raise
        except (RedisError, OSError, TimeoutError) as error:
            self._rest(error)
            return otherwise
        self._back()
        return answer

    def _rest(self, error: Exception) -> None:
        _outages.inc()
        if self._rest_seconds == _FIRST_REST_SECONDS:
            log.warning("valkey_away", error=type(error).__name__)
        jitter = random.uniform(0.5, 1.5)  # noqa: S311  # no secret
        self._rests_until = time.monotonic() + self._rest_seconds * jitter
        self._rest_seconds = min(self._rest_seconds * 2, _LONGEST_REST_SECONDS)

    def _back(self) -> None:
        if self._rest_seconds != _FIRST_REST_SECONDS:
            log.info("valkey_back")
        self._rest_seconds = _FIRST_REST_SECONDS


def _bell(name: str) -> str:
    return f"bell:{name}"


def _entry(raw: Any) -> Entry:
    entry_id, fields = raw
    return entry_id.decode(), {key.decode(): value for key, value in fields.items()}


def _flat(entries: Any) -> list[Any]:
    """The client wraps the entries in one more list when it speaks RESP3."""
    return entries[0] if entries and isinstance(entries[0], list) else entries


def _discard(command: Awaitable[Any]) -> None:
    if asyncio.iscoroutine(command):
        command.close()  # else Python warns that nobody awaited it
