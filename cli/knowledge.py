"""`cassava knowledge`: list, import, search."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.api import Api
from cli.articles import Article, read_folder
from cli.demo_tenant.tenant import import_articles
from cli.options import Edge, Json, Key, Tenant, open_api
from cli.outcome import fail, out, run, show_json
from cli.tenants import called, listed

app = typer.Typer(no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="Of *.md files with front matter.", exists=True)]
Question = Annotated[str, typer.Argument(help="In the customer's words.")]


@app.command("list")
def _list(*, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """A tenant's articles, without their text."""
    articles = run(listed(open_api(edge, key), f"/api/v1/tenants/{tenant}/articles", "articles"))
    if as_json:
        show_json(articles)
        return
    table = Table("id", "language", "title", "version")
    for each in articles:
        table.add_row(each["id"], each["language"], each["title"], str(each["version"]))
    out.print(table)


@app.command("import")
def _import(
    folder: Folder, *, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False
) -> None:
    """Add or change every article of a folder; twice is like once."""
    articles = run(_read(folder))
    if not articles:
        fail(f"no *.md in {folder}", "name the folder that holds the articles")
    with out.status(f"importing {len(articles)} articles"):
        written = run(_put(open_api(edge, key), tenant, articles))
    if as_json:
        show_json({"articles": len(articles), "written": written})
    else:
        out.print(f"{len(articles)} articles, {written} written", highlight=False)


@app.command("search")
def _search(question: Question, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """The passages that fit a question best, as JSON."""
    path = f"/api/v1/tenants/{tenant}/articles:search"
    show_json(run(called(open_api(edge, key), "GET", path, None, {"query": question})))


async def _read(folder: Path) -> list[Article]:
    return read_folder(folder)


async def _put(api: Api, tenant: str, articles: list[Article]) -> int:
    async with api:
        return await import_articles(api, tenant, articles)
