"""Telling a provider where to deliver, and asking it whether it understood."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2

from cli.api import Api

TELEGRAM_API_URL = "https://api.telegram.org"
WHATSAPP_API_URL = "https://graph.facebook.com/v24.0"
_HOOKS = "/api/v1/webhooks"
_ANSWER_SECONDS = 30.0
# Telegram keeps the last list when none is given, and its default leaves reactions out.
_ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
)
_MAX_CONNECTIONS = 40
# setWebhook's own list.
_TELEGRAM_PORTS = frozenset({None, 443, 80, 88, 8443})


class ConnectTrouble(Exception):
    """The provider said no, or says something else than it was told."""


@dataclass(frozen=True, slots=True)
class Connected:
    """What stands now: our channel, and where its provider delivers."""

    channel_id: str
    name: str
    webhook: str
    waiting: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "channel_id": self.channel_id,
            "name": self.name,
            "webhook": self.webhook,
            "waiting": self.waiting,
        }


def checked_url(kind: str, url: str) -> str:
    """Raise `ConnectTrouble` for an address that the provider would not take."""
    address = urlsplit(url)
    if address.scheme != "https" or not address.hostname:
        raise ConnectTrouble(f"{url} is not an https address")
    if kind == "telegram" and address.port not in _TELEGRAM_PORTS:
        raise ConnectTrouble("Telegram delivers to the ports 443, 80, 88 and 8443 only")
    return url.rstrip("/")


class TelegramConnector:
    """One bot; its token is part of every address, so no address is ever shown."""

    def __init__(self, client: httpx2.AsyncClient, token: str, api_url: str = "") -> None:
        self._client = client
        self._base = f"{(api_url or TELEGRAM_API_URL).rstrip('/')}/bot{token}"
        self._token = token

    async def connect(self, api: Api, tenant: str, url: str) -> Connected:
        """Channel, webhook, and the check that Telegram has it. Repeating renews the secret."""
        bot = await self._call("getMe")
        secret_token = secrets.token_urlsafe(32)
        known = {"bot_token": self._token, "secret_token": secret_token}
        name = f"@{bot.get('username', '')}"
        channel_id = await upsert(api, tenant, "telegram", str(bot["id"]), name, known)
        webhook = f"{url}{_HOOKS}/telegram/{channel_id}"
        await self._call(
            "setWebhook",
            url=webhook,
            secret_token=secret_token,
            max_connections=_MAX_CONNECTIONS,
            allowed_updates=list(_ALLOWED_UPDATES),
        )
        info = await self._call("getWebhookInfo")
        if info.get("url") != webhook:
            raise ConnectTrouble("Telegram delivers to another address than it was told")
        return Connected(channel_id, name, webhook, int(info.get("pending_update_count", 0)))

    async def _call(self, method: str, **said: Any) -> dict[str, Any]:
        answer = await _asked(self._client, "POST", f"{self._base}/{method}", said)
        if not answer.get("ok"):
            raise ConnectTrouble(f"Telegram refused {method}: {answer.get('description', '')}")
        result = answer.get("result")
        return result if isinstance(result, dict) else {}


class WhatsAppConnector:
    """One number: the app is subscribed to its business account, with our address."""

    def __init__(self, client: httpx2.AsyncClient, token: str, api_url: str = "") -> None:
        self._client = client
        self._base = (api_url or WHATSAPP_API_URL).rstrip("/")
        self._token = token

    async def connect(  # noqa: PLR0913, PLR0917 - what identifies a number, and where it leads
        self, api: Api, tenant: str, url: str, number_id: str, business_id: str, app_secret: str
    ) -> Connected:
        """Channel first: Meta asks our address for the verify token at once."""
        number = await self._call("GET", number_id)
        verify_token = secrets.token_urlsafe(24)
        known = {"access_token": self._token, "verify_token": verify_token}
        known |= {"app_secret": app_secret} if app_secret else {}
        name = number.get("verified_name") or number.get("display_phone_number") or number_id
        channel_id = await upsert(api, tenant, "whatsapp", number_id, str(name), known, business_id)
        webhook = f"{url}{_HOOKS}/whatsapp"
        subscribed = f"{business_id}/subscribed_apps"
        await self._call("POST", subscribed)
        await self._call(
            "POST", subscribed, override_callback_uri=webhook, verify_token=verify_token
        )
        apps = (await self._call("GET", subscribed)).get("data") or []
        if not any(app.get("override_callback_uri") == webhook for app in apps):
            raise ConnectTrouble("Meta delivers to another address than it was told")
        return Connected(channel_id, str(name), webhook)

    async def _call(self, method: str, path: str, **said: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self._token}"}
        answer = await _asked(self._client, method, f"{self._base}/{path}", said, headers)
        if error := answer.get("error"):
            code, text = error.get("code", ""), error.get("message", "")
            raise ConnectTrouble(f"Meta refused {path} ({code}): {text}")
        return answer


async def upsert(  # noqa: PLR0913, PLR0917 - a channel, field by field
    api: Api,
    tenant: str,
    kind: str,
    external_id: str,
    name: str,
    known: Mapping[str, str],
    business_id: str = "",
) -> str:
    """The tenant's channel of that account, made or brought up to date; its id."""
    path = f"/api/v1/tenants/{tenant}/channels"
    given = [
        {"kind": f"SECRET_KIND_{name.upper()}", "value": value} for name, value in known.items()
    ]
    body: dict[str, Any] = {
        "kind": f"CHANNEL_KIND_{kind.upper()}",
        "external_id": external_id,
        "name": name,
        "business_account_id": business_id,
        "secrets": given,
    }
    async for channel in api.every(path, "channels"):
        if (channel["kind"], channel["external_id"]) == (body["kind"], external_id):
            mask = "name,secrets" + (",business_account_id" if business_id else "")
            query = {"update_mask": mask}
            await api.call("PATCH", f"{path}/{channel['id']}", body, query)
            return str(channel["id"])
    return str((await api.call("POST", path, body))["channel"]["id"])


async def _asked(
    client: httpx2.AsyncClient,
    method: str,
    url: str,
    said: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The answer's JSON. An error's own text may hold the address, and the token with it."""
    try:
        response = await client.request(
            method, url, json=said or None, headers=dict(headers or {}), timeout=_ANSWER_SECONDS
        )
        answer = response.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise ConnectTrouble(f"no answer from the provider ({type(error).__name__})") from None
    return answer if isinstance(answer, dict) else {}
