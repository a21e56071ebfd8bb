"""A conversation: one contact on one channel account, held by the machine or by a person."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh.errors import ChangedMeanwhile, Conflict, NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class MessageNotParked(Conflict):
    def __init__(self, message_id: UUID) -> None:
        super().__init__(f"no part of message {message_id} of this conversation is in doubt")


class ConversationNotFound(NotFound):
    def __init__(self, conversation_id: UUID) -> None:
        super().__init__(f"no conversation {conversation_id}")


class ConversationAlreadyResolved(Conflict):
    def __init__(self, conversation_id: UUID) -> None:
        super().__init__(f"conversation {conversation_id} is resolved; reopen it first")


class ConversationNotResolved(Conflict):
    def __init__(self, conversation_id: UUID) -> None:
        super().__init__(f"conversation {conversation_id} is open")


class ConversationMovedOn(Conflict):
    def __init__(self, conversation_id: UUID) -> None:
        super().__init__(f"the contact of {conversation_id} has a newer conversation")


class ConversationChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, conversation_id: UUID) -> None:
        super().__init__(f"conversation {conversation_id} changed since it was read")


@dataclass(frozen=True, slots=True)
class Conversation:
    """`holder_version` rises with every change that makes a bot's draft stale (PROTOCOL 6)."""

    id: UUID
    tenant_id: str
    account_id: UUID
    channel: str
    customer_id: UUID
    holder: str
    holder_version: int
    current: bool
    resolved_at: datetime | None
    answered: bool
    intent: str
    urgency: str
    sentiment: str
    language: str
    version: int
    created_at: datetime
    last_message_at: datetime
    last_customer_at: datetime | None
    blocked_at: datetime | None
    team_id: UUID | None
    assignee_id: UUID | None
    required_skills: tuple[str, ...]
    tags: tuple[str, ...]
    snoozed_until: datetime | None
    rating: int

    def is_snoozed(self, now: datetime) -> bool:
        """Out of sight, for now."""
        return bool(self.snoozed_until and self.snoozed_until > now and not self.resolved_at)

    def expect_open(self) -> None:
        if self.resolved_at is not None:
            raise ConversationAlreadyResolved(self.id)

    def changes_to(self, after: Conversation) -> tuple[dict[str, str], dict[str, str]]:
        """What an audit log may keep of a change: before and after, where they differ."""
        old, new = _facts(self), _facts(after)
        differ = [name for name in old if old[name] != new[name]]
        return {n: old[n] for n in differ}, {n: new[n] for n in differ}

    def expect(self, etag: str) -> None:
        """Raise `ConversationChangedMeanwhile` unless the caller saw this version, or none."""
        if etag not in ("", str(self.version)):
            raise ConversationChangedMeanwhile(self.id)

    def take_over(self) -> Conversation:
        """A person holds it; the same conversation where one does already."""
        self.expect_open()
        return self._held_by("person")

    def queue(self) -> Conversation:
        """A person is asked for; whoever holds it already keeps it."""
        return self if self.holder == "person" else self._held_by("queued")

    def release(self) -> Conversation:
        """The machine holds it again; no timer ever does this."""
        return self._held_by("bot")

    def resolve(self, now: datetime) -> Conversation:
        self.expect_open()
        return dataclasses.replace(self, resolved_at=now, holder_version=self.holder_version + 1)

    def reopen(self) -> Conversation:
        """It goes back to whoever held it last (PRODUCT 8)."""
        if self.resolved_at is None:
            raise ConversationNotResolved(self.id)
        if not self.current:
            raise ConversationMovedOn(self.id)
        return dataclasses.replace(self, resolved_at=None, holder_version=self.holder_version + 1)

    def _held_by(self, holder: str) -> Conversation:
        if self.holder == holder:
            return self
        return dataclasses.replace(self, holder=holder, holder_version=self.holder_version + 1)


_TOLD = ("holder", "team_id", "assignee_id", "tags", "required_skills", "snoozed_until")


def _facts(known: Conversation) -> dict[str, str]:
    told = {name: getattr(known, name) for name in _TOLD}
    return {
        name: ",".join(value) if isinstance(value, tuple) else str(value or "")
        for name, value in told.items()
    }
