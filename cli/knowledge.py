"""`cassava knowledge`: list, import, export, search; what is missing, and drafts that fill it."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from cli.api import Api
from cli.articles import Article, read_path, unread
from cli.importing import Imported, import_articles
from cli.options import Edge, Json, Key, Tenant, open_api
from cli.outcome import err, fail, listing, out, run, several, show_json
from cli.tenants import called, listed

app = typer.Typer(no_args_is_help=True)

Source = Annotated[
    Path,
    typer.Argument(help="A folder, or one .md, .html, .pdf, .csv or .jsonl file.", exists=True),
]
Target = Annotated[Path, typer.Argument(help="A folder; one Markdown file an article.")]
Question = Annotated[str, typer.Argument(help="In the customer's words.")]
ConversationId = Annotated[str, typer.Argument(help="Of a conversation that a person settled.")]
ArticleId = Annotated[str, typer.Argument(help="As `list` shows it.")]
Language = Annotated[str, typer.Option(help="Of files that do not say their own.")]
Draft = Annotated[bool, typer.Option("--draft", help="Keep new ones unpublished.")]

_WORDS_A_PASSAGE = 120
_PASSAGES_MOST = 10_000
_SPEAKERS = {
    "AUTHOR_CUSTOMER": "SPEAKER_CUSTOMER",
    "AUTHOR_BOT": "SPEAKER_BOT",
    "AUTHOR_AGENT": "SPEAKER_PERSON",
}


@app.command("list")
def _list(*, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """A tenant's articles, without their text."""
    articles = run(listed(open_api(edge, key), _articles(tenant), "articles"))
    if as_json:
        show_json(articles)
        return
    table = listing("id", "language", "title", "version", "status")
    for each in articles:
        status = each["status"].removeprefix("STATUS_").lower()
        table.add_row(each["id"], each["language"], each["title"], str(each["version"]), status)
    out.print(table)


@app.command("import")
def _import(  # noqa: PLR0913  # each is an option of the command
    source: Source,
    *,
    tenant: Tenant,
    language: Language = "en",
    draft: Draft = False,
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Add or change every article that is found; twice is like once."""
    articles, skipped = run(_read(source, language)), [str(file) for file in unread(source)]
    if skipped:
        err.print(f"not read, none of the kinds known: {', '.join(skipped)}", markup=False)
    if not articles:
        fail(f"no article in {source}", "name a folder or file with .md, .html, .pdf, .csv, .jsonl")
    if sum(len(each.body.split()) for each in articles) > _WORDS_A_PASSAGE * _PASSAGES_MOST:
        err.print(f"more than about {_PASSAGES_MOST} passages: searching them takes longer")
    with Progress(console=err, transient=True) as progress:
        bar = progress.add_task("importing", total=len(articles))
        api = open_api(edge, key)
        done = run(_put(api, tenant, articles, draft=draft, progress=progress, bar=bar))
    if as_json:
        said = {
            "articles": done.articles,
            "written": done.written,
            "refused": done.refused,
            "not_read": skipped,
        }
        show_json(said)
    else:
        out.print(f"{several(done.articles, 'article')}, {done.written} written", highlight=False)
    if done.refused:
        fail("; ".join(done.refused), "correct these and import again; the others are there")


@app.command("export")
def _export(folder: Target, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """Every article as a Markdown file that `import` reads."""
    articles = run(_all(open_api(edge, key), tenant))
    folder.mkdir(parents=True, exist_ok=True)
    for each in articles:
        name = each.get("slug") or each["id"]
        said = Article(
            name, each["title"], each["language"], each.get("body", ""), each.get("url", "")
        )
        file = folder / f"{name.replace('/', '-')}.{each['language']}.md"
        file.write_text(said.as_markdown(), encoding="utf-8")
    out.print(f"{several(len(articles), 'article')} in {folder}", highlight=False)


@app.command("search")
def _search(question: Question, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """The passages that fit a question best, as JSON."""
    path = f"{_articles(tenant)}:search"
    show_json(run(called(open_api(edge, key), "GET", path, None, {"query": question})))


@app.command("publish")
def _publish(article_id: ArticleId, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """Let a draft be found."""
    path, body = f"{_articles(tenant)}/{article_id}", {"status": "STATUS_PUBLISHED"}
    changed = run(called(open_api(edge, key), "PATCH", path, body, {"update_mask": "status"}))
    out.print(f"published: {changed['article']['title']}", highlight=False)


@app.command("unanswered")
def _unanswered(*, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """What customers asked and no article answered, asked most first."""
    path = f"/api/v1/tenants/{tenant}/unanswered_questions"
    found = run(listed(open_api(edge, key), path, "questions"))
    if as_json:
        show_json(found)
        return
    table = Table("asked in", "language", "question", "evidence")
    for each in found:
        count, evidence = str(each["conversations"]), f"{each.get('evidence', 0):.2f}"
        table.add_row(count, each["language"], each["question"], evidence)
    out.print(table)


@app.command("propose")
def _propose(
    conversation_id: ConversationId, *, tenant: Tenant, edge: Edge = "", key: Key = ""
) -> None:
    """Draft an article from what a person answered; `publish` lets it be found."""
    show_json(run(_proposed(open_api(edge, key), tenant, conversation_id))["article"])


def _articles(tenant: str) -> str:
    return f"/api/v1/tenants/{tenant}/articles"


async def _read(source: Path, language: str) -> list[Article]:
    return read_path(source, language)


async def _put(  # noqa: PLR0913  # what the command was told
    api: Api, tenant: str, articles: list[Article], *, draft: bool, progress: Progress, bar: Any
) -> Imported:
    async with api:
        return await import_articles(
            api, tenant, articles, is_draft=draft, moves_on=lambda: progress.advance(bar)
        )


async def _all(api: Api, tenant: str) -> list[dict[str, Any]]:
    async with api:
        listed_ids = [each["id"] async for each in api.every(_articles(tenant), "articles")]
        found = [await api.call("GET", f"{_articles(tenant)}/{each}") for each in listed_ids]
    return [each["article"] for each in found]


async def _proposed(api: Api, tenant: str, conversation_id: str) -> dict[str, Any]:
    async with api:
        path = f"/api/v1/conversations/{conversation_id}/messages"
        said = [
            {"speaker": _SPEAKERS[each["author"]], "text": each["text"]}
            async for each in api.every(path, "messages", {"tenant_id": tenant})
            if each.get("author") in _SPEAKERS
            and each.get("text")
            and each.get("kind") != "MESSAGE_KIND_NOTE"
        ]
        return await api.call("POST", f"{_articles(tenant)}:propose", {"conversation": said})
