"""A tenant's own channel, signed both ways as Standard Webhooks says."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx2
import msgspec

from services.gateway.channels import sending, standard_webhooks
from services.gateway.channels.channel import (
    Account,
    Alias,
    Arrival,
    Attachment,
    Contact,
    Message,
    NotSent,
    Outbound,
    PerhapsSent,
    ProviderId,
    Refused,
    Unreadable,
)
from services.gateway.channels.fetching import Anywhere, FileUnavailable, fetch
from services.gateway.channels.tolerant import ABSENT, Layer, Loose, Raw, mended, read, text_of

KIND = "custom"
# On all that we post to tenants: what comes back to us with it would go round for ever.
LOOP = "cassava-webhook"
# Said by the receiver: come back later. Nothing was taken.
_LATER = frozenset({429, 502, 503, 504})


class _Event(Layer):
    type: str | None = None
    timestamp: str | None = None
    data: Raw = ABSENT


class _File(Layer):
    id: Loose = None
    url: str | None = None
    mime_type: str | None = None
    file_name: str | None = None


class _Received(Layer):
    customer_id: Loose = None
    text: str | None = None
    message_id: Loose = None
    attachments: list[Raw] | None = None
    customer_name: str | None = None
    locale: str | None = None


_EVENT = msgspec.json.Decoder(_Event)
_FILE = msgspec.json.Decoder(_File)
_RECEIVED = msgspec.json.Decoder(_Received)


class Custom:
    """`message.received` in; `message.sent` out, to the account's `reply_url` if it has one."""

    def __init__(self, client: httpx2.AsyncClient, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._clock = clock

    def verify(self, account: Account, headers: Mapping[str, str], body: bytes) -> None:
        """By any of the account's live secrets, at most five minutes old."""
        secrets = account.secrets.get("signing_secret", ())
        standard_webhooks.verify(secrets, headers, body, now=self._clock())

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Arrival]:
        """One webhook, one arrival; its key is the webhook's id, which stays over retries."""
        event = read(_EVENT, body) or read(_EVENT, mended(body) or b"")
        if event is None or event.type != "message.received":
            return [Unreadable(reason="not_a_message_received_event", raw=body)]
        received = read(_RECEIVED, event.data)
        if received is None or not text_of(received.customer_id):
            return [Unreadable(reason="message_without_customer", raw=body)]
        message = _message(headers.get(standard_webhooks.ID, ""), event, received, body)
        if not (message.text.strip() or message.attachments):
            return [Unreadable(reason="message_without_text_or_attachments", raw=body)]
        return [message]

    async def send(self, account: Account, message: Outbound) -> ProviderId:
        """A signed POST; its `webhook-id` is the attempt's delivery, so a repeat can be told."""
        url = account.reply_url
        if not url:
            raise Refused("no_callback_address")
        secrets = account.secrets.get("signing_secret", ())
        if not secrets:
            raise NotSent("no_signing_secret", pauses_account=True)
        delivery_id = message.token.split(".")[1] if message.token.count(".") else message.token
        said = {"customer_id": message.address, "text": message.text, "id": delivery_id}
        with sending.nothing_left():
            body = msgspec.json.encode({"type": "message.sent", "data": said})
            headers = standard_webhooks.sign(secrets, delivery_id, int(self._clock()), body)
        headers |= {"content-type": "application/json", LOOP: "1"}
        _judge(await sending.post(self._client, url, body, headers))
        return ProviderId(delivery_id)

    async def fetch(self, account: Account, attachment: Attachment) -> bytes:
        """From the address that came with it, by the client that reaches no network of ours."""
        if not attachment.provider_id.startswith(("https://", "http://")):
            raise FileUnavailable("no_address")
        return await fetch(
            self._client, attachment.provider_id, Anywhere(), sha256=attachment.sha256
        )


def _message(webhook_id: str, event: _Event, received: _Received, body: bytes) -> Message:
    customer_id = text_of(received.customer_id)
    found = (read(_FILE, raw) for raw in received.attachments or ())
    files = tuple(_attachment(file) for file in found if file)
    return Message(
        key=f"cw:{webhook_id}",
        contact=Contact(
            (Alias("custom", customer_id),),
            address=customer_id,
            name=received.customer_name or "",
            locale=received.locale or "",
        ),
        text=received.text or "",
        raw=body,
        provider_id=text_of(received.message_id),
        kind="text" if (received.text or "").strip() else "media",
        sent_at=_instant(event.timestamp),
        attachments=files,
    )


def _attachment(file: _File) -> Attachment:
    """By its address, where it has one: an id alone leads nowhere."""
    return Attachment(
        provider_id=file.url or text_of(file.id),
        mime_type=file.mime_type or "",
        file_name=file.file_name or "",
    )


def _instant(timestamp: str | None) -> datetime | None:
    """None for junk: the time of arrival counts then."""
    try:
        instant = datetime.fromisoformat(timestamp or "")
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):  # the second: before year 1 or after 9999, once in UTC
        return None


def _judge(answer: sending.Answer) -> None:
    if answer.is_success:
        return
    if answer.status in _LATER:
        raise NotSent(f"http_{answer.status}", retry_after=answer.retry_after)
    if answer.is_server_error:
        raise PerhapsSent(f"http_{answer.status}")
    raise Refused(f"http_{answer.status}")
