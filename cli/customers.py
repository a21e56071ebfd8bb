"""`cassava customer`: list, export, erase."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from cli.api import Api
from cli.options import Edge, Json, Key, Tenant, open_api
from cli.outcome import fail, listing, out, run, show_json
from cli.tenants import called, listed

app = typer.Typer(no_args_is_help=True)

CustomerId = Annotated[str, typer.Argument(help="As `list` shows it.")]
Target = Annotated[Path, typer.Argument(help="The file to write, as JSON Lines.")]
Alias = Annotated[str, typer.Option(help="A phone number, user id or customer_id, exactly.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
_END = b'{"type": "end"'


@app.command("list")
def _list(
    *, tenant: Tenant, alias: Alias = "", edge: Edge = "", key: Key = "", as_json: Json = False
) -> None:
    """A tenant's customers, newest first."""
    asked: dict[str, str | int] = {"tenant_id": tenant, "alias": alias}
    customers = run(listed(open_api(edge, key), "/api/v1/customers", "customers", asked))
    if as_json:
        show_json(customers)
        return
    table = listing("id", "name", "known as", "since")
    for each in customers:
        names = ", ".join(alias["value"] for alias in each["aliases"])
        table.add_row(each["id"], each["name"], names, each["create_time"])
    out.print(table)


@app.command("export")
def _export(
    customer_id: CustomerId, target: Target, *, tenant: Tenant, edge: Edge = "", key: Key = ""
) -> None:
    """Everything held on a customer, for them."""
    path = f"/api/v1/customers/{customer_id}:export?tenant_id={tenant}"
    last = run(_written(open_api(edge, key), path, target))
    if not last.startswith(_END):
        fail("the export was cut off", "repeat the command")
    typer.echo(str(target))


@app.command("erase")
def _erase(  # noqa: PLR0913  # each is an option of the command
    customer_id: CustomerId,
    *,
    tenant: Tenant,
    yes: Yes = False,
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Delete everything held on a customer, for good."""
    if not yes:
        typer.confirm(f"Delete all that is held on {customer_id}, for good?", abort=True)
    path, body = f"/api/v1/customers/{customer_id}:erase", {"tenant_id": tenant}
    erasure = run(called(open_api(edge, key), "POST", path, body))["erasure"]
    if as_json:
        show_json(erasure)
        return
    table = Table("removed", "")
    for name, count in sorted(erasure["removed"].items()):
        table.add_row(name.replace("_", " "), str(count))
    out.print(table)
    is_done = erasure["state"] == "STATE_DONE"
    typer.echo("done" if is_done else "the rest goes within a minute; repeat to see how far it is")


async def _written(api: Api, path: str, target: Path) -> bytes:
    """The last line."""
    last = b""
    with Progress(disable=not out.is_terminal) as progress, target.open("wb") as file:
        task = progress.add_task("bytes", total=None)
        async with api:
            async for piece in api.pieces(path):
                file.write(piece)
                progress.advance(task, len(piece))
                last = (last + piece).rstrip(b"\n").rpartition(b"\n")[2]
    return last
