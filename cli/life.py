"""Commands about the life of a mesh: up, down, serve, migrate."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import running, up
from cli.embedded.mesh import Wishes
from cli.environment import Environment
from cli.migrate import migrate as migrate_all
from cli.options import Data, Json
from cli.outcome import err, fail, out, run, show_json
from cli.welcome import print_welcome, where

_DRAIN_SECONDS = 90.0
_PROCESSES = {
    "gateway": ("services.gateway", "edge"),
    "worker": ("services.gateway", "worker"),
    "classifier": ("services.classifier",),
    "responder": ("services.responder",),
    "tickets": ("services.tickets",),
    "analytics": ("services.analytics",),
}
_HIGHEST_PORT = 65535

Port = Annotated[int, typer.Option(min=0, max=_HIGHEST_PORT, help="Of the edge; 0: any free one.")]
Detach = Annotated[bool, typer.Option("--detach", help="Return when it is ready.")]
Secure = Annotated[bool, typer.Option("--secure", help="Demand a key of every caller.")]
Workers = Annotated[int, typer.Option(min=1, max=16, help="Gateway worker processes.")]


def add_to(app: typer.Typer) -> None:
    for command in (_up, _down, _serve, _migrate):
        app.command(command.__name__.removeprefix("_"))(command)


def _up(  # noqa: PLR0913 - options, each with its default
    *,
    port: Port = 8000,
    data: Data,
    detach: Detach = False,
    secure: Secure = False,
    workers: Workers = 1,
    as_json: Json = False,
) -> None:
    """Start the whole mesh on this machine, with the demo tenant, and watch it."""
    data = data.absolute()
    if detach:
        arguments = ["--port", str(port), "--data", str(data), "--workers", str(workers)]
        state = run(_detached(data, [*arguments, *(["--secure"] if secure else [])]))
        if as_json:
            show_json(state)
        else:
            ends = f".venv/bin/cassava down{where(data)}"
            print_welcome(out, state["edge"], data, is_secure=secure, ends=ends)
        return
    wishes = Wishes(data, port, secure, workers, run(_environment()))

    def ready() -> None:
        state = running.read_state(data)
        if state and as_json:
            show_json(state)
        elif state:
            print_welcome(out, state["edge"], data, is_secure=secure, ends="Ctrl-C")

    run(up.run(wishes, lambda said: err.print(said, highlight=False, markup=False), ready))


async def _detached(data: Path, arguments: list[str]) -> dict[str, Any]:
    return up.detach(data, arguments)


async def _environment() -> dict[str, str]:
    return Environment.here().merged()


def _down(*, data: Data) -> None:
    """Drain and stop the mesh that runs from this data directory."""
    state = running.read_state(data.absolute())
    if state is None:
        out.print("nothing runs from", str(data), highlight=False)
    elif not running.stop(int(state["pid"]), _DRAIN_SECONDS):
        fail(f"process {state['pid']} has not ended", f"look at {data}/up.log, then end it by hand")


def _serve(name: Annotated[str, typer.Argument(help=" | ".join(_PROCESSES))]) -> None:
    """Become one process of the mesh: what a container runs."""
    if name not in _PROCESSES:
        raise typer.BadParameter(f"not one of {', '.join(_PROCESSES)}", param_hint="NAME")
    environment = run(_environment())
    os.execve(  # noqa: S606 - ourselves, one of the names above
        sys.executable, [sys.executable, "-m", *_PROCESSES[name]], environment
    )


def _migrate(*, data: Data, as_json: Json = False) -> None:
    """Bring every service's schema up to date; needs a user that may create roles."""
    state = running.read_state(data.absolute())
    url = Environment.here().get("CASSAVA_DATABASE_URL") or (state or {}).get("database_url", "")
    if not url:
        fail("there is no database", "set CASSAVA_DATABASE_URL, or start one with `cassava up`")
    try:
        done = run(migrate_all(url))
    except OSError as error:
        fail(f"the database cannot be reached: {error}", "check CASSAVA_DATABASE_URL")
    if as_json:
        show_json(done)
        return
    for service, files in done.items():
        out.print(f"{service}: {', '.join(files) or 'up to date'}", highlight=False)
