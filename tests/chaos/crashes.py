"""Death at every named place: each life of a process ends where the next one is to be proven."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mesh.crash import POINTS
from tests.chaos.story import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chaos.rig import Rig

_PLACES = {
    "edge": ("edge.", "live."),
    "tickets": ("tickets.", "sequencer."),
    "worker": ("worker.", "delivery."),
    "analytics": ("analytics.",),
}
# Those of one group die side by side; a part whose peers are dead comes by few places.
_GROUPS = (("worker", "analytics"), ("tickets",), ("edge",))


def points_of(role: str) -> list[str]:
    return sorted(point for point in POINTS if point.startswith(_PLACES[role]))


async def everywhere(rig: Rig, seconds: float, say: Callable[[str], None]) -> list[str]:
    """All places of all roles; those that nobody came by in that time, group by group."""
    missed: list[str] = []
    for group in _GROUPS:
        for role in group:
            rig.arm(role, points_of(role))
        until, told = now() + seconds, len(rig.reached)
        while rig.is_armed and now() < until:
            await asyncio.sleep(0.2)
            if len(rig.reached) > told:
                told = len(rig.reached)
                say(f"  died at {told} of {len(POINTS)} places, last {[*rig.reached][-1]}")
        missed += rig.disarm()
        await asyncio.sleep(0.5)
        await rig.ready()
    return missed
