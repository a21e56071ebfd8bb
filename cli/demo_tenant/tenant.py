"""The demo tenant, made through the public API: safe to repeat, quick when nothing changed."""

import hashlib
import uuid
from pathlib import Path
from typing import Any

from cli.api import Api
from cli.articles import Article, read_path
from cli.demo_tenant import desk
from cli.importing import import_articles, unless_there

TENANT_ID = "demo"
PHONE_NUMBER_ID = "100000000000001"
APP_SECRET = "demo-app-secret"  # noqa: S105 - a demo value, printed by `cassava up`
VERIFY_TOKEN = "demo-verify-token"  # noqa: S105
TELEGRAM_SECRET = "demo-telegram-secret"  # noqa: S105
SIGNING_SECRET = "whsec_ZGVtby1jdXN0b20tY2hhbm5lbC1zaWduaW5nLXNlY3JldA=="  # noqa: S105
BOT_ID = "1000000001"
ARTICLES = Path(__file__).parent / "articles"

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cassava-support.example/demo")
_KEYS = {
    "admin": "CALLER_ADMIN",
    "viewer": "CALLER_VIEWER",
    "ingest": "CALLER_INGEST",
    "agent-amina": "CALLER_AGENT",
    "agent-joseph": "CALLER_AGENT",
}
_POLICY = {
    "languages": ["en", "fr", "pt", "sw"],
    "tone": "friendly, short, concrete",
    "allowed_link_hosts": ["cassava-goods.example", "status.cassava-goods.example"],
    "rules": [{"least_urgency": "URGENCY_HIGH", "open_ticket": True}],
    "time_zone": "Africa/Nairobi",
}


def stable_id(name: str) -> str:
    """The same for the same name, in every installation."""
    return str(uuid.uuid5(_SPACE, name))


def channels() -> list[dict[str, Any]]:
    """One account of each kind, as the API takes them; all in sandbox mode."""
    return [
        _channel("whatsapp", PHONE_NUMBER_ID, app_secret=APP_SECRET, verify_token=VERIFY_TOKEN)
        | {"business_account_id": "200000000000001"},
        _channel("telegram", BOT_ID, secret_token=TELEGRAM_SECRET),
        _channel("custom", signing_secret=SIGNING_SECRET),
        _channel("webchat"),  # and `test`, which every tenant gets when it is made
    ]


def _channel(kind: str, external_id: str = "", **secrets: str) -> dict[str, Any]:
    return {
        "id": stable_id(f"channel/{kind}"),
        "kind": f"CHANNEL_KIND_{kind.upper()}",
        "name": f"Demo {kind}",
        "external_id": external_id,
        "sandbox": True,
        "secrets": [
            {"kind": f"SECRET_KIND_{name.upper()}", "value": value}
            for name, value in secrets.items()
        ],
    }


async def make(api: Api, known: dict[str, Any]) -> dict[str, Any]:
    """Everything of the demo tenant; `known` is what an earlier call returned, {} at first."""
    articles = read_path(ARTICLES) if ARTICLES.is_dir() else []
    digest = _digest(articles)
    if known.get("digest") == digest:
        return known
    await unless_there(api, "/api/v1/tenants", _tenant())
    base = f"/api/v1/tenants/{TENANT_ID}"
    for channel in channels():
        await unless_there(api, f"{base}/channels", channel)
    keys = known.get("keys") or {name: await _key(api, name, role) for name, role in _KEYS.items()}
    await desk.make(api, base, keys)
    await import_articles(api, TENANT_ID, articles)
    return {"digest": digest, "keys": keys}


async def _key(api: Api, name: str, role: str) -> str:
    path = f"/api/v1/tenants/{TENANT_ID}/keys"
    # Repeated with this id, also by a later start, it is the same key again.
    asked = {"name": f"demo {name}", "role": role, "request_id": stable_id(f"key/{name}")}
    made = await api.call("POST", path, asked)
    return str(made["secret"])


def _tenant() -> dict[str, Any]:
    return {"id": TENANT_ID, "name": "Cassava Goods (demo)", "policy": _POLICY}


def _digest(articles: list[Article]) -> str:
    """Of all that `make` writes, so that a new version of it is written once."""
    parts = ["desk", repr(_tenant()), repr(channels()), *(repr(article) for article in articles)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
