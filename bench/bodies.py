"""Webhook bodies as Meta sends them, signed, each with an id of its own."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid

PHONE_NUMBER_ID = "100000000000001"
APP_SECRET = b"demo-app-secret"
WEBHOOK_PATH = "/api/v1/webhooks/whatsapp"
_QUESTIONS = (
    "How long does a refund take to reach my card?",
    "Where is my order? It should have come yesterday.",
    "I forgot my password and cannot sign in",
    "Can I change the delivery address of my order?",
    "Which payment methods do you accept?",
)


def message(number: int, contacts: int, run: str) -> tuple[str, bytes]:
    """(message id, body); `contacts` people write in turn."""
    # Fresh people each run: nobody's earlier conversation is in the way.
    wa_id = f"{int(run, 16) % 900 + 100}{number % contacts:09d}"
    message_id = f"wamid.{run}.{number}"
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550001", "phone_number_id": PHONE_NUMBER_ID},
        "contacts": [{"profile": {"name": f"Customer {number % contacts}"}, "wa_id": wa_id}],
        "messages": [
            {
                "from": wa_id,
                "id": message_id,
                "timestamp": str(int(time.time())),
                "type": "text",
                "text": {"body": _QUESTIONS[number % len(_QUESTIONS)]},
            }
        ],
    }
    entry = {"id": "200000000000001", "changes": [{"field": "messages", "value": value}]}
    body = {"object": "whatsapp_business_account", "entry": [entry]}
    return message_id, json.dumps(body, separators=(",", ":")).encode()


def signature(body: bytes) -> str:
    return "sha256=" + hmac.new(APP_SECRET, body, hashlib.sha256).hexdigest()


def request(body: bytes, host: str) -> bytes:
    """The bytes of the whole POST, made before the clock starts."""
    head = (
        f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: {signature(body)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def requests(count: int, contacts: int, host: str) -> list[bytes]:
    run = uuid.uuid4().hex[:8]
    return [request(message(n, contacts, run)[1], host) for n in range(count)]
