"""What customers and providers saw: the only record, beside the public API, that is believed."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

_LETTERS = "bcdfghjklmnpqrstvwxz"
_MARK_LENGTH = 7


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant's number or bot, as its provider knows it."""

    tenant: str
    kind: str  # whatsapp or telegram
    external_id: str
    channel_id: str
    secret: str  # signs webhooks (WhatsApp) or rides along (Telegram)
    token: str  # sends

    @property
    def is_telegram(self) -> bool:
        return self.kind == "telegram"


@dataclass(slots=True)
class Said:
    """A customer's message. `mark` is a word that stands in no other text."""

    account: Account
    contact: str
    number: int  # in the order in which this customer wrote
    mark: str
    text: str
    said_at: float
    acknowledged_at: float | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A send that a provider executed, whether or not it managed to say so."""

    account: Account
    contact: str
    text: str
    token: str
    message_id: str
    at: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A numbered event on a tenant's live stream, or the word to begin anew after that number."""

    tenant: str
    epoch: str
    sequence: int
    is_anew: bool


@dataclass
class Story:
    """Everything of one act, in the order in which it happened."""

    said: list[Said] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    told: set[str] = field(default_factory=set)  # tokens whose status was acknowledged
    webhooks: int = 0
    refused_webhooks: int = 0
    sends: dict[str, int] = field(default_factory=dict)  # by what the provider did with them

    def count(self, what: str) -> None:
        self.sends[what] = self.sends.get(what, 0) + 1

    @property
    def acknowledged(self) -> list[Said]:
        return [each for each in self.said if each.acknowledged_at is not None]


def mark(chance: random.Random) -> str:
    """No digits, no vowels: no rule about numbers, names or languages takes offence."""
    return "".join(chance.choices(_LETTERS, k=_MARK_LENGTH))


def now() -> float:
    return time.monotonic()
