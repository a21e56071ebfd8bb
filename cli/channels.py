"""`cassava channel`: list, create."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.options import Edge, Json, Key, Tenant, open_api
from cli.outcome import out, run, show_json
from cli.tenants import called, listed

app = typer.Typer(no_args_is_help=True)

Kind = Annotated[str, typer.Argument(help="whatsapp | telegram | custom | webchat | test")]
Name = Annotated[str, typer.Option(help="For people.")]
ExternalId = Annotated[str, typer.Option(help="WhatsApp: phone_number_id. Telegram: the bot's id.")]
Secrets = Annotated[
    list[str],
    typer.Option(
        "--secret",
        help="kind=value, again for each: app_secret, verify_token, access_token, bot_token, "
        "secret_token, signing_secret. kind=@file reads it from a file.",
    ),
]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="Record replies as sent; no network.")]
_KINDS = ("whatsapp", "telegram", "custom", "webchat", "test")


@app.command("list")
def _list(*, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """A tenant's accounts, without their secrets."""
    channels = run(listed(open_api(edge, key), f"/api/v1/tenants/{tenant}/channels", "channels"))
    if as_json:
        show_json(channels)
        return
    table = Table("id", "kind", "name", "external id", "state", "sandbox")
    for each in channels:
        kind = each["kind"].removeprefix("CHANNEL_KIND_").lower()
        state = each["state"].removeprefix("STATE_").lower()
        sandbox = "yes" if each["sandbox"] else ""
        table.add_row(each["id"], kind, each["name"], each["external_id"], state, sandbox)
    out.print(table)


@app.command("create")
def _create(  # noqa: PLR0913 - options, each with its default
    kind: Kind,
    *,
    tenant: Tenant,
    name: Name = "",
    external_id: ExternalId = "",
    secret: Secrets = [],  # noqa: B006 - typer copies it
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
    }
    path = f"/api/v1/tenants/{tenant}/channels"
    made = run(called(open_api(edge, key), "POST", path, body))["channel"]
    if as_json:
        show_json(made)
    else:
        out.print(f"channel {made['id']} is there", highlight=False)


def _secret(said: str) -> dict[str, Any]:
    """A value on the command line shows up in the process list; `@file` does not."""
    kind, equals, value = said.partition("=")
    if not equals or not value:
        raise typer.BadParameter("not kind=value", param_hint="--secret")
    if value.startswith("@"):
        value = Path(value[1:]).read_text(encoding="utf-8").strip()
    return {"kind": f"SECRET_KIND_{kind.upper()}", "value": value}
