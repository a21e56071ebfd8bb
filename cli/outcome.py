"""How a command ends: its result on stdout, cause and remedy on stderr, and the exit status."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.table import Column, Table

from cli.api import Refused, Unreachable
from cli.connect import ConnectTrouble
from cli.embedded.trouble import EmbeddedTrouble
from cli.environment import EnvironmentTrouble
from cli.examples import ExamplesUnreadable
from cli.running import AlreadyRunning
from cli.trouble import ArticleUnreadable

Result = TypeVar("Result")

_WIDTH_OF_A_FILE = 180

# Written into a file or pipe, a table need not fit 80 columns.
out = Console()
if not out.is_terminal:
    out.width = _WIDTH_OF_A_FILE
err = Console(stderr=True)

_REMEDIES: dict[type[Exception], str] = {
    Unreachable: "start it with `cassava up`; CASSAVA_DATA names the directory of one that was "
    "started with --data, --edge and --key one elsewhere",
    AlreadyRunning: "`cassava status` shows it, `cassava down` stops it, --data starts another",
    EmbeddedTrouble: "`cassava doctor` looks for the cause",
    EnvironmentTrouble: "correct it; .env.example shows every variable",
    ConnectTrouble: "correct it and repeat the command; repeating is safe",
    ArticleUnreadable: "correct the file; nothing was imported",
    ExamplesUnreadable: "correct the rows; nothing was imported",
}
_REFUSALS = {
    401: "pass a valid key with --key",
    403: "pass a key of that tenant with the right for it, or the platform's, with --key",
    404: "check the id; `list` shows what there is",
    503: "a service is starting or away; `cassava status` shows which",
}


def several(number: int, noun: str) -> str:
    """As one says it: 1 article, 2 articles."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def fail(cause: str, remedy: str) -> NoReturn:
    """Exit status 1."""
    err.print(f"[red]failed:[/red] {_plain(cause)}", highlight=False, soft_wrap=True)
    err.print(f"[cyan]remedy:[/cyan] {_plain(remedy)}", highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run it; what it raises for the user becomes cause, remedy and exit status."""
    try:
        return asyncio.run(work)
    except Refused as refused:
        fail(str(refused), _REFUSALS.get(refused.status, "correct the request and repeat it"))
    except tuple(_REMEDIES) as trouble:
        explain(trouble)


def explain(trouble: Exception) -> NoReturn:
    """What went wrong, with the remedy that its kind has."""
    kinds = (kind for kind in _REMEDIES if isinstance(trouble, kind))
    fail(str(trouble), _REMEDIES[next(kinds)])


def listing(first: str, *others: str) -> Table:
    """The first column names what other commands take and is never cut; the others are folded."""
    columns = (Column(name, overflow="fold") for name in others)
    return Table(Column(first, no_wrap=True), *columns)


def show_json(result: Any) -> None:
    typer.echo(json.dumps(result, indent=2, ensure_ascii=False))


def _plain(text: str) -> str:
    """Rich reads square brackets as markup."""
    return text.replace("[", r"\[")
