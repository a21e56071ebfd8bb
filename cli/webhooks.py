"""Bodies and signatures as WhatsApp, Telegram and a tenant's own channel send them."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

from cli.demo_tenant import tenant

_HOOKS = "/api/v1/webhooks"


@dataclass(frozen=True, slots=True)
class Webhook:
    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def whatsapp(phone: str, name: str, text: str, message_id: str) -> Webhook:
    """Signed with the app secret over the raw bytes (X-Hub-Signature-256)."""
    message = {
        "from": phone,
        "id": message_id,
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "15550000001",
            "phone_number_id": tenant.PHONE_NUMBER_ID,
        },
        "contacts": [{"profile": {"name": name}, "wa_id": phone}],
        "messages": [message],
    }
    entry = {"id": "200000000000001", "changes": [{"field": "messages", "value": value}]}
    body = _bytes({"object": "whatsapp_business_account", "entry": [entry]})
    signature = hmac.new(tenant.APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return Webhook(
        f"{_HOOKS}/whatsapp", body, _json({"x-hub-signature-256": f"sha256={signature}"})
    )


def telegram(user_id: int, name: str, text: str, number: int) -> Webhook:
    """`number` is the update's and the message's: repeated, it is the same message."""
    person = {"id": user_id, "is_bot": False, "first_name": name}
    message = {
        "message_id": number,
        "from": person,
        "chat": {"id": user_id, "type": "private", "first_name": name},
        "date": int(time.time()),
        "text": text,
    }
    body = _bytes({"update_id": number, "message": message})
    headers = _json({"x-telegram-bot-api-secret-token": tenant.TELEGRAM_SECRET})
    return Webhook(f"{_HOOKS}/telegram", body, headers)


def custom(customer_id: str, name: str, text: str, message_id: str) -> Webhook:
    """Signed as Standard Webhooks says: id, time and body, HMAC-SHA-256, base64."""
    data = {
        "customer_id": customer_id,
        "customer_name": name,
        "text": text,
        "message_id": message_id,
    }
    body = _bytes({"type": "message.received", "data": data})
    sent_at = str(int(time.time()))
    secret = base64.b64decode(tenant.SIGNING_SECRET.removeprefix("whsec_"))
    signed = hmac.new(secret, f"{message_id}.{sent_at}.".encode() + body, hashlib.sha256)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": sent_at,
        "webhook-signature": f"v1,{base64.b64encode(signed.digest()).decode()}",
    }
    path = f"{_HOOKS}/custom/{tenant.stable_id('channel/custom')}"
    return Webhook(path, body, _json(headers))


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _json(headers: dict[str, str]) -> dict[str, str]:
    return {"content-type": "application/json", **headers}
