"""Each tenant's knowledge and channels, as far as the key lets us look."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cli.api import Api, Refused
from cli.check import FAILED, OK, WARNING, Check
from cli.outcome import several

_TENANTS_MOST = 50
_PATHS = {
    "CHANNEL_KIND_WHATSAPP": "/api/v1/webhooks/whatsapp",
    "CHANNEL_KIND_TELEGRAM": "/api/v1/webhooks/telegram/{id}",
    "CHANNEL_KIND_CUSTOM": "/api/v1/webhooks/custom/{id}",
}
# Whose providers can be asked where they deliver.
_ASKED = {"whatsapp": "Meta", "telegram": "Telegram"}
_APPS_OWN = "the address of its app"
# Telegram shows its last failure for ever; this old, it is history.
_RECENTLY = timedelta(hours=1)
# An unsigned webhook is refused as such: it arrived where it is checked.
_UNSIGNED = 401


async def check_tenants(api: Api) -> list[Check]:
    """Nothing where the key may not list tenants: `key` says so above."""
    try:
        tenants = [each async for each in api.every("/api/v1/tenants", "tenants")]
    except Refused as refused:
        return [Check("tenants", WARNING, str(refused), "pass the platform key to look at them")]
    checks: list[Check] = []
    for tenant in tenants[:_TENANTS_MOST]:
        checks.append(await _knowledge(api, tenant["id"]))
        checks += await _channels(api, tenant["id"])
    if len(tenants) > _TENANTS_MOST:
        checks.append(Check("tenants", OK, f"looked at {_TENANTS_MOST} of {len(tenants)}"))
    return checks


async def _knowledge(api: Api, tenant: str) -> Check:
    """Articles, and a search for one of their titles: it must find something."""
    name, folder = f"{tenant} knowledge", f"/api/v1/tenants/{tenant}/articles"
    articles = [each async for each in api.every(folder, "articles")]
    shown = [each for each in articles if each.get("status") == "STATUS_PUBLISHED"]
    if not shown:
        remedy = f"cassava knowledge import FOLDER --tenant {tenant}"
        return Check(name, WARNING, "no published article: every question goes to a person", remedy)
    articles = several(len(shown), "article")
    found = await api.call("GET", f"{folder}:search", query={"query": shown[0]["title"]})
    if not found.get("passages"):
        remedy = "import the articles again; `cassava logs responder` says more"
        return Check(name, FAILED, f"{articles}, and a search finds none", remedy)
    languages = ", ".join(sorted({each["language"] for each in shown}))
    return Check(name, OK, f"{articles} ({languages}), search works")


async def _channels(api: Api, tenant: str) -> list[Check]:
    path = f"/api/v1/tenants/{tenant}/channels"
    checks: list[Check] = []
    async for each in api.every(path, "channels"):
        checks.append(await _channel(api, tenant, each))
        if _kind(each) in _ASKED and not each.get("sandbox"):
            checks.append(await _delivery(api, tenant, each))
    return checks


async def _delivery(api: Api, tenant: str, channel: dict[str, Any]) -> Check:
    """Whether the provider delivers to us: asked by the gateway, which has the token."""
    kind = _kind(channel)
    name, who = f"{_name(tenant, channel)} delivery", _ASKED[kind]
    path = f"/api/v1/tenants/{tenant}/channels/{channel['id']}/webhook"
    try:
        said = await api.call("GET", path)
    except Refused as refused:
        return Check(name, WARNING, str(refused), "pass an admin's key to ask the provider")
    connect = f"cassava channel connect {kind} --tenant {tenant} --url https://…"
    match said["state"]:
        case "not_set":
            return Check(name, FAILED, f"{who} delivers nowhere", connect)
        case "elsewhere":
            return Check(name, FAILED, f"{who} delivers to {said['url']}", connect)
        case "unknown":
            cause = f"{who} does not say where it delivers: {said['reason']}"
            return Check(name, WARNING, cause, "is its token good, and its business account given?")
    waiting = f"; {said['waiting']} updates wait there" if said["waiting"] else ""
    if said["last_error_time"] and _is_recent(said["last_error_time"]):
        remedy = "is the edge reached from outside, by a certificate that the provider believes?"
        return Check(name, WARNING, f"{who} failed: {said['last_error']}{waiting}", remedy)
    return Check(name, OK, f"{who} delivers to {said['url'] or _APPS_OWN}{waiting}")


def _is_recent(moment: str) -> bool:
    return datetime.now(UTC) - datetime.fromisoformat(moment) < _RECENTLY


async def _channel(api: Api, tenant: str, channel: dict[str, Any]) -> Check:
    name = _name(tenant, channel)
    state = channel.get("state", "").removeprefix("STATE_").lower()
    if state != "active":
        says = "takes messages, sends nothing" if state == "paused" else "takes no messages"
        return Check(name, WARNING, f"{state}: {says}", "set its state to active when it is mended")
    sandbox = "; sandbox: replies are recorded, not sent" if channel.get("sandbox") else ""
    if (path := _PATHS.get(channel["kind"])) is None:
        return Check(name, OK, f"active{sandbox}")
    path = path.format(id=channel["id"])
    status = await api.post_bytes(path, b"{}", {"content-type": "application/json"})
    if status != _UNSIGNED:
        remedy = "does a proxy in front of the edge answer for it?"
        return Check(name, FAILED, f"an unsigned webhook got {status}, not 401", remedy)
    if _kind(channel) == "custom" and not (channel.get("reply_url") or channel.get("sandbox")):
        remedy = f"PATCH /api/v1/tenants/{tenant}/channels/{channel['id']} with a reply_url, or"
        remedy = f"{remedy} give it one in the console's settings"
        return Check(name, WARNING, "no reply_url: replies never leave", remedy)
    return Check(name, OK, f"active, webhook at {api.edge}{path}{sandbox}")


def _kind(channel: dict[str, Any]) -> str:
    return str(channel["kind"]).removeprefix("CHANNEL_KIND_").lower()


def _name(tenant: str, channel: dict[str, Any]) -> str:
    return f"{tenant} {_kind(channel)} {channel.get('name', '')}".strip()
