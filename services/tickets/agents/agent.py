"""A person at the desk: what they can do, how much at once, whether they take work now."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mesh.errors import ChangedMeanwhile, Conflict, NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

CAPACITY = 5
OFFLINE = "offline"


class AgentNotFound(NotFound):
    def __init__(self, agent_id: UUID) -> None:
        super().__init__(f"no agent {agent_id} at this desk")


class AgentExists(Conflict):
    def __init__(self, key_id: str) -> None:
        super().__init__(f"key {key_id} belongs to another agent; give each agent a key of its own")


class AgentChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, agent_id: UUID) -> None:
        super().__init__(f"agent {agent_id} changed since it was read")


class AgentAtCapacity(Conflict):
    def __init__(self, agent_id: UUID, capacity: int) -> None:
        super().__init__(
            f"agent {agent_id} has {capacity} open conversations, which is all they take; "
            "choose another agent or the team"
        )


@dataclass(frozen=True, slots=True)
class Agent:
    """`open_conversations` is counted when it is read, never stored."""

    id: UUID
    tenant_id: str
    name: str
    key_id: str | None = None
    skills: tuple[str, ...] = ()
    capacity: int = CAPACITY
    team_ids: tuple[UUID, ...] = ()
    presence: str = OFFLINE
    presence_until: datetime | None = None
    state: str = "active"
    version: int = 1
    created_at: datetime | None = None
    open_conversations: int = 0

    @property
    def is_active(self) -> bool:
        return self.state == "active"

    def expect(self, etag: str) -> None:
        """Raise `AgentChangedMeanwhile` unless the caller saw this version, or named none."""
        if etag not in ("", str(self.version)):
            raise AgentChangedMeanwhile(self.id)

    def presence_at(self, now: datetime) -> str:
        """What was said of it, until that ran out."""
        is_over = self.presence_until is not None and self.presence_until <= now
        return OFFLINE if is_over else self.presence

    def expect_active(self) -> None:
        """Raise `AgentNotFound` for somebody who left the desk."""
        if not self.is_active:
            raise AgentNotFound(self.id)

    def present(self, presence: str, now: datetime, for_seconds: int) -> Agent:
        """Raise `AgentNotFound` for somebody who left the desk."""
        self.expect_active()
        until = now + timedelta(seconds=for_seconds) if for_seconds else None
        return dataclasses.replace(self, presence=presence, presence_until=until)

    def archive(self) -> Agent:
        return dataclasses.replace(
            self, state="archived", presence=OFFLINE, presence_until=None, team_ids=()
        )
