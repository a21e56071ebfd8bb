"""WhatsApp Cloud API: handshake, signature, batches and receipts in; messages out."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

import httpx2
import msgspec

from services.gateway.channels import sending, whatsapp_codes
from services.gateway.channels.channel import (
    NOBODY,
    Account,
    Alias,
    Arrival,
    Attachment,
    BadSignature,
    Named,
    NotSent,
    Outbound,
    PerhapsSent,
    ProviderId,
    Refused,
    Seen,
    Unreadable,
)
from services.gateway.channels.fetching import (
    LARGEST_BYTES,
    FileLater,
    FileUnavailable,
    Hosts,
    fetch,
)
from services.gateway.channels.subscribing import Subscription
from services.gateway.channels.tolerant import Layer, Loose, read, text_of
from services.gateway.channels.whatsapp_envelope import Change, opened, peek
from services.gateway.channels.whatsapp_items import arrivals_of
from services.gateway.channels.whatsapp_payload import payload_of, presence_of

KIND = "whatsapp"
SIGNATURE = "x-hub-signature-256"
API_URL = "https://graph.facebook.com/v24.0"

# Where Meta keeps files; our token goes nowhere else.
_MEDIA_DOMAINS = ("graph.facebook.com", "fbsbx.com", "fbcdn.net")
_NUMBER_ID = re.compile(rb'"phone_number_id"\s*:\s*"?([0-9]{1,40})\b')
_SIGNATURE = re.compile(rb"sha256=([0-9a-fA-F]{64})")


class _Error(Layer):
    code: Loose = None


class _Accepted(Layer):
    id: Loose = None


class _Recipient(Layer):
    wa_id: Loose = None
    user_id: Loose = None


class _Response(Layer):
    contacts: list[_Recipient] | None = None
    messages: list[_Accepted] | None = None
    error: _Error | None = None


class _Media(Layer):
    url: str | None = None
    sha256: str | None = None
    file_size: int | None = None


class _App(Layer):
    override_callback_uri: str | None = None


class _Apps(Layer):
    data: list[_App] | None = None
    error: _Error | None = None


_MEDIA = msgspec.json.Decoder(_Media)
_APPS = msgspec.json.Decoder(_Apps)
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


def likely_accounts(body: bytes) -> list[Named]:
    """The numbers in a body that cannot be read as it stands: one broken character, say, in one of
    a thousand messages. For looking up only, too.
    """
    found = (match[1].decode() for match in _NUMBER_ID.finditer(body))
    return [Named(external_id=number) for number in dict.fromkeys(found)]


class WhatsApp:
    """The Cloud API as a channel."""

    # The typing indicator lasts 25 s.
    presence_seconds = 20.0

    def __init__(self, client: httpx2.AsyncClient, api_url: str = API_URL) -> None:
        self._client = client
        self._api_url = api_url.rstrip("/")
        self._hosts = Hosts(self._api_url, _MEDIA_DOMAINS)

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
        """Text, choices, a template, a file or a place."""
        with sending.nothing_left():
            content = msgspec.json.encode(payload_of(message))
        answer = await self._post(account, content)
        response = read(_RESPONSE, answer.body) or _Response()
        if answer.is_success and response.messages:
            return ProviderId(text_of(response.messages[0].id), _names_of(response.contacts))
        if answer.is_success:
            raise PerhapsSent("answer_without_id")
        raise _failure(answer, response.error)

    async def show_presence(self, account: Account, seen: Seen) -> None:
        """Read, and writing."""
        if seen.message_id:
            await self._post(account, msgspec.json.encode(presence_of(seen.message_id)))

    async def fetch(self, account: Account, attachment: Attachment) -> bytes:
        """First where it lies, good for five minutes; then the file, with the same token."""
        headers = {"authorization": f"Bearer {account.secret('access_token')}"}
        where = f"{self._api_url}/{quote(attachment.provider_id, safe='')}"
        told = read(_MEDIA, await fetch(self._client, where, self._hosts, headers)) or _Media()
        if not told.url:
            raise FileLater("no_address")
        if told.file_size and told.file_size > LARGEST_BYTES:
            raise FileUnavailable("too_large")
        sha256 = told.sha256 or attachment.sha256
        return await fetch(self._client, told.url, self._hosts, headers, sha256)

    async def subscription(self, account: Account) -> Subscription:
        """Which apps the business account delivers to; an override is this account's own address.

        Without one the app's own address counts, which this token may not read.
        """
        if not account.business_id:
            raise Refused("no_business_account")
        url = f"{self._api_url}/{quote(account.business_id, safe='')}/subscribed_apps"
        answer = await sending.get(self._client, url, _authorized(account))
        said = read(_APPS, answer.body) or _Apps()
        if not answer.is_success or said.data is None:
            raise _failure(answer, said.error)
        own = [app.override_callback_uri for app in said.data if app.override_callback_uri]
        return Subscription(is_set=bool(said.data), url=next(iter(own), ""))

    async def _post(self, account: Account, content: bytes) -> sending.Answer:
        url = f"{self._api_url}/{account.external_id}/messages"
        headers = {**_authorized(account), "content-type": "application/json"}
        return await sending.post(self._client, url, content, headers)


def _authorized(account: Account) -> dict[str, str]:
    token = account.secret("access_token")
    if not token:
        raise NotSent("no_access_token", pauses_account=True)
    return {"authorization": f"Bearer {token}"}


def _failure(answer: sending.Answer, error: _Error | None) -> Exception:
    code = text_of(error.code) if error else ""
    return whatsapp_codes.failure(answer.status, whatsapp_codes.number_of(code))


def _names_of(recipients: Sequence[_Recipient] | None) -> tuple[Alias, ...]:
    """The number as WhatsApp has it: in Brazil, Argentina, Mexico not always as it was dialled."""
    names = [("bsuid", each.user_id) for each in recipients or ()]
    names += [("wa_id", each.wa_id) for each in recipients or ()]
    return tuple(Alias(kind, text_of(name)) for kind, name in names if name is not None)
