"""What the Bot API answers; the server itself is the one of `meta`."""

from typing import Any


def sent(message_id: int) -> tuple[int, Any]:
    """The answer to a `sendMessage` that was taken."""
    return 200, {"ok": True, "result": {"message_id": message_id, "date": 1, "chat": {"id": 7}}}


def failed(status: int, description: str, **parameters: int) -> tuple[int, Any]:
    """The answer to one that was not."""
    said: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return status, said | ({"parameters": parameters} if parameters else {})


def done() -> tuple[int, Any]:
    """The answer to a method that gives nothing back."""
    return 200, {"ok": True, "result": True}


def webhook_info(url: str, **more: Any) -> tuple[int, Any]:
    """`getWebhookInfo`; without a webhook the address is empty."""
    info = {"url": url, "has_custom_certificate": False, "pending_update_count": 0}
    return 200, {"ok": True, "result": info | more}
