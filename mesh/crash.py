"""Named places where a process can be made to die, to prove that nothing is lost there.

Off, and free, unless the environment names one: `CASSAVA_CRASH_AT=delivery.before_send` makes
the process send itself SIGKILL the first time it passes that place, `delivery.before_send:3` the
third time. No clean-up runs, just as when the machine takes the process away. The variable counts
for one process: whoever starts its successor decides whether that one shall die as well. A name
that no place has is refused at the start, so a proof cannot pass because of a misspelling.
"""

from __future__ import annotations

import os
import signal

from mesh import logs

log = logs.get(__name__)

POINTS = frozenset(
    {
        "edge.before_accept",
        "edge.after_commit",
        "tickets.accept.before_commit",
        "tickets.accept.between_single_items",
        "tickets.accept.after_commit",
        "tickets.spool.after_commit",
        "tickets.sort.before_removal",
        "tickets.claim.after_commit",
        "tickets.complete.after_commit",
        "worker.after_claim",
        "worker.after_open",
        "worker.after_reply",
        "worker.after_record",
        "worker.before_complete",
        "worker.after_complete",
        "delivery.claimed",
        "delivery.before_send",
        "delivery.mid_send",
        "delivery.after_response",
        "delivery.after_finish",
        "sequencer.after_commit",
        "live.after_send",
        "analytics.before_commit",
    }
)


class _Armed:
    """The one place that is armed in this process, and how often it may still be passed."""

    name = ""
    passes = 0


def arm(wish: str) -> None:
    """Die at `name` or `name:n`; nothing for an empty wish. `ValueError` for an unknown name."""
    name, _, passes = wish.partition(":")
    if name and name not in POINTS:
        raise ValueError(f"CASSAVA_CRASH_AT names {name!r}; known are {sorted(POINTS)}")
    _Armed.name, _Armed.passes = name, int(passes or 1)
    if name:
        log.warning("crash_point_armed", point=name, passes=_Armed.passes)


def crash_point(name: str) -> None:
    """Die here if this is the place, and the pass, that was asked for."""
    if _Armed.name != name:
        return
    _Armed.passes -= 1
    if _Armed.passes == 0:
        os.kill(os.getpid(), signal.SIGKILL)
