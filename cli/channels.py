"""`cassava channel`: list, create, connect."""

from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer

from cli.api import Api
from cli.connect import Connected, TelegramConnector, WhatsAppConnector, checked_url
from cli.environment import Environment
from cli.options import Edge, Json, Key, Tenant, open_api
from cli.outcome import listing, out, run, show_json
from cli.tenants import called, listed

app = typer.Typer(no_args_is_help=True)

_KINDS = ("whatsapp", "telegram", "custom", "webchat", "test")
_SECRET_KINDS = (
    *("app_secret", "verify_token", "access_token"),
    *("bot_token", "secret_token", "signing_secret"),
)

Kind = Annotated[str, typer.Argument(help="whatsapp | telegram | custom | webchat | test")]
Name = Annotated[str, typer.Option(help="For people.")]
ExternalId = Annotated[str, typer.Option(help="WhatsApp: phone_number_id. Telegram: the bot's id.")]
Secrets = Annotated[
    list[str],
    typer.Option(
        "--secret",
        help=f"kind=value, again for each: {', '.join(_SECRET_KINDS)}. "
        "kind=@file reads it from a file.",
    ),
]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="Record replies as sent; no network.")]
ReplyUrl = Annotated[str, typer.Option(help="Custom: https address where replies are posted.")]


@app.command("list")
def _list(*, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """A tenant's accounts, without their secrets."""
    channels = run(listed(open_api(edge, key), f"/api/v1/tenants/{tenant}/channels", "channels"))
    if as_json:
        show_json(channels)
        return
    table = listing("id", "kind", "name", "external id", "state", "sandbox", "alert")
    for each in channels:
        kind = each["kind"].removeprefix("CHANNEL_KIND_").lower()
        state = each["state"].removeprefix("STATE_").lower()
        sandbox = "yes" if each["sandbox"] else ""
        table.add_row(
            *(each["id"], kind, each["name"], _external(each), state, sandbox, each["alert"])
        )
    out.print(table)


@app.command("create")
def _create(  # noqa: PLR0913 - options, each with its default
    kind: Kind,
    *,
    tenant: Tenant,
    name: Name = "",
    external_id: ExternalId = "",
    secret: Secrets = [],  # noqa: B006 - typer copies it
    reply_url: ReplyUrl = "",
    sandbox: Sandbox = False,
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Add an account."""
    if kind not in _KINDS:
        raise typer.BadParameter(f"not one of {', '.join(_KINDS)}", param_hint="KIND")
    body = {
        "kind": f"CHANNEL_KIND_{kind.upper()}",
        "name": name or kind,
        "external_id": external_id,
        "secrets": [_secret(each) for each in secret],
        "sandbox": sandbox,
        "reply_url": reply_url,
    }
    path = f"/api/v1/tenants/{tenant}/channels"
    made = run(called(open_api(edge, key), "POST", path, body))["channel"]
    if as_json:
        show_json(made)
    else:
        out.print(f"channel {made['id']} is there", highlight=False)


@app.command("connect")
def _connect(  # noqa: PLR0913 - options, each with its default
    kind: Annotated[str, typer.Argument(help="telegram | whatsapp")],
    *,
    tenant: Tenant,
    url: Annotated[str, typer.Option(help="The edge as the provider reaches it: https://…")],
    token: Annotated[str, typer.Option(help="Bot token or system-user token; @file reads it.")],
    external_id: ExternalId = "",
    business_account: Annotated[str, typer.Option(help="WhatsApp: the WABA id.")] = "",
    app_secret: Annotated[str, typer.Option(help="WhatsApp: signs webhooks; @file.")] = "",
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Tell the provider where to deliver, and check that it does. Repeating renews the secret."""
    if kind not in {"telegram", "whatsapp"}:
        raise typer.BadParameter("not telegram or whatsapp", param_hint="KIND")
    if kind == "whatsapp" and not (external_id and business_account):
        raise typer.BadParameter("whatsapp needs --external-id and --business-account")
    connected = run(
        _connected(
            *(kind, tenant, url, _value(token, "--token"), external_id, business_account),
            *(_value(app_secret, "--app-secret"), open_api(edge, key)),
        )
    )
    if as_json:
        show_json(connected.as_json())
        return
    out.print(f"{connected.name} delivers to {connected.webhook}", highlight=False)
    if connected.waiting:
        out.print(f"{connected.waiting} updates are waiting there", highlight=False)


async def _connected(  # noqa: PLR0913, PLR0917 - the options of one command
    kind: str,
    tenant: str,
    url: str,
    token: str,
    number_id: str,
    business_id: str,
    app_secret: str,
    api: Api,
) -> Connected:
    base = checked_url(kind, url)
    provider_url = Environment.here().get(f"CASSAVA_{kind.upper()}_API_URL")
    async with api, httpx2.AsyncClient() as client:
        if kind == "telegram":
            return await TelegramConnector(client, token, provider_url).connect(api, tenant, base)
        connector = WhatsAppConnector(client, token, provider_url)
        return await connector.connect(api, tenant, base, number_id, business_id, app_secret)


def _external(channel: dict[str, Any]) -> str:
    """The provider's id; our own kinds of channels have none but ours."""
    return "" if channel["external_id"] == channel["id"] else str(channel["external_id"])


def _value(said: str, option: str) -> str:
    """A value on the command line shows up in the process list; `@file` does not."""
    if not said.startswith("@"):
        return said
    try:
        return Path(said[1:]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "not UTF-8 text"
        raise typer.BadParameter(f"{said[1:]}: {cause}", param_hint=option) from error


def _secret(said: str) -> dict[str, Any]:
    kind, equals, value = said.partition("=")
    if not equals or not value:
        raise typer.BadParameter("not kind=value", param_hint="--secret")
    if kind not in _SECRET_KINDS:
        listed = ", ".join(_SECRET_KINDS)
        raise typer.BadParameter(f"{kind!r} is none of {listed}", param_hint="--secret")
    return {"kind": f"SECRET_KIND_{kind.upper()}", "value": _value(value, "--secret")}
