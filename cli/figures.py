"""`cassava analytics`: export."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from cli.api import Api
from cli.options import Edge, Key, Tenant, open_api
from cli.outcome import out, run

app = typer.Typer(no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="Where the CSV goes; it is written over.")]
Days = Annotated[int, typer.Option(help="Today and the days before it.")]
_PATH = "/api/v1/analytics"


@app.callback()
def _figures() -> None:
    """Figures of a tenant."""


@app.command("export")
def _export(file: File, *, tenant: Tenant, days: Days = 30, edge: Edge = "", key: Key = "") -> None:
    """The conversations opened in these days, a row each."""
    rows = run(_written(open_api(edge, key), file, {"tenant_id": tenant, "days": days}))
    out.print(f"{rows} conversations in {file}", highlight=False)


async def _written(api: Api, file: Path, query: dict[str, str | int]) -> int:
    """How many rows; the file is whole, or it is not there."""
    part = file.with_name(file.name + ".part")
    lines = 0
    async with api:
        told = await api.call("GET", f"{_PATH}/dashboard", query=query)
        with (
            Progress(console=out, disable=not out.is_terminal) as progress,
            part.open("wb") as open_,
        ):
            task = progress.add_task("exporting", total=told["conversations"]["total"])
            async for chunk in api.download(f"{_PATH}/export.csv", query):
                open_.write(chunk)
                lines += chunk.count(b"\r\n")
                progress.update(task, completed=max(0, lines - 1))
    part.replace(file)
    return max(0, lines - 1)
