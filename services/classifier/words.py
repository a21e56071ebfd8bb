"""Texts as training counts them: their terms, which of these count, what each word means."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.sparse import csr_matrix

from mesh.word_vectors import mean_of
from services.classifier.features import term_ids, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Terms: TypeAlias = NDArray[np.uint32]
    Counts: TypeAlias = Sequence[tuple[Terms, Floats]]

MOST_TERMS = 20_000  # of the most frequent; more cost memory in every replica and no accuracy
_MANY_TEXTS = 1_000  # a term that stands in one of so many says nothing


def counted(texts: Sequence[str]) -> Counts:
    """Each text's terms and how often they stand in it."""
    return [_counted(term_ids(words_of(text))) for text in texts]


def gists_of(texts: Sequence[str]) -> Floats:
    """The mean of each text's words' own vectors."""
    return np.stack([mean_of(words_of(text)) for text in texts])


def _counted(ids: list[int]) -> tuple[Terms, Floats]:
    counts = Counter(ids)
    return np.fromiter(counts.keys(), np.uint32, len(counts)), np.fromiter(
        counts.values(), np.float32, len(counts)
    )


@dataclass(frozen=True, slots=True)
class Words:
    """Which terms count, and how much; rarer ones more."""

    terms: Terms  # sorted
    idf: Floats

    @classmethod
    def fit(cls, texts: Counts) -> Words:
        least = 2 if len(texts) > _MANY_TEXTS else 1
        found = np.concatenate([terms for terms, _ in texts] or [np.zeros(0, np.uint32)])
        terms, seen = np.unique(found, return_counts=True)
        terms, seen = terms[seen >= least], seen[seen >= least]
        if not len(terms):
            return cls(np.zeros(1, np.uint32), np.ones(1, np.float32))
        kept = np.sort(np.argsort(-seen, kind="stable")[:MOST_TERMS])
        idf = np.log((1 + len(texts)) / (1 + seen[kept])) + 1
        return cls(terms[kept], idf.astype(np.float32))

    def read(self, texts: Counts) -> csr_matrix:
        """A row of unit length a text."""
        lengths = [len(terms) for terms, _ in texts]
        rows = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
        terms = np.concatenate([terms for terms, _ in texts] or [np.zeros(0, np.uint32)])
        counts = np.concatenate([n for _, n in texts] or [np.zeros(0, np.float32)])
        places = np.searchsorted(self.terms, terms).astype(np.int32)
        np.minimum(places, len(self.terms) - 1, out=places)
        known = self.terms[places] == terms
        rows, places = rows[known], places[known]
        values = (1 + np.log(counts[known])) * self.idf[places]
        norms = np.sqrt(np.bincount(rows, values**2, len(texts)))
        values = (values / norms[rows]).astype(np.float32)
        return csr_matrix((values, (rows, places)), shape=(len(texts), len(self.terms)))
