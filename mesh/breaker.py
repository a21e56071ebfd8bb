"""Stop asking who does not answer; ask again, once, after a rest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

State = Literal["closed", "open", "half_open"]


class Breaker:
    """Closed lets calls through; open refuses them; half open lets one through to find out."""

    def __init__(
        self,
        *,
        failures_to_open: int = 5,
        rest_seconds: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures_to_open = failures_to_open
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._failures = 0
        self._rests_until: float | None = None
        self._is_probing = False

    @property
    def state(self) -> State:
        if self._rests_until is None:
            return "closed"
        return "open" if self._clock() < self._rests_until else "half_open"

    def allows(self) -> bool:
        """Whether to ask now; who was let through reports `succeeded` or `failed`."""
        match self.state:
            case "closed":
                return True
            case "open":
                return False
            case "half_open":
                if self._is_probing:
                    return False
                self._is_probing = True
                return True

    def succeeded(self) -> None:
        self._failures = 0
        self._rests_until = None
        self._is_probing = False

    def failed(self, *, rest_seconds: float | None = None) -> None:
        """A stated rest (a provider's Retry-After) opens at once."""
        self._failures += 1
        must_rest = self._is_probing or self._failures >= self._failures_to_open
        if must_rest or rest_seconds is not None:
            self._rests_until = self._clock() + (rest_seconds or self._rest_seconds)
        self._is_probing = False

    def gave_up(self) -> None:
        """The call was cancelled: nothing was learnt, someone else may probe."""
        self._is_probing = False
