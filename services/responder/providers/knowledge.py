"""The best passage, quoted with its source; no language model at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.responder.knowledge.chunk import QUOTED_MOST, choices
from services.responder.knowledge.encoded import unpacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.encoder import Encoder
    from services.responder.knowledge.search import Hit

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

    async def quote(self, question: str, hit: Hit, characters_most: int = _CHARACTERS_MOST) -> str:
        """The run of sentences that says most of what was asked, and where it stands."""
        passage = hit.passage
        if parts := choices(passage.text):
            scores = await self._scores(question, parts, passage.sentences)
            said = " ".join(best_run(scores, parts))
        else:
            said = " ".join(passage.text.split())
        source = f"{_SOURCE.get(passage.language, 'Source')}: {passage.title}"
        if passage.url:
            source = f"{source} ({passage.url})"
        room = characters_most - len(source) - 2
        return f"{_cut(said, min(_CHARACTERS_MOST, room))}\n\n{source}"

    async def _scores(self, question: str, parts: Sequence[str], kept: bytes | None) -> list[float]:
        """By the kept vectors; of an older passage, or one cut otherwise, they are made now."""
        vectors = unpacked(kept) if kept else None
        if vectors is None or len(vectors) != len(parts):
            vectors = await self._encoder.encode(parts)
        asked = (await self._encoder.encode([question]))[0]
        scores: list[float] = (vectors @ asked).tolist()
        return scores


def best_run(scores: Sequence[float], parts: Sequence[str]) -> list[str]:
    """Three sentences in a row: torn from its neighbours one may say something else.

    An earlier run wins when it is as good: writers put the answer first.
    """
    starts = range(len(parts) - QUOTED_MOST + 1)
    start = max(starts, key=lambda n: (max(scores[n : n + QUOTED_MOST]), -n))
    return list(parts[start : start + QUOTED_MOST])


def _cut(text: str, characters_most: int) -> str:
    """At a word, and visibly, where a tenant writes sentences without end."""
    if len(text) <= characters_most:
        return text
    return text[: max(0, characters_most - 2)].rsplit(" ", 1)[0] + " …"
