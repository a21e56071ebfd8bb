"""What a channel can do (verify, parse, send), what may arrive, and what may come of a send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import msgspec

from services.gateway.channels.content import OutboundContent


@dataclass(frozen=True, slots=True)
class Account:
    """A channel account as tickets keeps it. Secrets are lists, so that they can be rotated."""

    tenant_id: str
    account_id: str
    kind: str
    external_id: str = ""
    business_id: str = ""
    is_active: bool = True
    sandbox: bool = False
    reply_url: str = ""
    name: str = ""
    secrets: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)

    def secret(self, kind: str) -> str:
        """The newest secret of that kind; empty when there is none."""
        return next(iter(self.secrets.get(kind, ())), "")


# What arrives is made of structs: a webhook makes several of them, and they cost the least. None is
# part of a cycle, so the collector need not look at them.


class Named(msgspec.Struct, frozen=True, gc=False):
    """The account that a body claims to be for, in its provider's words."""

    external_id: str = ""
    business_id: str = ""


NOBODY = Named()


class Alias(msgspec.Struct, frozen=True, gc=False):
    """One name that a provider has for a person: `wa_id`, `bsuid`, `telegram_chat`, …"""

    kind: str
    value: str


class Contact(msgspec.Struct, frozen=True, gc=False):
    """Who wrote. The first alias is the stable one; an answer goes to `address` in `thread`."""

    aliases: tuple[Alias, ...]
    address: str
    name: str = ""
    thread: str = ""
    locale: str = ""


class Attachment(msgspec.Struct, frozen=True, gc=False):
    """A file that the provider holds for us, fetched later; without an id it cannot be."""

    provider_id: str
    mime_type: str = ""
    file_name: str = ""
    sha256: str = ""
    size_bytes: int = 0


class Ad(msgspec.Struct, frozen=True, gc=False):
    """What a customer clicked on before writing."""

    source_type: str = ""
    source_id: str = ""
    source_url: str = ""
    headline: str = ""
    click_id: str = ""


class Context(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a message refers to. `quoted_id` is the provider's id of the message it answers."""

    quoted_id: str = ""
    quoted_text: str = ""
    is_forwarded: bool = False
    product_id: str = ""
    catalog_id: str = ""
    ad: Ad | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something a customer said. `kind` is one of the contract's, in lower case.

    `data` is what has a structure (a place, cards, an order, a form); `group` names the album
    that a file belongs to.
    """

    key: str
    contact: Contact
    text: str
    raw: bytes
    kind: str = "text"
    provider_id: str = ""
    sent_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    payload: str = ""
    data: Mapping[str, Any] | None = None
    context: Context | None = None
    group: str = ""
    named: Named = NOBODY


class Edit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Somebody changed or withdrew what was said before; `edits` is the key it came under, and
    `refers_to` the provider's id of it, by which what we sent is found.
    """

    key: str
    contact: Contact
    edits: str
    text: str
    raw: bytes
    refers_to: str = ""
    is_withdrawn: bool = False
    is_ours: bool = False
    sent_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    named: Named = NOBODY


class Echo(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the business itself wrote from another device: a person's message, never a turn.

    `is_bots` where the provider says that it was us who sent it.
    """

    key: str
    contact: Contact
    text: str
    raw: bytes
    provider_id: str = ""
    is_bots: bool = False
    sent_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    named: Named = NOBODY


class Note(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Kept for the record and never answered: a reaction, a changed alias, an account notice.

    `refers_to` is the provider's id of the message that a reaction is about.
    """

    key: str
    kind: str
    raw: bytes
    contact: Contact | None = None
    text: str = ""
    refers_to: str = ""
    sent_at: datetime | None = None
    named: Named = NOBODY


class Receipt(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a provider says became of a message of ours; `token` names the attempt.

    A failure may ask, as `NotSent` does, that the account rests or is mended first; and it may
    be one that is sent again by itself, `resend_after` seconds later.
    """

    key: str
    provider_id: str
    status: str
    raw: bytes
    token: str = ""
    error_code: str = ""
    pauses_account: bool = False
    retry_after: float | None = None
    resend_after: float | None = None
    sent_at: datetime | None = None
    named: Named = NOBODY


class Unreadable(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What could not be read, with its bytes: a dead letter."""

    reason: str
    raw: bytes
    named: Named = NOBODY


Arrival = Message | Edit | Echo | Note | Receipt | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One part of a reply on its way out. `token` is `c1.<delivery_id>.<attempt>`."""

    address: str
    text: str
    token: str
    thread: str = ""
    reply_to: str = ""
    content: OutboundContent | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that is being answered: where, and which one."""

    address: str
    thread: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class ProviderId:
    """The provider has taken it, and calls it this; what it calls the recipient, if it says so."""

    value: str
    aliases: tuple[Alias, ...] = ()


class BadSignature(Exception):
    """These bytes were not sent by the provider, or not for this account."""


class NotSent(Exception):
    """It surely did not leave; repeating is safe after `retry_after` seconds, and after `grows`
    times as many with each attempt.
    """

    def __init__(  # what is asked for
        self,
        reason: str,
        *,
        retry_after: float | None = None,
        grows: float = 1.0,
        pauses_account: bool = False,
        only_this_contact: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.grows = grows
        self.pauses_account = pauses_account
        self.only_this_contact = only_this_contact


class Refused(Exception):
    """The provider will never take it; repeating is useless."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PerhapsSent(Exception):
    """Nobody knows whether it left; repeating is dangerous."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(Protocol):
    """The three verbs every channel has. Headers have lower-case names."""

    def verify(self, account: Account, headers: Mapping[str, str], body: bytes) -> None:
        """Raise `BadSignature` unless the provider sent exactly these bytes."""

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Arrival]:
        """Everything in a webhook, in order; what cannot be read comes as `Unreadable`."""

    async def send(self, account: Account, message: Outbound) -> ProviderId:
        """Raise `NotSent` (repeating is safe), `Refused` (useless) or `PerhapsSent` (dangerous)."""


@runtime_checkable
class PresenceChannel(Protocol):
    """A channel that can show a customer that an answer is being written."""

    presence_seconds: float

    async def show_presence(self, account: Account, seen: Seen) -> None:
        """For `presence_seconds`, or until something is sent. May raise as `send` does."""


@runtime_checkable
class FileChannel(Protocol):
    """A channel whose provider holds the files that customers send."""

    async def fetch(self, account: Account, attachment: Attachment) -> bytes:
        """All of it. Raises `FileUnavailable` (for good) or `FileLater`, or as `send` does."""
