"""Time that counts: what is promised, how much of it is used, when it is due (PRODUCT 7)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from mesh.hours import Hours
    from services.tickets.sla.eras import Eras
    from services.tickets.sla.policy import Policy

FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION = "first_response", "next_response", "resolution"
RESPONSES = (FIRST_RESPONSE, NEXT_RESPONSE)
_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Clock:
    """`used` is open time counted so far; it is never reset. At rest it has no due time."""

    id: UUID
    ticket_id: UUID
    conversation_id: UUID
    kind: str
    target: timedelta
    started_at: datetime
    warn_percent: int = 80
    policy_id: UUID | None = None
    calendar_id: UUID | None = None
    for_anyone: bool = False  # an answer by the machine stops it too
    used: timedelta = _NOTHING
    running_since: datetime | None = None
    at_risk_at: datetime | None = None
    due_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped_by: UUID | None = None  # the answer that did
    outcome: str = ""  # met, late or cancelled, once it has stopped
    hours_version: int = 0  # of the calendar that it is due by

    @property
    def is_running(self) -> bool:
        return self.running_since is not None

    @property
    def alarm_at(self) -> datetime | None:
        """The next instant at which something is to be told; nothing fires at rest."""
        if not self.is_running:
            return None
        coming = [
            moment
            for moment, told in (
                (self.at_risk_at, self.warned_at or self.breached_at),
                (self.due_at, self.breached_at),
            )
            if moment is not None and told is None
        ]
        return min(coming, default=None)

    def run(self, at: datetime, hours: Hours) -> Clock:
        """From `at` on; also again, after a rest or a stop that is taken back."""
        warn_at_used = self.target * self.warn_percent / 100
        return dataclasses.replace(
            self,
            running_since=at,
            at_risk_at=hours.after(at, warn_at_used - self.used),
            due_at=hours.after(at, self.target - self.used),
            stopped_at=None,
            stopped_by=None,
            outcome="",
        )

    def rest(self, at: datetime, hours: Hours) -> Clock:
        """What ran until `at` is kept. Nothing where it rests already."""
        if self.running_since is None:
            return self
        return dataclasses.replace(
            self.until(at),
            used=self.used + hours.between(self.running_since, at),
            running_since=None,
            at_risk_at=None,
            due_at=None,
        )

    def stop(self, at: datetime, hours: Hours, by: UUID | None = None) -> Clock:
        """Exactly at the due time is met."""
        rested = self.rest(at, hours)
        outcome = "late" if rested.breached_at else "met"
        return dataclasses.replace(rested, stopped_at=at, stopped_by=by, outcome=outcome)

    def cancel(self, at: datetime, hours: Hours) -> Clock:
        """What it was for is gone; a breach that happened stays."""
        stopped = self.stop(at, hours)
        return dataclasses.replace(stopped, outcome="late" if stopped.breached_at else "cancelled")

    def until(self, now: datetime) -> Clock:
        """With everything told that is due before `now`, each at its true instant, once."""
        told = self
        if self.at_risk_at and self.at_risk_at < now and not (self.warned_at or self.breached_at):
            told = dataclasses.replace(told, warned_at=self.at_risk_at)
        if self.due_at and self.due_at < now and not self.breached_at:
            told = dataclasses.replace(told, breached_at=self.due_at)
        return told

    def reckoned(self, hours: Eras) -> Clock:
        """Due by the calendar as it is now; what ran before its edit counts as it did then."""
        if self.running_since is None or self.hours_version == hours.version:
            return self
        rerun = self.run(self.running_since, hours)
        return dataclasses.replace(rerun, hours_version=hours.version)

    def promise(
        self,
        target: timedelta,
        at: datetime,
        *,
        before: Hours,
        after: Hours,
    ) -> Clock:
        """Another target or other hours from `at` on; time counted already stays (7.3)."""
        is_running = self.is_running
        kept = self.rest(at, before) if is_running else self
        is_safe = kept.used < target * self.warn_percent / 100
        changed = dataclasses.replace(
            kept, target=target, warned_at=None if is_safe else kept.warned_at
        )
        return changed.run(at, after) if is_running else changed

    def under(self, policy: Policy, kind: str) -> Clock:
        """As this policy promises it, but for the target."""
        return dataclasses.replace(
            self,
            policy_id=policy.id,
            calendar_id=policy.calendar_ids.get(kind),
            warn_percent=policy.warn_percent,
            for_anyone=policy.for_anyone,
        )

    def used_at(self, moment: datetime, hours: Hours) -> timedelta:
        if self.running_since is None:
            return self.used
        return self.used + hours.between(self.running_since, moment)
