"""A web page as Markdown: its headings, paragraphs and lists; what frames a page is left out."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_LEFT_OUT = frozenset(
    {"script", "style", "nav", "footer", "header", "aside", "form", "noscript", "svg", "template"}
)
_BREAKS = frozenset({"p", "div", "section", "article", "table", "tr", "ul", "ol", "blockquote"})
_CELLS = frozenset({"td", "th"})
_HEADING = re.compile(r"h([1-6])")


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    language: str  # empty where the page does not say
    url: str  # what the page calls its own address
    body: str


def read(html: str) -> Page:
    """Never fails: a browser would show something too."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    body = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(reader.body))
    return Page(
        title=" ".join((reader.heading or reader.title).split()),
        language=reader.language,
        url=reader.url,
        body=re.sub(r"\n{3,}", "\n\n", body).strip(),
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = self.heading = self.language = self.url = ""
        self.body: list[str] = []
        self._inside = ""  # `title` or the first `h1`, whose text is the title
        self._left_out = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = said.get("lang", "")[:2].lower()
        elif tag == "link" and said.get("rel") == "canonical":
            self.url = said.get("href", "")
        if tag in _LEFT_OUT:
            self._left_out += 1
        elif tag == "title" or (tag == "h1" and not self.heading):
            self._inside = tag
        elif found := _HEADING.fullmatch(tag):
            self.body.append(f"\n\n{'#' * max(2, int(found[1]))} ")
        elif tag in _BREAKS:
            self.body.append("\n\n")
        elif tag in {"br", "li"}:
            self.body.append("\n- " if tag == "li" else "\n")
        elif tag in _CELLS:
            self.body.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LEFT_OUT:
            self._left_out = max(0, self._left_out - 1)
        elif tag == self._inside:
            self._inside = ""
        elif _HEADING.fullmatch(tag) or tag in _BREAKS:
            self.body.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        elif self._left_out:
            return
        elif self._inside == "h1":
            self.heading += data
        else:
            self.body.append(re.sub(r"\s+", " ", data))
