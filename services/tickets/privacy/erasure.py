"""A customer's erasure, step by step: every step repeats harmlessly, a crash resumes it."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mesh.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

# A shorter number stands for something else in too many bodies.
_DIGITS_LEAST = 5


class ErasureNotFound(NotFound):
    def __init__(self, customer_id: UUID) -> None:
        super().__init__(f"customer {customer_id} was never erased")


class State(StrEnum):
    DELETING = "deleting"  # rows of ours are left
    FORGETTING = "forgetting"  # the other services' are
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Erasure:
    customer_id: UUID
    state: State
    conversation_ids: Sequence[UUID]
    text_hashes: Sequence[bytes]
    removed: Mapping[str, int]
    started_at: datetime
    finished_at: datetime | None


def text_hash(text: str) -> bytes:
    """As IntentService.ForgetTexts defines it: a correction may differ in spacing and capitals."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(plain.encode(errors="replace")).digest()


def spellings(name: str) -> list[bytes]:
    """How a name may stand in the bytes that a provider sent."""
    return list(dict.fromkeys((name.encode(errors="replace"), json.dumps(name)[1:-1].encode())))


def names_somebody(raw: bytes, names: Sequence[str]) -> bool:
    """Whether one of these names stands in it as a JSON value: a string, or a long number."""
    return any(
        b'"' + spelt + b'"' in raw or _as_number(spelt, raw)
        for name in names
        for spelt in spellings(name)
    )


def _as_number(name: bytes, raw: bytes) -> bool:
    digits = name.lstrip(b"-")
    if not (digits.isdigit() and len(digits) >= _DIGITS_LEAST):
        return False
    return bool(re.search(rb"(?<![0-9A-Za-z.-])" + name + rb"(?![0-9A-Za-z.])", raw))
