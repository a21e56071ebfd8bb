"""How far one tenant's log has been counted; it never skips and never counts twice."""

from dataclasses import dataclass, replace
from datetime import datetime

from mesh.errors import Conflict
from services.analytics.event import Event


class GapInLog(Conflict):
    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"event {expected} should follow, {found} came")


@dataclass(frozen=True, slots=True)
class Cursor:
    """`generation` tells the facts in use from those that a rebuild makes beside them."""

    epoch: str
    generation: int = 1
    is_live: bool = True
    sequence: int = 0
    event_id: str = ""
    occurred_at: datetime | None = None

    def has_counted(self, event: Event) -> bool:
        return event.sequence <= self.sequence

    def after(self, event: Event) -> "Cursor":
        """Raise `GapInLog` unless this is the very next event."""
        if event.sequence != self.sequence + 1:
            raise GapInLog(self.sequence + 1, event.sequence)
        return replace(
            self, sequence=event.sequence, event_id=event.id, occurred_at=event.occurred_at
        )
