"""Articles from files: Markdown, HTML, PDF, CSV and JSON lines, alone or a folder of them."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from cli import html_text
from cli.trouble import ArticleUnreadable

_FENCE = "---"
_CHARACTERS_MOST = 500_000
_HEADING = re.compile(r"^#{1,2}\s+(.+?)\s*#*\s*$", re.MULTILINE)
# A list of questions and answers is a knowledge base too.
_TITLES, _BODIES = ("title", "question"), ("body", "answer", "text", "content")


@dataclass(frozen=True, slots=True)
class Article:
    slug: str
    title: str
    language: str
    body: str
    url: str = ""

    @property
    def key(self) -> str:
        """What makes it the same article when it is imported again."""
        return f"{self.language}/{self.slug}"

    def as_json(self) -> dict[str, Any]:
        return {
            "slug": self.slug,
            "title": self.title,
            "language": self.language,
            "body": self.body,
            "url": self.url,
        }

    def as_markdown(self) -> str:
        """What `read` makes the same article of."""
        front = {"title": self.title, "slug": self.slug, "language": self.language}
        if self.url:
            front["url"] = self.url
        said = yaml.safe_dump(front, allow_unicode=True, sort_keys=False)
        return f"{_FENCE}\n{said}{_FENCE}\n\n{self.body}\n"


def read_path(path: Path, language: str = "en") -> list[Article]:
    """Of one file, or of all that can be read below a folder; raise `ArticleUnreadable`."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in _READERS)
        return _once([article for file in files for article in _of(file, language)])
    if path.suffix.lower() not in _READERS:
        kinds = ", ".join(sorted(_READERS))
        raise ArticleUnreadable(f"{path.name}: not one of {kinds}")
    return _once(_of(path, language))


def unread(path: Path) -> list[Path]:
    """Files below a folder that are no kind of article; hidden ones are nobody's."""
    files = path.rglob("*") if path.is_dir() else ()
    return sorted(
        file
        for file in files
        if file.is_file() and file.suffix.lower() not in _READERS and file.name[0] != "."
    )


def read(text: str, name: str, language: str = "en") -> Article:
    """Markdown, with front matter (title, slug, language, url) or a heading as its title."""
    said, body = _front_matter(text, name)
    heading = _HEADING.search(body)
    title = str(said.get("title") or "")
    if not title and heading:
        title, body = heading[1], body[: heading.start()] + body[heading.end() :]
    if not title:
        raise ArticleUnreadable(f"{name}.md: neither front matter with a title nor a heading")
    return Article(
        slug=str(said.get("slug") or name),
        title=title,
        language=str(said.get("language") or language),
        body=body.strip(),
        url=str(said.get("url") or ""),
    )


def _of(file: Path, language: str) -> list[Article]:
    try:
        found = list(_READERS[file.suffix.lower()](file, language))
    except UnicodeDecodeError as error:
        raise ArticleUnreadable(f"{file.name}: not UTF-8; save it as such") from error
    for article in found:
        if len(article.body) > _CHARACTERS_MOST:
            raise ArticleUnreadable(
                f"{file.name}: {article.title}: longer than {_CHARACTERS_MOST} characters; split it"
            )
    return found


def _once(articles: list[Article]) -> list[Article]:
    """Two of one name would overwrite each other in silence."""
    seen: dict[str, Article] = {}
    for article in articles:
        if article.key in seen:
            raise ArticleUnreadable(f"two articles are called {article.key}; give each its slug")
        seen[article.key] = article
    return articles


def _markdown(file: Path, language: str) -> Iterator[Article]:
    yield read(file.read_text(encoding="utf-8"), file.stem, language)


def _html(file: Path, language: str) -> Iterator[Article]:
    page = html_text.read(file.read_text(encoding="utf-8"))
    title = page.title or file.stem
    yield Article(file.stem, title, page.language or language, page.body, page.url)


def _pdf(file: Path, language: str) -> Iterator[Article]:
    # By name: its 12 MB would stay in every `cassava up`.
    document = import_module("cli.pdf_text").read(file)
    yield Article(file.stem, document.title or file.stem, language, document.body)


def _csv(file: Path, language: str) -> Iterator[Article]:
    text = file.read_text(encoding="utf-8-sig")
    dialect = csv.Sniffer().sniff(text[:4096], ",;\t") if text.strip() else csv.excel
    for number, row in enumerate(csv.DictReader(io.StringIO(text), dialect=dialect), start=2):
        yield _row(row, f"{file.name}, line {number}", f"{file.stem}-{number}", language)


def _json_lines(file: Path, language: str) -> Iterator[Article]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        place = f"{file.name}, line {number}"
        try:
            said = json.loads(line)
        except ValueError as error:
            raise ArticleUnreadable(f"{place}: not JSON") from error
        if not isinstance(said, dict):
            raise ArticleUnreadable(f"{place}: not an object")
        yield _row(said, place, f"{file.stem}-{number}", language)


def _row(said: dict[str, Any], place: str, name: str, language: str) -> Article:
    fields = {str(key).strip().lower(): str(value or "").strip() for key, value in said.items()}
    title = next((fields[each] for each in _TITLES if fields.get(each)), "")
    body = next((fields[each] for each in _BODIES if fields.get(each)), "")
    if not title or not body:
        raise ArticleUnreadable(f"{place}: it needs a title and a body (or question and answer)")
    slug, spoken = fields.get("slug") or name, fields.get("language") or language
    return Article(slug, title, spoken, body, fields.get("url", ""))


def _front_matter(text: str, name: str) -> tuple[dict[str, Any], str]:
    if not text.startswith(_FENCE) or text.count(_FENCE) < 2:  # noqa: PLR2004  # opened and closed
        return {}, text
    _, front, body = text.split(_FENCE, 2)
    try:
        said = yaml.safe_load(front)
    except yaml.YAMLError as error:
        raise ArticleUnreadable(f"{name}.md: the front matter is not YAML") from error
    return (said, body) if isinstance(said, dict) else ({}, text)


_READERS: dict[str, Callable[[Path, str], Iterator[Article]]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".csv": _csv,
    ".jsonl": _json_lines,
}
