"""How much each reader of a message counts, and how their chances become one (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

FULL_WORDS_FROM = 5  # examples an intent; with one the words say nothing that the vector does not
WORDS, GIST = 0.3, 0.05


@dataclass(frozen=True, slots=True)
class Blend:
    """Shares on the roots of chances: a label has to be likely to several to be likely.

    Chosen on held-out parts of training data (decision 0138), the same for every tenant.
    """

    words: float = WORDS
    vector: float = 0.45
    votes: float = 0.2
    gist: float = GIST
    root: int = 2  # 1 or 2

    @classmethod
    def of(cls, examples: int, labels: int) -> Blend:
        """The words count little while an intent has hardly an example."""
        each = examples / max(labels, 1)
        full = min(1.0, max(0.0, (each - 1) / (FULL_WORDS_FROM - 1)))
        return cls(words=WORDS * full, gist=GIST * full)

    @classmethod
    def from_array(cls, stored: Floats) -> Blend:
        """A model that was fitted earlier has the words' share alone, and added chances."""
        if len(stored) == 1:
            return cls(float(stored[0]), vector=0.4, votes=0.2, gist=0.0, root=1)
        words, vector, votes, gist, root = map(float, stored)
        return cls(words, vector, votes, gist, int(root))

    def as_array(self) -> Floats:
        return np.array([self.words, self.vector, self.votes, self.gist, self.root], np.float32)

    def without_votes(self, by_words: Floats, by_gist: Floats, by_vector: Floats) -> Floats:
        """Of `(n, labels)` chances each; enough to rank labels by, not chances yet."""
        mixed = self.words * self._rooted(by_words) + self.vector * self._rooted(by_vector)
        if self.gist:
            mixed += self.gist * self._rooted(by_gist)
        return mixed

    def with_votes(self, mixed: Floats, by_votes: Floats) -> Floats:
        """`(n, labels)` chances, from what `without_votes` gave; rows sum to one."""
        blended: Floats = (mixed + self.votes * self._rooted(by_votes)) ** self.root
        blended /= blended.sum(axis=-1, keepdims=True)
        return blended

    def _rooted(self, chances: Floats) -> Floats:
        return chances if self.root == 1 else np.sqrt(chances)
