"""Where an article may be cut: at its headings, then between sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# MiniLM reads 256 word pieces, about 180 words of prose; what is longer would not be seen.
MAX_WORDS = 180
# An answer quotes so many sentences in a row; they are chosen among the first of a passage.
QUOTED_MOST = 3
_CHOICES_MOST = 24

HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")
# A sentence ends before a space and something that can begin one; not after "e.g." or a number.
SENTENCE_END = re.compile(
    r"(?<=[.!?…])(?<!\b[A-Za-z]\.)(?<!\be\.g\.)\s+(?=[^\sa-z])|(?<=[。؟።])\s*"
)  # other scripts' full stops
# "Account > Orders": where to press is not what a passage is about, and half of them name it.
_PATH = re.compile(r"(?<![\w-])(?:[\w-]{1,40}(?: [\w-]{1,40})? > ){1,8}[\w-]{1,40}")
MARKUP = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),  # images say nothing in words
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"<[^>\n]{1,200}>"), ""),
    (re.compile(r"(\*\*|__|`)(.+?)\1"), r"\2"),
    (re.compile(r"(?<!\w)([*_])(\S(?:.*?\S)?)\1(?!\w)"), r"\2"),
    (re.compile(r"^\s{0,3}(?:[-*+]|\d+[.)]|>)\s+", re.MULTILINE), ""),
)


@dataclass(frozen=True, slots=True)
class Chunk:
    position: int
    heading: str
    text: str

    def searchable(self, title: str) -> str:
        """What is embedded and indexed: a passage means little without what it is about."""
        about = _PATH.sub("", self.text)
        return "\n".join(part for part in (title, self.heading, about) if part)


def cut(body: str) -> list[Chunk]:
    """Passages of at most `MAX_WORDS` words, in order; sections without text are left out."""
    pieces = [
        (heading, piece)
        for heading, text in _sections(body)
        for piece in _pieces(sentences(plain(text)))
    ]
    return [Chunk(number, heading, text) for number, (heading, text) in enumerate(pieces)]


def plain(markdown: str) -> str:
    """Text as one would say it; no markup, images or link targets."""
    for pattern, replacement in MARKUP:
        markdown = pattern.sub(replacement, markdown)
    return markdown.strip()


def sentences(text: str) -> list[str]:
    """Sentences in order, white space folded; a list item or line of its own ends one too."""
    blocks = re.split(r"\n\s*\n|\n(?=\S)", text)
    parts = [part for block in blocks for part in SENTENCE_END.split(" ".join(block.split()))]
    return [part for part in parts if part]


def choices(text: str) -> list[str]:
    """The sentences among which a quotation is chosen; none where it is the whole passage."""
    parts = sentences(text)[:_CHOICES_MOST]
    return parts if len(parts) > QUOTED_MOST else []


def _sections(body: str) -> Iterator[tuple[str, str]]:
    heading, lines = "", list[str]()
    for line in body.splitlines():
        if found := HEADING.match(line):
            yield heading, "\n".join(lines)
            heading, lines = plain(found[1]), []
        else:
            lines.append(line)
    yield heading, "\n".join(lines)


def _pieces(parts: list[str]) -> Iterator[str]:
    piece: list[str] = []
    count = 0
    for part in (short for long in parts for short in _short(long)):
        words = len(part.split())
        if piece and count + words > MAX_WORDS:
            yield " ".join(piece)
            piece, count = [], 0
        piece.append(part)
        count += words
    if piece:
        yield " ".join(piece)


def _short(sentence: str) -> Iterator[str]:
    words = sentence.split()
    for start in range(0, len(words), MAX_WORDS):
        yield " ".join(words[start : start + MAX_WORDS])
