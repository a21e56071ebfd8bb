"""Stop asking who does not answer; ask again, once, after a rest."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

State = Literal["closed", "open", "half_open"]


# Who is asked often is judged by the share of failures, who is asked seldom by a run of them.
_WINDOW_SECONDS = 10.0
_CALLS_TO_JUDGE = 20
_SHARE_TO_OPEN = 0.5


class Breaker:
    """Closed lets calls through; open refuses them; half open lets one at a time find out."""

    def __init__(
        self,
        *,
        failures_to_open: int = 5,
        rest_seconds: float = 30.0,
        probes_to_close: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures_to_open = failures_to_open
        self._rest_seconds = rest_seconds
        self._probes_to_close = probes_to_close
        self._clock = clock
        self._failures = 0
        self._good_probes = 0
        self._recent: deque[tuple[float, bool]] = deque()
        self._bad = 0  # of them
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
        self._is_probing = False
        self._judged(failed=False)
        if self._rests_until is None:
            return
        self._good_probes += 1
        if self._good_probes >= self._probes_to_close:
            self._rests_until = None
            self._recent.clear()
            self._bad = 0

    def failed(self, *, rest_seconds: float | None = None) -> None:
        """A stated rest (a provider's Retry-After) opens at once."""
        self._failures += 1
        is_often = self._judged(failed=True)
        is_probe = self._rests_until is not None
        if rest_seconds is not None or is_probe or is_often:
            self._rests_until = self._clock() + (rest_seconds or self._rest_seconds)
            self._good_probes = 0
        self._is_probing = False

    def gave_up(self) -> None:
        """The call was cancelled: nothing was learnt, someone else may probe."""
        self._is_probing = False

    def _judged(self, *, failed: bool) -> bool:
        """Whether it fails too often now: so many in a row, or half of many."""
        now = self._clock()
        self._recent.append((now, failed))
        self._bad += failed
        while self._recent[0][0] < now - _WINDOW_SECONDS:
            self._bad -= self._recent.popleft()[1]
        calls = len(self._recent)
        is_half = calls >= _CALLS_TO_JUDGE and self._bad >= _SHARE_TO_OPEN * calls
        return self._failures >= self._failures_to_open or is_half
