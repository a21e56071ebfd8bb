"""What the demo sends is what providers send."""

import hashlib
import hmac
import json

from standardwebhooks.webhooks import Webhook

from cli import webhooks
from cli.demo_tenant import tenant


def test_a_whatsapp_body_is_signed_over_its_bytes() -> None:
    hook = webhooks.whatsapp("254700000001", "Amina", "Où est mon colis ?", "wamid.1")

    signed = hmac.new(tenant.APP_SECRET.encode(), hook.body, hashlib.sha256).hexdigest()
    assert hook.headers["x-hub-signature-256"] == f"sha256={signed}"
    assert "Où" in hook.body.decode()


def test_a_custom_body_satisfies_the_standard_library() -> None:
    hook = webhooks.custom("c1", "Marta", "hello", "msg_1")

    data = Webhook(tenant.SIGNING_SECRET).verify(hook.body, hook.headers)

    assert data["data"]["text"] == "hello"


def test_a_telegram_body_carries_the_secret_token() -> None:
    hook = webhooks.telegram(7, "Joseph", "hi", 70)

    assert hook.headers["x-telegram-bot-api-secret-token"] == tenant.TELEGRAM_SECRET
    assert json.loads(hook.body)["message"]["from"]["id"] == 7
