"""Vectors and words, merged into one ranking; and what speaks for a passage."""

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

# A small constant trusts the first ranks; chosen on the development set of docs/decisions/0030.
RANK_CONSTANT = 10
LIST_LENGTH = 50
# How far down a passage may be that leads, and by how much more has to speak for it.
LEADERS = 10
LEAD = 0.1
_WORD = re.compile(r"[^\W\d_]+")
# "And who pays?", "how do I do that?": with nothing before them they ask for nothing.
_GOES_ON = tuple([word] for word in ("and", "et", "e", "y", "und", "na"))
_POINTING = frozenset(
    word
    for words in (
        "it that this these those they them one ones its",
        "cela ça ceci celui celle ceux",
        "isso isto disso nisso este esta estes estas esse essa",
        "eso esto ese esa lo",
        "das es dafür dabei davon damit",
        "hiyo hii huo hilo hayo hizo hivyo",
    )
    for word in words.split()
)

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class WordMatch:
    chunk_id: UUID
    score: float  # BM25
    covered: float  # 0 to 1: the share of the question's words here, rare ones weighing more


@dataclass(frozen=True, slots=True)
class VectorMatch:
    chunk_id: UUID
    cosine: float  # with title, heading and text
    heading: float | None  # with the heading alone; None where there is none


@dataclass(frozen=True, slots=True)
class Matches:
    """What one query found, best first in both lists."""

    words: list[WordMatch]
    vectors: list[VectorMatch]
    elsewhere: float = 0.0


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for one passage as the answer to one query."""

    cosine: float
    heading: float
    covered: float
    elsewhere: float  # the cosine of the question with the nearest of `ELSEWHERE`


@dataclass(frozen=True, slots=True)
class Passage:
    chunk_id: UUID
    article_id: UUID
    title: str
    heading: str
    text: str
    url: str
    language: str
    sentences: bytes | None = None  # vectors of the sentences to choose from, if they were kept


@dataclass(frozen=True, slots=True)
class Hit:
    passage: Passage
    evidence: float  # 0 to 1
    weight: float = 0.0  # of two that are nearly certain evidence does not say which


@dataclass(frozen=True, slots=True)
class Found:
    """Best first, and the version of the tenant's knowledge that they are of."""

    hits: Sequence[Hit]
    version: int = 0
    # Where a turn asked several things: each question and the passage that answers it.
    answers: Sequence[tuple[str, Hit]] = ()


def queries(messages: Sequence[str], earlier: Sequence[str]) -> list[str]:
    """The turn itself, and everything the customer said: one keeps the focus, one the subject."""
    turn, everything = (_asked(said) for said in (messages, [*earlier, *messages]))
    return [turn] if turn == everything else [turn, everything]


def leans(messages: Sequence[str]) -> bool:
    """Whether the turn speaks of something that was named before it."""
    words = _WORD.findall("\n".join(messages).lower())
    return words[:1] in _GOES_ON or not _POINTING.isdisjoint(words)


def _asked(messages: Sequence[str]) -> str:
    """What is no word is no question either, and PostgreSQL takes no U+0000."""
    return "\n".join(messages).replace("\0", " ").strip()


def merge(lists: Iterable[Sequence[Key]]) -> list[Key]:
    """By reciprocal rank; equal sums keep the order in which they were first seen."""
    scores: dict[Key, float] = {}
    for ranked in lists:
        for rank, key in enumerate(ranked, 1):
            scores[key] = scores.get(key, 0.0) + 1 / (RANK_CONSTANT + rank)
    return sorted(scores, key=lambda key: -scores[key])


def ranking(found: Sequence[Matches]) -> list[UUID]:
    """Chunk ids over all queries, best first."""
    words = [[match.chunk_id for match in matches.words] for matches in found]
    vectors = [[match.chunk_id for match in matches.vectors] for matches in found]
    return merge([*words, *vectors])


def led(hits: Sequence[Hit], enough: float) -> list[Hit]:
    """The merged order, but the passage for which clearly the most speaks leads.

    Of those that have enough evidence to answer, where there are any.
    """
    able = [hit for hit in hits[:LEADERS] if hit.evidence >= enough] or list(hits[:LEADERS])
    best = max(able, key=lambda hit: hit.weight, default=None)
    if best is None or (hits[0] in able and best.weight <= hits[0].weight + LEAD):
        return list(hits)
    return [best, *(hit for hit in hits if hit is not best)]


def signals(chunk_id: UUID, matches: Matches) -> Signals:
    """A passage that a list does not name gets the weakest value that it can have there."""
    weakest = min((match.cosine for match in matches.vectors), default=0.0)
    absent = VectorMatch(chunk_id, weakest, None)
    near = next((match for match in matches.vectors if match.chunk_id == chunk_id), absent)
    return Signals(
        cosine=near.cosine,
        heading=near.cosine if near.heading is None else near.heading,
        covered=next((word.covered for word in matches.words if word.chunk_id == chunk_id), 0.0),
        elsewhere=matches.elsewhere,
    )
