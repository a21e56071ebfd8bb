"""`cassava analytics`: rebuild."""

from typing import Annotated

import typer

from cli.options import Edge, Key, Tenant, open_api
from cli.outcome import run
from cli.tenants import called

app = typer.Typer(no_args_is_help=True)

WhatIsKept = Annotated[
    bool, typer.Option("--what-is-kept", help="Give up figures of what the log holds no longer.")
]


@app.callback()
def _figures() -> None:
    """Figures, counted from the event log."""


@app.command("rebuild")
def _rebuild(
    *, tenant: Tenant, what_is_kept: WhatIsKept = False, edge: Edge = "", key: Key = ""
) -> None:
    """Count a tenant's event log again; the figures in use stand until that is done."""
    body = {"tenant_id": tenant, "what_is_kept": what_is_kept}
    run(called(open_api(edge, key), "POST", "/api/v1/analytics/figures:rebuild", body))
    typer.echo("counting; dashboards change when all of it is counted")
