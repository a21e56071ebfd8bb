"""A tenant: who uses the mesh, and by which rules."""

from __future__ import annotations

import dataclasses
import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh.errors import ChangedMeanwhile, Conflict, InvalidInput, NotAllowed, NotFound

if TYPE_CHECKING:
    from datetime import datetime

DEBOUNCE_MS = 1200
DEBOUNCE_MOST_MS = 4000
LANGUAGES = ("en",)
CONFIDENCE_THRESHOLD = 0.4
# By urgency: low, normal, high, critical.
FIRST_RESPONSE_MINUTES = (480, 240, 60, 15)
REOPEN_HOURS = 168
INACTIVE_HOURS = 168
TIME_ZONE = "UTC"
TURN_LIMIT = 8
OLDEST_ANSWERED_MINUTES = 30
REPLY_HOOK_MS = 2000
WEIGHT = 1


class TenantNotFound(NotFound):
    def __init__(self, tenant_id: str) -> None:
        super().__init__(f"no tenant {tenant_id}")


class TenantExists(Conflict):
    def __init__(self, tenant_id: str) -> None:
        super().__init__(f"tenant {tenant_id} exists already")


class TenantChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, tenant_id: str) -> None:
        super().__init__(f"tenant {tenant_id} changed since it was read")


class WeightIsThePlatforms(NotAllowed):
    def __init__(self) -> None:
        super().__init__("the platform alone changes a tenant's weight")
        self.reason = "NOT_ALLOWED"


@dataclass(frozen=True, slots=True)
class Tenant:
    """`policy` is as the tenant gave it, without defaults; SQL reads the three numbers."""

    id: str
    name: str
    policy: bytes
    debounce_ms: int
    debounce_most_ms: int
    reopen_hours: int
    weight: int = WEIGHT
    state: str = "active"
    version: int = 1
    created_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.state == "active"

    def archive(self) -> Tenant:
        """Once archived stays archived: a repeat changes nothing."""
        return dataclasses.replace(self, state="archived")

    def expect(self, etag: str) -> None:
        """Raise `TenantChangedMeanwhile` unless the caller saw this version, or named none."""
        if etag not in ("", str(self.version)):
            raise TenantChangedMeanwhile(self.id)


def check_time_zone(name: str) -> None:
    """Raise unless it is one of IANA's."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput(
            f"{name} is not an IANA time zone", field="tenant.policy.time_zone"
        ) from None


def check_debounce(quiet_ms: int, most_ms: int) -> None:
    """A turn that may wait for quiet longer than it may wait at all makes no sense."""
    if most_ms < quiet_ms:
        raise InvalidInput(
            "the longest wait is shorter than the quiet time",
            field="tenant.policy.debounce_most_milliseconds",
        )


def check_first_response(minutes: tuple[int, ...]) -> None:
    """Four, by urgency, or none."""
    if len(minutes) not in (0, len(FIRST_RESPONSE_MINUTES)) or any(m <= 0 for m in minutes):
        raise InvalidInput(
            "give a number above 0 for each of low, normal, high and critical",
            field="tenant.policy.first_response_minutes",
        )
