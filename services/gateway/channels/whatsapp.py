"""WhatsApp Cloud API: handshake, signature, batches and receipts in; text out."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import httpx2
import msgspec

from services.gateway.channels import sending, whatsapp_codes
from services.gateway.channels.channel import (
    NOBODY,
    Account,
    Arrival,
    BadSignature,
    Named,
    Outbound,
    PerhapsSent,
    ProviderId,
    Unreadable,
)
from services.gateway.channels.tolerant import Layer, Loose, read, text_of
from services.gateway.channels.whatsapp_envelope import Change, opened, peek
from services.gateway.channels.whatsapp_items import arrivals_of

KIND = "whatsapp"
SIGNATURE = "x-hub-signature-256"
API_URL = "https://graph.facebook.com/v24.0"

_SIGNATURE = re.compile(rb"sha256=([0-9a-fA-F]{64})")
_BSUID = re.compile(r"^[A-Z]{2}\.")
_TEXT_LIMIT = 4096


class _Error(Layer):
    code: int | None = None


class _Accepted(Layer):
    id: Loose = None


class _Response(Layer):
    messages: list[_Accepted] | None = None
    error: _Error | None = None


_RESPONSE = msgspec.json.Decoder(_Response)


def signing_secret(secrets: Iterable[str], header: str, body: bytes) -> str | None:
    """Which of these app secrets signed these bytes; None when none did.

    Every secret is tried, so that the time does not tell which one came close.
    """
    match = _SIGNATURE.fullmatch(header.encode("utf-8", "surrogateescape")[:80])
    given = bytes.fromhex(match[1].decode()) if match else b""
    found = None
    for secret in secrets:
        wanted = hmac.digest(secret.encode(), body, hashlib.sha256)
        if hmac.compare_digest(wanted, given):
            found = secret
    return found


def named_accounts(changes: Iterable[Change | Unreadable]) -> list[Named]:
    """The accounts that these claim to be for. Nobody has verified them: for looking up only."""
    names = (change.named for change in changes)
    return [name for name in dict.fromkeys(names) if name != NOBODY]


class WhatsApp:
    """The Cloud API as a channel."""

    def __init__(self, client: httpx2.AsyncClient, api_url: str = API_URL) -> None:
        self._client = client
        self._api_url = api_url.rstrip("/")

    def verify(self, account: Account, headers: Mapping[str, str], body: bytes) -> None:
        """Over the received bytes: Meta escapes non-ASCII, so JSON written again never matches."""
        secrets = account.secrets.get("app_secret", ())
        if signing_secret(secrets, headers.get(SIGNATURE, ""), body) is None:
            raise BadSignature

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Arrival]:
        """Every list of every change of every entry. Headers say nothing here."""
        return self.arrivals(body, peek(body))

    def arrivals(self, body: bytes, peeked: Sequence[Change | Unreadable]) -> list[Arrival]:
        """The same for a body that was peeked into already, once it is verified."""
        found: list[Arrival] = []
        for change in peeked or opened(body):
            found += arrivals_of(change) if isinstance(change, Change) else [change]
        return found

    async def send(self, account: Account, message: Outbound) -> ProviderId:
        """Text; the attempt's token rides along and comes back in the statuses."""
        url = f"{self._api_url}/{account.external_id}/messages"
        headers = {
            "authorization": f"Bearer {account.secret('access_token')}",
            "content-type": "application/json",
        }
        answer = await sending.post(
            self._client, url, msgspec.json.encode(_payload(message)), headers
        )
        response = read(_RESPONSE, answer.body) or _Response()
        if answer.is_success and response.messages:
            return ProviderId(text_of(response.messages[0].id))
        if answer.is_success:
            raise PerhapsSent("answer_without_id")
        raise whatsapp_codes.failure(answer.status, response.error.code if response.error else None)


def _payload(message: Outbound) -> dict[str, Any]:
    to = "recipient" if _BSUID.match(message.address) else "to"
    payload: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        to: message.address,
        "type": "text",
        "text": {"body": message.text[:_TEXT_LIMIT], "preview_url": False},
        "biz_opaque_callback_data": message.token,
    }
    if message.reply_to:
        payload["context"] = {"message_id": message.reply_to}
    return payload
