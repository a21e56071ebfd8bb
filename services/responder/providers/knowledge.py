"""The best passage, quoted with its source; no language model at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.responder.knowledge.chunk import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.encoder import Encoder
    from services.responder.knowledge.search import Hit

_SENTENCES_MOST = 3
_CHARACTERS_MOST = 900
# Beside the best sentence its neighbours stay when they come this close to it.
_NEAR = 0.72
_SOURCE = {
    "en": "Source",
    "fr": "Source",
    "pt": "Fonte",
    "es": "Fuente",
    "de": "Quelle",
    "sw": "Chanzo",
    "zu": "Umthombo",
}


class Quoting:
    """Answers in the tenant's own words: one to three sentences that answer, in their order."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    async def quote(self, question: str, hit: Hit) -> str:
        """The sentences of the passage nearest to the question, then where they stand."""
        parts = sentences(hit.passage.text)[:24]
        if len(parts) > _SENTENCES_MOST:
            vectors = await self._encoder.encode([question, *parts])
            scores = (vectors[1:] @ vectors[0]).tolist()
            parts = [parts[n] for n in _best(scores)]
        said = " ".join(parts)[:_CHARACTERS_MOST].strip()
        passage = hit.passage
        source = f"{_SOURCE.get(passage.language, 'Source')}: {passage.title}"
        return f"{said}\n\n{source}" + (f" ({passage.url})" if passage.url else "")


def _best(scores: Sequence[float]) -> list[int]:
    """The best sentence and the near ones around it, at most three, as they stand in the text."""
    top = max(range(len(scores)), key=lambda n: scores[n])
    chosen = {top}
    order = sorted(range(len(scores)), key=lambda n: (-scores[n], abs(n - top)))
    for n in order:
        if len(chosen) == _SENTENCES_MOST:
            break
        if scores[n] >= _NEAR * scores[top] or abs(n - top) == 1:
            chosen.add(n)
    return sorted(chosen)
