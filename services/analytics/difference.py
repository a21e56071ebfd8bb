"""What differs between the facts that were loaded and those that events made of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

F = TypeVar("F", bound=Hashable)
Facts = Mapping[str, Mapping[str, F]]


def values_of(fact: Any) -> list[object]:
    """In the order of the class, which is the order of the columns."""
    return [getattr(fact, each.name) for each in fields(fact)]


def changed(old: Facts[F], new: Facts[F]) -> list[tuple[str, F]]:
    return [
        (conversation_id, fact)
        for conversation_id, facts in new.items()
        for key, fact in facts.items()
        if old.get(conversation_id, {}).get(key) != fact
    ]


def gone(old: Facts[F], new: Facts[F]) -> list[tuple[str, str]]:
    return [
        (conversation_id, key)
        for conversation_id, facts in old.items()
        for key in facts
        if key not in new[conversation_id]
    ]
