"""Options that many commands share, and the edge they lead to."""

from pathlib import Path
from typing import Annotated

import typer

from cli.api import Api
from cli.embedded.secrets import keys_in
from cli.environment import Environment, EnvironmentTrouble
from cli.outcome import explain
from cli.running import read_state


def usual_place() -> Path:
    """Where a mesh on this machine keeps everything, unless a command is told otherwise."""
    return Path(_variable("CASSAVA_DATA") or ".cassava").absolute()


Data = Annotated[
    Path,
    typer.Option(
        "--data",
        help="Where the embedded mesh keeps everything.",
        default_factory=usual_place,
        show_default="CASSAVA_DATA, else .cassava",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Edge = Annotated[str, typer.Option("--edge", help="The edge's address; default: the local mesh.")]
Key = Annotated[str, typer.Option("--key", help="API key; default: the local platform key.")]
Tenant = Annotated[str, typer.Option("--tenant", help="The tenant's id.")]

_DEFAULT_EDGE = "http://127.0.0.1:8000"


def open_api(edge: str = "", key: str = "", data: Path | None = None) -> Api:
    """The local mesh of this data directory, with its platform key, unless told otherwise."""
    data = data or usual_place()
    state = read_state(data)
    if not key and (state or not edge) and (data / "keys" / "platform.key").exists():
        key = keys_in(data / "keys").platform
    key = key or _variable("CASSAVA_PLATFORM_KEY")
    if edge and "://" not in edge:
        raise typer.BadParameter(f"{edge} has no http:// or https://", param_hint="--edge")
    local = state["edge"] if state else _DEFAULT_EDGE
    certificate = _variable("CASSAVA_TLS_CERT")
    pinned = Path(certificate) if certificate and not edge else None
    return Api(edge or local, key, certificate=pinned)


def _variable(name: str) -> str:
    try:
        return Environment.here().get(name)
    except EnvironmentTrouble as trouble:
        explain(trouble)
