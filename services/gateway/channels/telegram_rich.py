"""The words of a rich message: headings, paragraphs, tables ("RichMessage", Bot API 10)."""

from collections.abc import Iterator
from typing import Any

import msgspec

from services.gateway.channels.tolerant import Raw, read_whole

_ANY = msgspec.json.Decoder(dict[str, Any])
# Deeper than any block stands in another; what is below is not read.
_DEEPEST = 8


def words_of(rich: Raw) -> str:
    """A line for each block or cell; empty where there is none."""
    return "\n".join(line for line in _lines(read_whole(_ANY, rich), _DEEPEST) if line.strip())


def _lines(value: Any, depth: int) -> Iterator[str]:
    if depth == 0 or not isinstance(value, dict | list):
        return
    if isinstance(value, dict) and "text" in value:
        yield _inline(value["text"], depth)
        return
    for inside in value.values() if isinstance(value, dict) else value:
        yield from _lines(inside, depth - 1)


def _inline(text: Any, depth: int) -> str:
    """A string, a marked stretch, or several of both."""
    if isinstance(text, str) or depth == 0:
        return text if isinstance(text, str) else ""
    if isinstance(text, dict):
        return _inline(text.get("text"), depth - 1)
    return "".join(_inline(each, depth - 1) for each in text) if isinstance(text, list) else ""
