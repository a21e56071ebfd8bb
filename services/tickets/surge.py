"""Taking in outranks answering: whose messages come in full batches has its own turns wait.

An edge collects while a batch is stored, so batches fill up only when storing is what limits. Work
on turns would then only make the next batch later (docs/decisions/0052).
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Half of what an edge puts into one batch.
FULL_ITEMS = 16
# Longer than a batch takes on a machine that is far too busy: turns that begin between two batches
# make the next one later still. Shorter than turns may wait.
LASTS_SECONDS = 2.0
# A turn that has been due for so long is answered, whatever comes in.
PATIENCE_SECONDS = 10.0


class Surge:
    """Which tenants surge right now, as this process has seen it."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}
        self._full_until: dict[str, float] = {}

    def took(self, batch: Mapping[str, int]) -> None:
        """How many new items of each tenant one batch held."""
        for tenant_id, items in batch.items():
            if items >= FULL_ITEMS:
                self._full_until[tenant_id] = self._clock() + LASTS_SECONDS
                self.holds(tenant_id)

    def holds(self, tenant_id: str) -> None:
        """Its messages are still being put into their places."""
        self._until[tenant_id] = self._clock() + LASTS_SECONDS

    def tenants(self) -> set[str]:
        """Those whose turns wait."""
        self._until = _not_over(self._until, self._clock())
        return set(self._until)

    def is_full(self, tenant_id: str) -> bool:
        """Whether full batches of it still come in."""
        self._full_until = _not_over(self._full_until, self._clock())
        return tenant_id in self._full_until


def _not_over(spans: Mapping[str, float], now: float) -> dict[str, float]:
    return {tenant: until for tenant, until in spans.items() if until > now}
