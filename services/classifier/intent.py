"""What a customer may want: labels, their examples, and when we are not sure (pure)."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

OUT_OF_SCOPE = "out_of_scope"
COURTESIES = frozenset({"greeting", "thanks", "goodbye"})
ALTERNATIVES = 3
_PARTS_OF_NAME = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    intent: str
    language: str


class Scored(NamedTuple):
    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Heard:
    """Intents best first, without `out_of_scope`; how sure it is that none of them is meant."""

    ranked: Sequence[Scored]
    outside: float
    is_outside: bool
    is_far: bool = False  # nothing like it among the examples
    feelings: Sequence[float] = ()  # five chances, very negative first; none without a vector

    @property
    def intent(self) -> str:
        return OUT_OF_SCOPE if self.is_outside else self.ranked[0].intent

    @property
    def confidence(self) -> float:
        return self.outside if self.is_outside else self.ranked[0].confidence

    @property
    def is_courtesy(self) -> bool:
        return self.intent in COURTESIES

    @property
    def alternatives(self) -> list[Scored]:
        chosen = [Scored(OUT_OF_SCOPE, self.outside)] if self.is_outside else []
        return [*chosen, *self.ranked][:ALTERNATIVES]


def name_as_words(intent: str) -> str:
    """What an intent's name says to a reader: `card_arrival` says "card arrival"."""
    return " ".join(_PARTS_OF_NAME.split(intent)).strip() or intent


def read_examples(folder: Path) -> list[Example]:
    """Every line of every language table, in the order of the files' paths."""
    return [
        Example(line.strip(), intent, language)
        for file in sorted(folder.rglob("*.toml"))
        for intent, table in tomllib.loads(file.read_text(encoding="utf-8")).items()
        for language, lines in table.items()
        if len(language) == len("en")
        for line in lines.splitlines()
        if line.strip()
    ]


def fingerprint(examples: Sequence[Example], *versions: str) -> str:
    """Changes with any example and with any version that the model depends on."""
    digest = hashlib.sha256("\0".join(versions).encode())
    for example in examples:
        digest.update(f"\n{example.intent}\t{example.language}\t{example.text}".encode())
    return digest.hexdigest()
