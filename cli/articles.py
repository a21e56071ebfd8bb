"""Markdown articles of a folder: front matter, then the text."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FENCE = "---"


class ArticleUnreadable(Exception):
    """A file's front matter is missing or not what it must be; the message names the file."""


@dataclass(frozen=True, slots=True)
class Article:
    slug: str
    title: str
    language: str
    body: str

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
        }


def read_folder(folder: Path) -> list[Article]:
    """Every *.md, by name; raise `ArticleUnreadable`."""
    return [
        read(file.read_text(encoding="utf-8"), file.stem) for file in sorted(folder.glob("*.md"))
    ]


def read(text: str, name: str) -> Article:
    """The slug is the file's name unless the front matter says another."""
    if not text.startswith(_FENCE):
        raise ArticleUnreadable(f"{name}.md: no front matter (--- title: … ---) at its start")
    _, front, body = text.split(_FENCE, 2) if text.count(_FENCE) > 1 else ("", "", "")
    try:
        said = yaml.safe_load(front)
    except yaml.YAMLError as error:
        raise ArticleUnreadable(f"{name}.md: the front matter is not YAML") from error
    if not isinstance(said, dict) or not said.get("title"):
        raise ArticleUnreadable(f"{name}.md: the front matter has no title")
    return Article(
        slug=str(said.get("slug", name)),
        title=str(said["title"]),
        language=str(said.get("language", "en")),
        body=body.strip(),
    )
