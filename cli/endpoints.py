"""`cassava endpoint`: where events go."""

from typing import Annotated

import typer

from cli.options import Edge, Json, Key, Tenant, open_api
from cli.outcome import listing, out, run, show_json
from cli.tenants import called, listed

app = typer.Typer(no_args_is_help=True)

Url = Annotated[str, typer.Argument(help="https, in the public internet.")]
EndpointId = Annotated[str, typer.Argument(help="As `list` shows it.")]
Type = Annotated[list[str], typer.Option(help="Of event; may be repeated. None: all.")]
Delivery = Annotated[str, typer.Option(help="One, as `deliveries` shows it; else a time range.")]
Since = Annotated[str, typer.Option(help="Inclusive, as 2026-11-28T09:00:00Z.")]
Until = Annotated[str, typer.Option(help="Exclusive; empty: now.")]


@app.command("list")
def _list(*, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """A tenant's endpoints, and whether they work."""
    endpoints = run(listed(open_api(edge, key), _path(tenant), "endpoints"))
    if as_json:
        show_json(endpoints)
        return
    table = listing("id", "address", "events", "state", "failing since")
    for each in endpoints:
        state = each["state"].removeprefix("STATE_").lower()
        why = f"{state}: {each['disabled_reason']}" if each.get("disabled_reason") else state
        types = ", ".join(each.get("types", [])) or "all"
        table.add_row(each["id"], each["url"], types, why, each.get("failing_since_time") or "")
    out.print(table)


@app.command("create")
def _create(  # noqa: PLR0913  # each is an option of the command
    url: Url,
    *,
    tenant: Tenant,
    event: Type = [],  # noqa: B006  # Typer reads it
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Send a tenant's events there; `secret` shows what they are signed with."""
    body = {"url": url, "types": event}
    endpoint = run(called(open_api(edge, key), "POST", _path(tenant), body))["endpoint"]
    if as_json:
        show_json(endpoint)
    else:
        typer.echo(endpoint["id"])


@app.command("secret")
def _secret(endpoint_id: EndpointId, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """What its webhooks are signed with, as Standard Webhooks say."""
    path = f"{_path(tenant)}/{endpoint_id}/secret"
    typer.echo(run(called(open_api(edge, key), "GET", path))["secret"])


@app.command("deliveries")
def _deliveries(
    endpoint_id: EndpointId,
    *,
    tenant: Tenant,
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """What was sent there, and what became of it."""
    path = f"{_path(tenant)}/{endpoint_id}/deliveries"
    deliveries = run(listed(open_api(edge, key), path, "deliveries"))
    if as_json:
        show_json(deliveries)
        return
    table = listing("id", "event", "state", "since", "next attempt")
    for each in deliveries:
        state = each["state"].removeprefix("STATE_").lower()
        times = (each["create_time"], each.get("due_time") or "")
        table.add_row(each["id"], each["event_type"], state, *times)
    out.print(table)


@app.command("replay")
def _replay(  # noqa: PLR0913  # each is an option of the command
    endpoint_id: EndpointId,
    *,
    tenant: Tenant,
    delivery: Delivery = "",
    since: Since = "",
    until: Until = "",
    edge: Edge = "",
    key: Key = "",
) -> None:
    """Send one delivery again, or all of a time range."""
    asked = {"delivery_id": delivery, "start_time": since, "end_time": until}
    body = {name: value for name, value in asked.items() if value}
    path = f"{_path(tenant)}/{endpoint_id}:replay"
    replayed = run(called(open_api(edge, key), "POST", path, body)).get("replayed", 0)
    out.print(f"{replayed} wait to be sent again", highlight=False)


@app.command("delete")
def _delete(endpoint_id: EndpointId, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """Send nothing there any more."""
    run(called(open_api(edge, key), "DELETE", f"{_path(tenant)}/{endpoint_id}"))
    out.print(f"endpoint {endpoint_id} is deleted", highlight=False)


def _path(tenant: str) -> str:
    return f"/api/v1/tenants/{tenant}/endpoints"
