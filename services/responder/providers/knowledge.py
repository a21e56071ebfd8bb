"""The best passage, quoted with its source; no language model at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.responder.knowledge.chunk import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.encoder import Encoder
    from services.responder.knowledge.search import Hit

_SENTENCES_MOST = 3
_SENTENCES_READ_MOST = 24
_CHARACTERS_MOST = 900
_SOURCE = {
    "en": "Source",
    "fr": "Source",
    "pt": "Fonte",
    "es": "Fuente",
    "de": "Quelle",
    "sw": "Chanzo",
    "zu": "Umthombo",
    "ar": "المصدر",
}


class Quoting:
    """Answers in the tenant's own words: one to three sentences, as they stand in the text."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    async def quote(self, question: str, hit: Hit) -> str:
        """The run of sentences that says most of what was asked, and where it stands."""
        parts = sentences(hit.passage.text)[:_SENTENCES_READ_MOST]
        if len(parts) > _SENTENCES_MOST:
            vectors = await self._encoder.encode([question, *parts])
            parts = best_run((vectors[1:] @ vectors[0]).tolist(), parts)
        said = _cut(" ".join(parts))
        passage = hit.passage
        source = f"{_SOURCE.get(passage.language, 'Source')}: {passage.title}"
        return f"{said}\n\n{source}" + (f" ({passage.url})" if passage.url else "")


def best_run(scores: Sequence[float], parts: Sequence[str]) -> list[str]:
    """Three sentences in a row: torn from its neighbours one may say something else.

    An earlier run wins when it is as good: writers put the answer first.
    """
    starts = range(len(parts) - _SENTENCES_MOST + 1)
    start = max(starts, key=lambda n: (max(scores[n : n + _SENTENCES_MOST]), -n))
    return list(parts[start : start + _SENTENCES_MOST])


def _cut(text: str) -> str:
    """At a word, and visibly, where a tenant writes sentences without end."""
    if len(text) <= _CHARACTERS_MOST:
        return text
    return text[:_CHARACTERS_MOST].rsplit(" ", 1)[0] + " …"
