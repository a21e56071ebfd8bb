"""Wrong keys are counted where they come from: who guesses has to wait."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from mesh import telemetry
from mesh.buckets import Buckets, Rate
from mesh.errors import NotSignedIn, TooMany

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

# Envoy writes it over whatever came from outside.
ADDRESS = "x-envoy-external-address"
# By key id and address, and not by id alone: else anybody could lock anybody out.
_OF_KEY = Rate(per_second=0.1, burst=10)
_MOST_PLACES = 10_000
_MOST_GOOD = 10_000
_GOOD_SECONDS = 600.0

_locked = telemetry.counter("cassava_key_guesses_refused", "Keys not even looked at.")


class TooManyWrongKeys(TooMany):
    def __init__(self, seconds: float) -> None:
        super().__init__("too many wrong keys came from here", retry_after_seconds=seconds)
        self.reason = "TOO_MANY"


class Guesses:
    """A key that was good lately is not held back by what its neighbours do."""

    def __init__(
        self, of_address: int = 30, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`of_address`: wrong keys in a minute before it has to wait."""
        self._clock = clock
        self._of_address = Buckets(Rate(of_address / 60, of_address), _MOST_PLACES, clock=clock)
        self._of_key = Buckets(_OF_KEY, _MOST_PLACES, clock=clock)
        self._good: dict[bytes, float] = {}

    def counted(self, headers: Mapping[str, str], key: str) -> _Counted:
        """Around the check of a key; raises `TooManyWrongKeys` instead of checking it."""
        return _Counted(self, headers, key)

    def begin(self, hashed: bytes, headers: Mapping[str, str], key: str) -> None:
        if self._clock() - self._good.get(hashed, -_GOOD_SECONDS) >= _GOOD_SECONDS:
            self._refuse(*_places(headers, key))

    def was_wrong(self, hashed: bytes, headers: Mapping[str, str], key: str) -> None:
        self._good.pop(hashed, None)
        address, place = _places(headers, key)
        self._of_address.take(address)
        self._of_key.take(place)

    def was_good(self, hashed: bytes) -> None:
        if len(self._good) >= _MOST_GOOD:
            self._good.clear()
        self._good[hashed] = self._clock()

    def _refuse(self, address: str, place: str) -> None:
        if wait := max(self._of_address.wait(address), self._of_key.wait(place)):
            _locked.inc()
            raise TooManyWrongKeys(wait)


class _Counted:
    __slots__ = ("_guesses", "_hashed", "_headers", "_key")

    def __init__(self, guesses: Guesses, headers: Mapping[str, str], key: str) -> None:
        self._guesses = guesses
        self._headers = headers
        self._key = key
        self._hashed = hashlib.sha256(key.encode()).digest()

    def __enter__(self) -> None:
        self._guesses.begin(self._hashed, self._headers, self._key)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self._guesses.was_good(self._hashed)
        elif isinstance(error, NotSignedIn):
            self._guesses.was_wrong(self._hashed, self._headers, self._key)


def _places(headers: Mapping[str, str], key: str) -> tuple[str, str]:
    """Where guesses are counted: at an address, and at one key from there."""
    address = headers.get(ADDRESS, "")
    return address, f"{key.rpartition('_')[0][:60]} {address}"
