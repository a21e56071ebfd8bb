"""A channel account: one WhatsApp number, one bot, one signed webhook."""

from __future__ import annotations

import base64
import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh.addresses import problem_of
from mesh.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound
from mesh.ids import uuid7

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

# Which secrets an account of a kind may hold; those it is found by are kept as a hash as well.
SECRETS = {
    "whatsapp": frozenset({"app_secret", "verify_token", "access_token"}),
    "telegram": frozenset({"bot_token", "secret_token"}),
    "custom": frozenset({"signing_secret"}),
    "webchat": frozenset({"signing_secret"}),
    "test": frozenset[str](),
}
FOUND_BY = frozenset({"verify_token", "secret_token"})

# A provider that echoes our token lets evidence decide; the others are never asked twice.
_ON_PERHAPS_SENT = {"whatsapp": "wait_then_resend"}
_PHONE_NUMBER_ID = re.compile(r"[0-9]{1,40}")
_BOT_TOKEN = re.compile(r"([0-9]{3,20}):[A-Za-z0-9_-]{10,200}")
# https://core.telegram.org/bots/api#setwebhook, secret_token
_SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,256}")
# Standard Webhooks 1.0.0, "Symmetric": between 24 and 64 random bytes.
_LEAST_KEY_BYTES = 24


class ChannelNotFound(NotFound):
    def __init__(self, channel_id: UUID) -> None:
        super().__init__(f"no channel {channel_id}")


class ChannelExists(Conflict):
    def __init__(self) -> None:
        super().__init__("another channel has this id or external id")


class ChannelChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, channel_id: UUID) -> None:
        super().__init__(f"channel {channel_id} changed since it was read")
        self.reason = "CHANGED_MEANWHILE"


@dataclass(frozen=True, slots=True)
class ChannelAccount:
    tenant_id: str
    id: UUID
    kind: str
    external_id: str
    business_account_id: str = ""
    name: str = ""
    sandbox: bool = False
    state: str = "active"
    reply_url: str = ""
    version: int = 1
    created_at: datetime | None = None
    alert: str = ""  # the provider's latest bad news
    alert_at: datetime | None = None

    @property
    def on_perhaps_sent(self) -> str:
        """What becomes of a send that nobody can settle (PROTOCOL 7)."""
        return _ON_PERHAPS_SENT.get(self.kind, "park")

    def expect(self, etag: str) -> None:
        """Raise `ChannelChangedMeanwhile` unless the caller saw this version, or named none."""
        if etag not in ("", str(self.version)):
            raise ChannelChangedMeanwhile(self.id)

    def check(self) -> None:
        """Raise `InvalidInput` for what could never receive or answer."""
        if self.kind == "whatsapp" and not _PHONE_NUMBER_ID.fullmatch(self.external_id):
            raise InvalidInput(
                "a WhatsApp channel needs its phone_number_id", field="channel.external_id"
            )
        if self.kind == "telegram" and not self.external_id:
            raise InvalidInput(
                "a Telegram channel needs its bot's id, or its token", field="channel.external_id"
            )

    def check_reply_url(self, *, may_be_plain: bool) -> None:
        """Raise `InvalidInput` for where no reply would ever be posted, as with an endpoint."""
        problem = problem_of(self.reply_url, may_be_plain=may_be_plain) if self.reply_url else ""
        if problem:
            raise InvalidInput(problem, field="channel.reply_url")

    def identified(self, secrets: dict[str, list[str]]) -> ChannelAccount:
        """With an external id: a bot's is the number in its token, our own channels' is the id."""
        if self.external_id:
            return self
        if self.kind == "telegram":
            found = [_BOT_TOKEN.fullmatch(token) for token in secrets.get("bot_token", ())]
            number = next((match[1] for match in found if match), "")
            return dataclasses.replace(self, external_id=number)
        if self.kind == "whatsapp":
            return self
        return dataclasses.replace(self, external_id=str(self.id))


def check_secrets(kind: str, secrets: dict[str, list[str]]) -> None:
    """Raise `InvalidInput` for a secret that this kind of account has no use for."""
    for name, values in secrets.items():
        if name not in SECRETS[kind]:
            raise InvalidInput(f"a {kind} channel has no {name}", field="channel.secrets")
        if name == "secret_token" and not all(_SECRET_TOKEN.fullmatch(value) for value in values):
            raise InvalidInput(
                "Telegram takes 1 to 256 of A-Z a-z 0-9 _ - as a secret token",
                field="channel.secrets",
            )
        if kind == "custom" and not all(map(_key_bytes, values)):
            raise InvalidInput(
                "a signing secret is whsec_ and base64, as of: openssl rand -base64 32",
                field="channel.secrets",
            )


def short_keys(kind: str, secrets: dict[str, list[str]]) -> set[str]:
    """Those that could be guessed from one webhook; a custom channel has no other lock."""
    given = secrets.get("signing_secret", ()) if kind == "custom" else ()
    return {value for value in given if _key_bytes(value) < _LEAST_KEY_BYTES}


def refuse_short(keys: set[str]) -> None:
    """Raise `InvalidInput` if there is any."""
    if keys:
        raise InvalidInput(
            f"a signing secret has at least {_LEAST_KEY_BYTES} random bytes after whsec_, in "
            "base64, as of: openssl rand -base64 32",
            field="channel.secrets",
        )


def _key_bytes(secret: str) -> int:
    """How long its key is; 0 where no Standard Webhooks library reads it."""
    encoded = secret.removeprefix("whsec_").rstrip("=")
    try:
        return len(base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True))
    except ValueError:
        return 0


def test_account(tenant_id: str) -> ChannelAccount:
    """The one behind the test endpoint; nothing leaves it."""
    channel_id = uuid7()
    return ChannelAccount(tenant_id, channel_id, "test", str(channel_id), name="test", sandbox=True)
