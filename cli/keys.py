"""`cassava key`: list, create, revoke."""

from typing import Annotated

import typer

from cli.options import Edge, Json, Key, Tenant, open_api
from cli.outcome import listing, out, run, show_json
from cli.tenants import called, listed

app = typer.Typer(no_args_is_help=True)

_ROLES = ("viewer", "agent", "admin", "ingest")
Role = Annotated[str, typer.Argument(help=" | ".join(_ROLES))]
Name = Annotated[str, typer.Option(help="What it is for.")]
KeyId = Annotated[str, typer.Argument(help="As `list` shows it.")]


@app.command("list")
def _list(*, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """A tenant's keys, without their secrets."""
    keys = run(listed(open_api(edge, key), f"/api/v1/tenants/{tenant}/keys", "keys"))
    if as_json:
        show_json(keys)
        return
    table = listing("id", "role", "name", "expires", "revoked")
    for each in keys:
        role = each["role"].removeprefix("CALLER_").lower()
        expires, revoked = each.get("expire_time") or "", each.get("revoke_time") or ""
        table.add_row(each["id"], role, each["name"], expires, revoked)
    out.print(table)


@app.command("create")
def _create(  # noqa: PLR0913 - options, each with its default
    role: Role,
    *,
    tenant: Tenant,
    name: Name = "",
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Make a key; its secret is shown this once."""
    if role not in _ROLES:
        raise typer.BadParameter(f"not one of {', '.join(_ROLES)}", param_hint="ROLE")
    body = {"role": f"CALLER_{role.upper()}", "name": name or role}
    path = f"/api/v1/tenants/{tenant}/keys"
    made = run(called(open_api(edge, key), "POST", path, body))
    if as_json:
        show_json(made)
    else:
        typer.echo(made["secret"])


@app.command("revoke")
def _revoke(key_id: KeyId, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """End a key within a minute, everywhere."""
    path = f"/api/v1/tenants/{tenant}/keys/{key_id}:revoke"
    run(called(open_api(edge, key), "POST", path, {}))
    out.print(f"key {key_id} is revoked", highlight=False)
