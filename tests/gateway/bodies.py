"""Webhook bodies that we wrote from the documented formats: say only what the test is about."""

import hashlib
import hmac
import json
import re
from typing import Any

from services.gateway.channels.channel import Outbound

NUMBER_ID = "100000000000001"
BUSINESS_ID = "200000000000001"
PERSON = "256700000001"


def message(message_id: str = "wamid.1", **more: Any) -> dict[str, Any]:
    said = {"from": PERSON, "id": message_id, "timestamp": "1764000000", "type": "text"}
    return {**said, "text": {"body": "Hello"}, **more} if "type" not in more else {**said, **more}


def status(message_id: str = "wamid.1", state: str = "delivered", **more: Any) -> dict[str, Any]:
    said = {"id": message_id, "status": state, "timestamp": "1764000000"}
    return {**said, "recipient_id": PERSON, **more}


def change(*, field: str | None = "messages", number: str | None = NUMBER_ID, **value: Any) -> Any:
    """One change; its lists are given as keywords."""
    said: dict[str, Any] = {"messaging_product": "whatsapp", **value}
    if number:
        said["metadata"] = {"display_phone_number": "256", "phone_number_id": number}
    return {"value": said} | ({"field": field} if field else {})


def whatsapp(*changes: Any, business: str = BUSINESS_ID) -> dict[str, Any]:
    entry = {"id": business, "changes": list(changes)}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def one_message(**more: Any) -> dict[str, Any]:
    person = {"wa_id": PERSON, "profile": {"name": "Amina"}}
    return whatsapp(change(contacts=[person], messages=[message(**more)]))


def wire(body: Any) -> bytes:
    """As Meta sends it: compact, lower-case escapes, slashes escaped."""
    text = json.dumps(body, separators=(",", ":")).replace("/", "\\/")
    return re.sub(r"\\u[0-9A-F]{4}", lambda found: found[0].lower(), text).encode()


def meta_signature(secret: str, body: bytes) -> str:
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def a_part(attempt: str = "c1.d.1", **more: Any) -> Outbound:
    """A part of a reply on its way out."""
    return Outbound(token=attempt, **{"address": "7", "text": "Hello", **more})


def update(update_id: int = 1, **kind: Any) -> dict[str, Any]:
    return {"update_id": update_id, **kind}


def telegram_message(message_id: int = 5, **more: Any) -> dict[str, Any]:
    person = {"id": 7, "is_bot": False, "first_name": "Amina", "language_code": "sw"}
    chat = {"id": 7, "type": "private", "first_name": "Amina"}
    said = {"message_id": message_id, "date": 1_764_000_000, "from": person, "chat": chat}
    return {**said, **(more or {"text": "Habari"})}
