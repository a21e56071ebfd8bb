"""The little Markdown that replies hold (articles are written in it), found once for all channels.

A channel turns the spans into what it knows: WhatsApp into its own marks, Telegram into entities.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Longest marks first. Nothing spans a blank line, nothing starts or ends with a blank.
_SPAN = re.compile(
    r"```(?:[\w+-]*\n)?(?P<pre>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<bold>\S(?:[^\n]*?\S)?)\*\*"
    r"|(?<![\w*])\*(?P<italic>[^\s*](?:[^\n*]*[^\s*])?)\*(?![\w*])"
    r"|(?<!\w)_(?P<slanted>[^\s_](?:[^\n_]*[^\s_])?)_(?!\w)"
    r"|~~(?P<strike>\S(?:[^\n]*?\S)?)~~"
    r"|\[(?P<label>[^\]\n]{1,200})\]\((?P<url>https?://[^\s)]{1,1000})\)"
    r"|^(?P<hashes>\#{1,6})[ \t]+(?P<heading>[^\n]+)",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch: `start` and `end` are where its marks stand in the text."""

    kind: str  # bold, italic, strike, code, pre, link
    start: int
    end: int
    inner: str
    url: str = ""


def spans(text: str) -> Iterator[Span]:
    """From left to right, never one inside another."""
    for found in _SPAN.finditer(text):
        kind = next(name for name in _KINDS if found[name] is not None)
        yield Span(_KINDS[kind], *found.span(), found[kind], found["url"] or "")


_KINDS = {
    "pre": "pre",
    "code": "code",
    "bold": "bold",
    "italic": "italic",
    "slanted": "italic",
    "strike": "strike",
    "label": "link",
    "heading": "bold",
}
