"""`cassava secrets`: what a mesh in containers must be told and nobody else may know."""

import secrets as random
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlsplit, urlunsplit

import typer

from cli.embedded.secrets import Keys, fresh_keys, kept
from cli.outcome import out


def add_to(app: typer.Typer) -> None:
    app.command("secrets")(_secrets)


def _secrets(
    directory: Annotated[Path, typer.Argument(help="One folder a reader is made in it.")],
    *,
    database: Annotated[str, typer.Option(help="The database's URL, without a password.")],
) -> None:
    """Make the keys that are not there yet; those that are stay as they are."""
    made = write(directory, database, fresh_keys())
    out.print("kept or made:", ", ".join(str(path) for path in made), highlight=False)


def write(directory: Path, database: str, fresh: Keys) -> list[Path]:
    """One folder for whoever may read it: everybody, tickets alone, those with a database."""
    mesh, tickets, storing = (directory / name for name in ("mesh", "tickets", "database"))
    for folder in (mesh, tickets, storing):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept(mesh / "mesh.key", fresh.mesh)
    kept(tickets / "master.key", fresh.master)
    kept(tickets / "platform.key", fresh.platform)
    password = kept(storing / "password", random.token_urlsafe(32))
    kept(storing / "url", with_password(database, password))
    return sorted(file for folder in (mesh, tickets, storing) for file in folder.iterdir())


def with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))
