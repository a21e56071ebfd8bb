"""What came in, ready to be stored: checked, hashed, numbered by arrival."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

# Providers repeat for a week; a stamp from outside this span is a broken clock, not news.
_OLDEST = timedelta(days=400)
_NEWEST = timedelta(hours=24)


# How the choices of a rating request begin; the request and the rating follow.
RATING_PREFIX = "csat:"
_RATING = re.compile(RATING_PREFIX + r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-5])")


class Status(StrEnum):
    """What became of an item. All but `RETRY` are final."""

    ACCEPTED = "ACCEPTED"
    DUPLICATE = "DUPLICATE"
    CONFLICT = "CONFLICT"
    DROPPED = "DROPPED"
    DEAD_LETTER = "DEAD_LETTER"
    SPOOLED = "SPOOLED"
    RETRY = "RETRY"


@dataclass(frozen=True, slots=True)
class Result:
    status: Status
    message_id: UUID | None = None
    conversation_id: UUID | None = None

    @property
    def is_new(self) -> bool:
        """Whether it made work, or will: a repeat does not."""
        return self.status in {Status.ACCEPTED, Status.SPOOLED}


@dataclass(frozen=True, slots=True)
class Alias:
    kind: str
    value: str
    hash: bytes = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(f"{self.kind}\0{self.value}".encode()).digest()
        object.__setattr__(self, "hash", digest)

    @property
    def is_own(self) -> bool:
        """Whether it is this contact's for good: a user name can pass to somebody else."""
        return self.kind != "username"


@dataclass(frozen=True, slots=True)
class File:
    """An attachment that can be fetched; `position` counts all of the message's."""

    position: int
    provider_id: str
    mime_type: str
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Rated:
    """A choice of a rating request, as the customer made it."""

    request_id: UUID
    rating: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message; `aliases[0]` is the stable name that decides its conversation."""

    index: int
    tenant_id: str
    account_id: UUID
    key: bytes
    message_id: UUID
    aliases: tuple[Alias, ...]
    name: str
    reply_address: str
    thread: str
    kind: str
    body: bytes
    extras: bytes | None
    provider_message_id: str
    provider_ts: datetime | None
    raw: bytes
    traceparent: str
    body_hash: bytes | None
    no_debounce: bool
    from_business: bool
    silent: bool
    edits: bytes | None
    withdraws: bool
    note: str = ""
    refers_to: str = ""
    from_our_bot: bool = False
    album: str = ""
    files: tuple[File, ...] = ()
    rated: Rated | None = None
    is_brief: bool = False  # its key names an update and nothing that comes again later

    @property
    def peer(self) -> tuple[UUID, bytes]:
        """Whose conversation it belongs to: (account, hash of the stable alias)."""
        return self.account_id, self.aliases[0].hash

    @property
    def whose(self) -> object:
        """What must stay in order with it; alone where nobody is named."""
        return self.peer if self.aliases else self.index

    @property
    def said(self) -> str:
        """The words of a note, as a text column holds them."""
        return self.body.decode("utf-8", "replace").replace("\0", "")

    @property
    def is_plain(self) -> bool:
        """A customer's new message: what batches are made of."""
        return not (self.from_business or self.silent or self.edits or self.rated)


def rated_from_payload(payload: str) -> Rated | None:
    """None: a choice of something else, or nothing that we ever sent."""
    found = _RATING.fullmatch(payload)
    return Rated(UUID(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class Letter:
    """What could not be read, kept as bytes; its id follows from them, so a repeat is the same."""

    index: int
    tenant_id: str
    account_id: UUID | None
    letter_id: UUID
    reason: str
    raw: bytes


def believable(stamp: datetime | None, now: datetime) -> datetime | None:
    """The provider's time, or nothing where it cannot be true (ASSURANCE SC-13)."""
    if stamp is None or stamp < now - _OLDEST:
        return None
    return min(stamp, now) if stamp <= now + _NEWEST else None
