"""Tenants with accounts of both kinds, made through the public API like anybody's."""

from __future__ import annotations

import random
import secrets
from typing import TYPE_CHECKING

from tests.chaos.story import Account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cli.api import Api

_POLICY = {
    "debounce_milliseconds": 200,
    "debounce_most_milliseconds": 800,
    "evidence_threshold": 0.01,
    "turn_limit": 50,
}
_ARTICLE = {
    "title": "Refunds",
    "body": "## How will I get my money back?\n"
    "Refunds always go to the payment method that you used when you return an article.",
    "language": "en",
}


async def make(api: Api, count: int, chance: random.Random) -> list[Account]:
    """`count` tenants; each has a WhatsApp number and a Telegram bot."""
    accounts: list[Account] = []
    for n in range(count):
        tenant = f"chaos-{secrets.token_hex(3)}-{n}"
        body = {"id": tenant, "name": tenant, "policy": _POLICY}
        await api.call("POST", "/api/v1/tenants", body)
        await api.call("POST", f"/api/v1/tenants/{tenant}/articles", _ARTICLE)
        for kind in ("whatsapp", "telegram"):
            number = str(chance.randrange(10**14, 10**15))
            accounts += [await _account(api, tenant, kind, number)]
    return accounts


async def keys(api: Api, accounts: Iterable[Account]) -> dict[str, str]:
    """A viewer's key for each tenant."""
    found: dict[str, str] = {}
    for tenant in dict.fromkeys(account.tenant for account in accounts):
        body = {"name": "listener", "role": "CALLER_VIEWER"}
        made = await api.call("POST", f"/api/v1/tenants/{tenant}/keys", body)
        found[tenant] = made["secret"]
    return found


async def _account(api: Api, tenant: str, kind: str, external_id: str) -> Account:
    secret, token = secrets.token_hex(16), f"{external_id}-{secrets.token_hex(8)}"
    kinds = ("app_secret", "access_token") if kind == "whatsapp" else ("secret_token", "bot_token")
    body = {
        "kind": f"CHANNEL_KIND_{kind.upper()}",
        "name": kind,
        "external_id": external_id,
        "secrets": [
            {"kind": f"SECRET_KIND_{name.upper()}", "value": value}
            for name, value in zip(kinds, (secret, token), strict=True)
        ],
    }
    made = await api.call("POST", f"/api/v1/tenants/{tenant}/channels", body)
    return Account(tenant, kind, external_id, made["channel"]["id"], secret, token)
