"""What a list of conversations asks PostgreSQL: only what is wanted, so that an index serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from services.tickets.position import Position


class Wanted(NamedTuple):
    """A list's filters; an empty one lets everything through."""

    status: str = ""
    holder: str = ""
    channel: str = ""
    customer_ids: Sequence[UUID] | None = None
    account_id: UUID | None = None
    assignee_id: UUID | None = None
    unassigned: bool = False
    team_id: UUID | None = None
    tag: str = ""
    intent: str = ""
    urgency: str = ""
    sentiment: str = ""
    language: str = ""
    words: str = ""
    opened_after: datetime | None = None
    opened_before: datetime | None = None


_PAGE = "SELECT c.id FROM {source} WHERE {conditions} ORDER BY {order} LIMIT ${most}"
_STATUSES = {
    "open": "c.resolved_at IS NULL AND (c.snoozed_until IS NULL OR c.snoozed_until <= now())",
    "snoozed": "c.resolved_at IS NULL AND c.snoozed_until > now()",
    "resolved": "c.resolved_at IS NOT NULL",
}
_FILTERS = {
    "holder": "c.holder = {}",
    "channel": "c.channel = {}",
    "customer_ids": "c.customer_id = ANY({}::uuid[])",
    "account_id": "c.account_id = {}",
    "assignee_id": "c.assignee_id = {}",
    "team_id": "c.team_id = {}",
    "tag": "t.tag = {}",
    "intent": "c.intent = {}",
    "urgency": "c.urgency = {}",
    "sentiment": "c.sentiment = {}",
    "language": "c.language = {}",
    "opened_after": "c.created_at >= {}",
    "opened_before": "c.created_at < {}",
}
_BY_TIME = "conversations c", "c.created_at", "c.id"
_BY_TAG = (
    "conversation_tags t JOIN conversations c ON c.id = t.conversation_id",
    *("t.opened_at", "t.conversation_id"),
)


class Listing:
    """One page's statement and its values."""

    def __init__(self, wanted: Wanted) -> None:
        self._source, self._at, self._id = _BY_TAG if wanted.tag else _BY_TIME
        self._conditions = ["true"]
        self.values: list[object] = []
        if wanted.status:
            self._conditions.append(_STATUSES[wanted.status])
        if wanted.unassigned:
            self._conditions.append("c.assignee_id IS NULL")
        for name, value in wanted._asdict().items():
            if name in _FILTERS and value not in ("", None):
                self._add(_FILTERS[name], value)

    def after(self, position: Position) -> None:
        condition = f"{self._at} <= {{0}} AND ({self._at} < {{0}} OR {self._id} > {{1}})"
        self._add(condition, *position)

    def among(self, conversation_ids: Sequence[UUID]) -> None:
        self._add("c.id = ANY({}::uuid[])", conversation_ids)

    def statement(self) -> str:
        """Newest first; the last value is how many."""
        # Made of this module's own words alone: whatever a caller said is a value.
        return _PAGE.format(
            source=self._source,
            conditions=" AND ".join(self._conditions),
            order=f"{self._at} DESC, {self._id}",
            most=len(self.values) + 1,
        )

    def _add(self, condition: str, *values: object) -> None:
        first = len(self.values) + 1
        self.values += values
        places = [f"${first + n}" for n in range(len(values))]
        self._conditions.append(condition.format(*places))
