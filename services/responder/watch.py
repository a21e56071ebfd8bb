"""The loop that warms providers at the start, asks unwell ones again, and says how all stand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prometheus_client import Gauge

from mesh import logs
from services.responder.providers.provider import Condition, Reason, Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.responder.providers.provider import ProviderState
    from services.responder.rung import Rung

log = logs.get(__name__)
# A refused key or a missing model is asked for once in this time, whatever customers do.
_EVERY_SECONDS = 60.0
# Nothing to find out: it is off, or its key cannot be one.
_NOT_WORTH_ASKING = frozenset({Reason.NOT_CONFIGURED, Reason.KEY_MALFORMED})

_states = Gauge(
    "cassava_provider_state",
    "1 for the state that a provider is in.",
    ("provider", "state", "reason"),
)


class Watch:
    def __init__(self, rungs: Sequence[Rung], *, every_seconds: float = _EVERY_SECONDS) -> None:
        self._rungs = rungs
        self._every_seconds = every_seconds
        self._shown: dict[Tier, ProviderState] = {}
        self._asked: set[Rung] = set()

    async def watch(self, stop: asyncio.Event) -> None:
        """Probes the first time all, later only those that are not ready."""
        while not stop.is_set():
            for rung in self._rungs:
                self._show(rung.tier, rung.provider.state())
            asked = [rung for rung in self._rungs if self._is_worth_asking(rung)]
            states = await asyncio.gather(*(rung.provider.probe() for rung in asked))
            for rung, state in zip(asked, states, strict=True):
                self._show(rung.tier, state)
            try:
                async with asyncio.timeout(self._every_seconds):
                    await stop.wait()
            except TimeoutError:
                continue

    def _is_worth_asking(self, rung: Rung) -> bool:
        state = rung.provider.state()
        is_first = rung not in self._asked
        self._asked = self._asked.intersection(self._rungs) | {rung}
        return state.reason not in _NOT_WORTH_ASKING and (
            is_first or state.condition is not Condition.READY
        )

    def _show(self, tier: Tier, state: ProviderState) -> None:
        """Say a change once, loudly where it takes a tier away; never a key."""
        before = self._shown.get(tier)
        if state == before:
            return
        if before:
            _states.labels(tier, before.condition, before.reason or "").set(0)
        _states.labels(tier, state.condition, state.reason or "").set(1)
        self._shown[tier] = state
        say = log.info if state.condition is Condition.READY else log.warning
        say(
            "provider_state_changed",
            provider=tier,
            state=state.condition,
            reason=state.reason,
            model=state.model,
            remedy=state.remedy,
        )
