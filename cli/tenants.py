"""`cassava tenant`: list, show, create."""

from typing import Annotated, Any

import typer

from cli.api import Api
from cli.options import Edge, Json, Key, open_api
from cli.outcome import listing, out, run, show_json

app = typer.Typer(no_args_is_help=True)

TenantId = Annotated[str, typer.Argument(help="Letters, digits and dashes; never changes.")]
Name = Annotated[str, typer.Option(help="For people.")]
_PATH = "/api/v1/tenants"


@app.command("list")
def _list(*, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """Every tenant that the key may see."""
    tenants = run(listed(open_api(edge, key), _PATH, "tenants"))
    if as_json:
        show_json(tenants)
        return
    table = listing("id", "name", "state")
    for tenant in tenants:
        table.add_row(tenant["id"], tenant["name"], tenant["state"].removeprefix("STATE_").lower())
    out.print(table)


@app.command("show")
def _show(tenant_id: TenantId, *, edge: Edge = "", key: Key = "") -> None:
    """One tenant with its policy, as JSON."""
    show_json(run(called(open_api(edge, key), "GET", f"{_PATH}/{tenant_id}"))["tenant"])


@app.command("create")
def _create(
    tenant_id: TenantId, *, name: Name = "", edge: Edge = "", key: Key = "", as_json: Json = False
) -> None:
    """Make a tenant that can receive and answer."""
    body = {"id": tenant_id, "name": name or tenant_id}
    tenant = run(called(open_api(edge, key), "POST", _PATH, body))["tenant"]
    if as_json:
        show_json(tenant)
    else:
        out.print(f"tenant {tenant['id']} is there", highlight=False)


async def listed(
    api: Api, path: str, field: str, query: dict[str, str | int] | None = None
) -> list[dict[str, Any]]:
    """All items, with the connection closed afterwards."""
    async with api:
        return [item async for item in api.every(path, field, query)]


async def called(
    api: Api,
    method: str,
    path: str,
    body: Any = None,
    query: dict[str, str | int] | None = None,
) -> dict[str, Any]:
    """One call, with the connection closed afterwards."""
    async with api:
        return await api.call(method, path, body, query)
