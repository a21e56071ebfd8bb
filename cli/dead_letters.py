"""`cassava deadletter`: what could not be read."""

from typing import Annotated

import typer

from cli.options import Edge, Json, Key, Tenant, open_api
from cli.outcome import listing, out, run, show_json
from cli.tenants import called, listed

app = typer.Typer(no_args_is_help=True)

LetterId = Annotated[str, typer.Argument(help="As `list` shows it.")]


@app.command("list")
def _list(*, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """Items of webhooks that nobody could read, with the reason; newest first."""
    letters = run(listed(open_api(edge, key), _path(tenant), "dead_letters"))
    if as_json:
        show_json(letters)
        return
    table = listing("id", "reason", "channel", "bytes", "since", "read again")
    for each in letters:
        again = each.get("replay_result") or ""
        size = str(each.get("size_bytes", 0))
        place = (each.get("channel_id") or "", size, each["create_time"])
        table.add_row(each["id"], each["reason"], *place, again)
    out.print(table)


@app.command("show")
def _show(letter_id: LetterId, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """One, with its bytes as they came in base64, as JSON."""
    path = f"{_path(tenant)}/{letter_id}"
    show_json(run(called(open_api(edge, key), "GET", path))["dead_letter"])


@app.command("replay")
def _replay(
    letter_id: LetterId, *, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False
) -> None:
    """Have it read again, after an update that reads more; `show` says what became of it."""
    path = f"{_path(tenant)}/{letter_id}:replay"
    letter = run(called(open_api(edge, key), "POST", path, {}))["dead_letter"]
    if as_json:
        show_json(letter)
    else:
        out.print(f"dead letter {letter['id']} waits to be read again", highlight=False)


def _path(tenant: str) -> str:
    return f"/api/v1/tenants/{tenant}/dead_letters"
