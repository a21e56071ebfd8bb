"""Wake-ups and fan-out streams over Valkey; all of it works, slower, without Valkey."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any, TypeAlias

from mesh import logs, telemetry, tracing
from mesh.lean import without

with without("opentelemetry"):  # for figures of its own, 3 MB, that nobody reads
    from redis.asyncio import Redis
    from redis.exceptions import RedisError, ResponseError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from mesh.buckets import Rate

    Entry: TypeAlias = tuple[str, dict[str, bytes]]

log = logs.get(__name__)

_COMMAND_SECONDS = 1.0
_FIRST_REST_SECONDS = 0.25
_LONGEST_REST_SECONDS = 5.0
_BELL_LENGTH = 16
# The same cells as in `buckets`, by the server's clock; the key lives as long as it says anything.
_TAKE = """
local interval, burst, count = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local full_at = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
local granted = math.min(count, math.floor(burst - (full_at - now) / interval + 0.5))
if granted > 0 then
  full_at = full_at + granted * interval
  local life = math.max(1, math.ceil((full_at - now) * 1000))
  redis.call('SET', KEYS[1], string.format('%.6f', full_at), 'PX', life)
end
local wait = math.max(0, full_at + interval - now - burst * interval)
return {granted, string.format('%.6f', wait)}
"""

_STREAM = {"messaging.system": "valkey"}
_failures = telemetry.counter("cassava_valkey_failures", "Commands that Valkey did not do.")
_fallbacks = telemetry.counter("cassava_fanout_fallback", "Waits that slept instead.")


class Valkey:
    """One connection pool. No method raises for an outage: it is counted and answered with less."""

    def __init__(self, url: str | None) -> None:
        # Times are ours, a command each; the client's own 5 s would end longer waits as an outage.
        self._redis = None if url is None else Redis.from_url(url, socket_timeout=None)
        self._heard: dict[str, str] = {}
        self._rest_seconds = _FIRST_REST_SECONDS
        self._rests_until = 0.0
        self.is_away = url is None

    async def ring(self, name: str) -> None:
        """Wake everybody who waits under this name, and the next who will."""
        with tracing.within(f"send {name}", "producer", _STREAM):
            entry: dict[Any, Any] = {b"r": b"1"}
            await self._try(lambda redis: redis.xadd(_bell(name), entry, maxlen=_BELL_LENGTH))

    async def wait(self, name: str, timeout: float) -> None:  # noqa: ASYNC109  # the point of it
        """Return at the next ring since this process waited last, or when the time is over."""
        started = time.monotonic()
        if name not in self._heard:
            newest = await self.top(_bell(name))
            self._heard[name] = newest or "0-0"
        entries = await self.read(_bell(name), self._heard[name], int(timeout * 1000))
        if entries:
            self._heard[name] = entries[-1][0]
            return
        left = timeout - (time.monotonic() - started)
        if self.is_away and left > 0:
            _fallbacks.inc()
            await asyncio.sleep(left)

    async def append(
        self,
        stream: str,
        entry_id: str,
        fields: Mapping[str, str | bytes],
        maxlen: int,
        *,
        seconds: int = 0,
    ) -> bool:
        """Add an entry under our own id, or `*`; True when it is in the stream, also from before.

        `seconds` after the last one the stream is forgotten; 0: it stays.
        """

        async def add(redis: Redis) -> bool:
            packed: dict[Any, Any] = dict(fields)
            try:
                await redis.xadd(stream, packed, entry_id, maxlen=maxlen)
            except ResponseError as error:
                if "equal or smaller" not in str(error):
                    raise
            if seconds:
                await redis.expire(stream, seconds)
            return True

        return bool(await self._try(add))

    async def read(self, stream: str, after: str, block_ms: int) -> list[Entry]:
        """Entries after this id, waiting for the first; none when time is over or Valkey away."""
        found = await self._try(
            lambda redis: redis.xread({stream: after}, count=500, block=max(1, block_ms)),
            seconds=block_ms / 1000 + _COMMAND_SECONDS,
        )
        streams = found.items() if isinstance(found, dict) else found or ()
        return [_entry(raw) for _, entries in streams for raw in _flat(entries)]

    async def top(self, stream: str) -> str | None:
        """The newest entry's id; None for an empty stream and when Valkey is away."""
        newest = await self._try(lambda redis: redis.xrevrange(stream, count=1))
        return _entry(newest[0])[0] if newest else None

    async def take(self, name: str, rate: Rate, count: int) -> tuple[int, float] | None:
        """How many of these there is room for, and seconds until the next; None: away."""
        asked = (str(1 / rate.per_second), str(rate.burst), str(count))
        said = await self._try(lambda redis: redis.eval(_TAKE, 1, name, *asked))
        return None if said is None else (int(said[0]), float(said[1]))

    async def get(self, name: str) -> bytes | None:
        """What was kept under this name; None too when Valkey is away."""
        kept: bytes | None = await self._try(lambda redis: redis.get(name))
        return kept

    async def keep(self, name: str, value: bytes, seconds: int) -> None:
        """Keep it that long, or not at all."""
        await self._try(lambda redis: redis.set(name, value, ex=seconds))

    async def close(self) -> None:
        """Close the connections; nothing is lost that was not lost before."""
        if self._redis is not None:
            await self._redis.aclose()

    async def _try(
        self, command: Callable[[Redis], Awaitable[Any]], *, seconds: float = _COMMAND_SECONDS
    ) -> Any:
        """What the command gives, None when Valkey is away."""
        if self._redis is None or time.monotonic() < self._rests_until:
            return None
        try:
            async with asyncio.timeout(seconds):
                answer = await command(self._redis)
        except (RedisError, OSError, TimeoutError) as error:
            # A full memory and a server that still loads count too: as good as away.
            self._rest(error)
            return None
        if self.is_away:
            log.info("valkey_back")
        self.is_away = False
        self._rest_seconds = _FIRST_REST_SECONDS
        return answer

    def _rest(self, error: Exception) -> None:
        _failures.inc()
        if not self.is_away:
            log.warning("valkey_away", error=type(error).__name__)
        self.is_away = True
        jitter = random.uniform(0.5, 1.5)  # noqa: S311  # no secret
        self._rests_until = time.monotonic() + self._rest_seconds * jitter
        self._rest_seconds = min(self._rest_seconds * 2, _LONGEST_REST_SECONDS)


def _bell(name: str) -> str:
    return f"bell:{name}"


def _entry(raw: Any) -> Entry:
    entry_id, fields = raw
    return entry_id.decode(), {key.decode(): value for key, value in fields.items()}


def _flat(entries: Any) -> list[Any]:
    """The client wraps the entries in one more list when it speaks RESP3."""
    return entries[0] if entries and isinstance(entries[0], list) else entries
