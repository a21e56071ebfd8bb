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

    def took(self, batch: Mapping[str, int]) -> None:
        """How many items of each tenant one batch held."""
        for tenant_id, items in batch.items():
            if items >= FULL_ITEMS:
                self._until[tenant_id] = self._clock() + LASTS_SECONDS

    def tenants(self) -> set[str]:
        """Those whose turns wait."""
        now = self._clock()
        self._until = {tenant: until for tenant, until in self._until.items() if until > now}
        return set(self._until)
