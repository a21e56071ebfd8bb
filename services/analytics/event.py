"""One event of the log, as analytics reads it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    id: str
    sequence: int
    type: str
    occurred_at: datetime
    conversation_id: str = ""
    ticket_id: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Empty when the event does not say."""
        value = self.data.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> float:
        """0 when the event does not say."""
        value = self.data.get(name)
        return float(value) if isinstance(value, int | float) else 0.0

    def says(self, name: str) -> bool:
        return self.data.get(name) is True

    def facts(self, name: str) -> Mapping[str, Any]:
        """Empty when the event does not say."""
        value = self.data.get(name)
        return value if isinstance(value, Mapping) else {}

    def each(self, name: str) -> Iterator["Event"]:
        """The parts of a list, each read as this event is."""
        value = self.data.get(name)
        for part in value if isinstance(value, list) else ():
            if isinstance(part, Mapping):
                yield replace(self, data=part)

    def moment(self, name: str) -> datetime:
        """When the event does not say it, or not with its zone: the event's own time.

        One unreadable time must not stop a tenant's figures for good.
        """
        return self.moment_if_said(name) or self.occurred_at

    def moment_if_said(self, name: str) -> datetime | None:
        try:
            said = datetime.fromisoformat(self.text(name))
        except ValueError:
            return None
        return said if said.tzinfo else None
