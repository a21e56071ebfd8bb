"""An endpoint: where a tenant's program listens, how long its failures are borne."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mesh.addresses import problem_of
from mesh.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

# CONTRACT 7, and that a delivery used up its tries.
TYPES = frozenset(
    {
        *("conversation.opened", "conversation.updated", "conversation.resolved"),
        *("conversation.reopened", "message.received", "message.queued", "message.sent"),
        *("message.delivered", "message.read", "message.failed", "turn.completed"),
        *("handover.requested", "handover.accepted", "handover.released", "ticket.opened"),
        *("ticket.updated", "ticket.resolved", "ticket.reopened", "sla.at_risk", "sla.breached"),
        *("rating.received", "channel.paused", "channel.resumed", "reply.tier_changed"),
        *("endpoint.disabled", "endpoint.exhausted"),
        # Never in the log: an endpoint that hears of nothing else is only asked (reply hooks).
        "reply.proposed",
        # To those that a rule names; as its only type: to hear of nothing else.
        "rule.matched",
    }
)
PENDING_MOST = 1000
# Several failures this close together start the clock; only a success stops it.
_TOGETHER = timedelta(hours=24)
_FAILING_MOST = timedelta(days=5)
# A full queue of an endpoint that works is the log's business, not a reason to end it.
_FAILING_WITH_A_FULL_QUEUE = timedelta(hours=1)


class EndpointNotFound(NotFound):
    def __init__(self, endpoint_id: UUID) -> None:
        super().__init__(f"no endpoint {endpoint_id}")


class EndpointChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, endpoint_id: UUID) -> None:
        super().__init__(f"endpoint {endpoint_id} changed since it was read")


class EndpointDisabled(Conflict):
    def __init__(self, endpoint_id: UUID) -> None:
        super().__init__(f"endpoint {endpoint_id} is disabled: enable it, then replay")


class EndpointQueueFull(Conflict):
    def __init__(self, room: int) -> None:
        super().__init__(
            f"at most {PENDING_MOST} deliveries may wait for an endpoint, so at most {room} more"
            " now: replay a shorter range, or later"
        )


@dataclass(frozen=True, slots=True)
class Endpoint:
    tenant_id: str
    id: UUID
    url: str
    description: str = ""
    types: tuple[str, ...] = ()
    state: str = "enabled"
    disabled_reason: str = ""
    last_failed_at: datetime | None = None
    failing_since: datetime | None = None
    version: int = 1
    created_at: datetime | None = None

    @property
    def is_enabled(self) -> bool:
        return self.state == "enabled"

    def expect(self, etag: str) -> None:
        """Raise `EndpointChangedMeanwhile` unless the caller saw this version, or named none."""
        if etag not in ("", str(self.version)):
            raise EndpointChangedMeanwhile(self.id)

    def check(self, *, may_be_plain: bool) -> None:
        """Raise `InvalidInput` for what we would never send, or never send there."""
        if problem := problem_of(self.url, may_be_plain=may_be_plain):
            raise InvalidInput(problem, field="endpoint.url")
        if unknown := sorted(set(self.types) - TYPES):
            raise InvalidInput(f"no event has the type {unknown[0]!r}", field="endpoint.types")

    def enabled_by_hand(self, *, is_enabled: bool) -> Endpoint:
        """What a person asks for; enabled again, its failures are forgiven."""
        if is_enabled == self.is_enabled:
            return self
        if not is_enabled:
            return self.disabled("by_hand")
        return dataclasses.replace(
            self, state="enabled", disabled_reason="", last_failed_at=None, failing_since=None
        )

    def disabled(self, reason: str) -> Endpoint:
        return dataclasses.replace(self, state="disabled", disabled_reason=reason)

    def delivered(self) -> Endpoint:
        return dataclasses.replace(self, last_failed_at=None, failing_since=None)

    def failed(self, now: datetime) -> Endpoint:
        """One more attempt came to nothing; five days of nothing else disable it."""
        since = self.failing_since
        if since is None and self.last_failed_at and now - self.last_failed_at <= _TOGETHER:
            since = self.last_failed_at
        failed = dataclasses.replace(self, last_failed_at=now, failing_since=since)
        return failed.disabled("failing") if failed.fails_for(_FAILING_MOST, now) else failed

    def filled(self, now: datetime) -> Endpoint:
        """As many wait as may: the end of one that takes nothing, a pause for one that is slow."""
        return (
            self.disabled("queue_full") if self.fails_for(_FAILING_WITH_A_FULL_QUEUE, now) else self
        )

    def fails_for(self, span: timedelta, now: datetime) -> bool:
        """Whether nothing was delivered in all that time, though several were tried."""
        return self.failing_since is not None and now - self.failing_since >= span
