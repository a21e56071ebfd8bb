"""How far one tenant's log has been counted; it never skips and never counts twice."""

from dataclasses import dataclass, replace
from datetime import datetime

from mesh.errors import Conflict
from services.analytics.event import Event
from services.analytics.fact import INACTIVE_HOURS


class GapInLog(Conflict):
    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"event {expected} should follow, {found} came")


class LogBeginsLater(Conflict):
    """Counting what is left would change the figures of what is not."""

    def __init__(self, expected: int, first: int) -> None:
        super().__init__(
            f"event {expected} should follow, the log begins with {first}: what was before it "
            "was deleted. The figures stay; `what_is_kept` counts what is left in their place"
        )


@dataclass(frozen=True, slots=True)
class Cursor:
    """`generation` tells the facts in use from those that a rebuild makes beside them."""

    epoch: str
    generation: int = 1
    is_live: bool = True
    sequence: int = 0
    event_id: str = ""
    occurred_at: datetime | None = None
    # The tenant's policy as of this event.
    inactive_hours: int = INACTIVE_HOURS

    def has_counted(self, event: Event) -> bool:
        return event.sequence <= self.sequence

    def at_first(self, first: int) -> "Cursor":
        """Where a log begins later, first facts do too; raise `LogBeginsLater` where some are."""
        if self.sequence + 1 >= first:
            return self
        if self.sequence > 0 or not self.is_live:
            raise LogBeginsLater(self.sequence + 1, first)
        return replace(self, sequence=first - 1)

    def after(self, event: Event) -> "Cursor":
        """Raise `GapInLog` unless this is the very next event."""
        if event.sequence != self.sequence + 1:
            raise GapInLog(self.sequence + 1, event.sequence)
        return replace(
            self, sequence=event.sequence, event_id=event.id, occurred_at=event.occurred_at
        )
