"""What is promised to whom: the first policy whose conditions match, a target an urgency."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from mesh.errors import ChangedMeanwhile, InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

WARN_PERCENT = 80


class SlaPolicyNotFound(NotFound):
    def __init__(self, policy_id: UUID) -> None:
        super().__init__(f"no SLA policy {policy_id}")


class SlaPolicyChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, policy_id: UUID) -> None:
        super().__init__(f"SLA policy {policy_id} changed since it was read")


class CalendarNotFound(NotFound):
    def __init__(self, calendar_id: UUID) -> None:
        super().__init__(f"no calendar {calendar_id}")


class CalendarChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, calendar_id: UUID) -> None:
        super().__init__(f"calendar {calendar_id} changed since it was read")


@dataclass(frozen=True, slots=True)
class Case:
    """What policies look at."""

    channel: str
    intent: str
    urgency: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """What a breach does besides being told."""

    raises: bool = False
    team_id: UUID | None = None
    agent_id: UUID | None = None

    def __bool__(self) -> bool:
        return bool(self.raises or self.team_id or self.agent_id)


@dataclass(frozen=True, slots=True)
class Policy:
    """Empty conditions match everything; a kind of clock without a target does not run."""

    id: UUID | None
    name: str = ""
    position: int = 0
    channels: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    customer_ids: tuple[str, ...] = ()
    # By kind of clock, then by urgency.
    targets: Mapping[str, Mapping[str, timedelta]] = field(default_factory=dict)
    # By kind of clock; without one it runs around the clock.
    calendar_ids: Mapping[str, UUID] = field(default_factory=dict)
    warn_percent: int = WARN_PERCENT
    for_anyone: bool = False
    on_breach: Escalation = field(default_factory=Escalation)
    version: int = 1
    created_at: datetime | None = None

    def matches(self, case: Case) -> bool:
        return all(
            not allowed or value in allowed
            for allowed, value in (
                (self.channels, case.channel),
                (self.intents, case.intent),
                (self.urgencies, case.urgency),
                (self.customer_ids, case.customer_id),
            )
        )

    def target(self, kind: str, urgency: str) -> timedelta | None:
        return self.targets.get(kind, {}).get(urgency)

    def check(self) -> None:
        if not any(self.targets.values()):
            raise InvalidInput("a policy promises something; give a target", field="policy.targets")

    def expect(self, etag: str) -> None:
        """Raise `SlaPolicyChangedMeanwhile` unless the caller saw this version, or named none."""
        if self.id and etag not in ("", str(self.version)):
            raise SlaPolicyChangedMeanwhile(self.id)


def first_response_only(minutes: Sequence[int], urgencies: Sequence[str]) -> Policy:
    """What holds where no policy matches: the tenant's minutes, around the clock."""
    targets = {u: timedelta(minutes=m) for u, m in zip(urgencies, minutes, strict=True)}
    return Policy(id=None, targets={"first_response": targets})


def choose(policies: Iterable[Policy], case: Case, otherwise: Policy) -> Policy:
    """The first that matches, in the order of their positions."""
    return next((policy for policy in policies if policy.matches(case)), otherwise)
