"""People who share a queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh.errors import ChangedMeanwhile, NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class TeamNotFound(NotFound):
    def __init__(self, team_id: UUID) -> None:
        super().__init__(f"no team {team_id}")


class TeamChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, team_id: UUID) -> None:
        super().__init__(f"team {team_id} changed since it was read")


@dataclass(frozen=True, slots=True)
class Team:
    id: UUID
    tenant_id: str
    name: str
    auto_assign: bool = False
    version: int = 1
    created_at: datetime | None = None

    def expect(self, etag: str) -> None:
        """Raise `TeamChangedMeanwhile` unless the caller saw this version, or named none."""
        if etag not in ("", str(self.version)):
            raise TeamChangedMeanwhile(self.id)
