"""Enum members by their names: the contract's `URGENCY_HIGH` is `high` in the record."""

from __future__ import annotations

from typing import Any


def name_of(enum: Any, number: int) -> str:
    """Lower case, without the enum's prefix; an unspecified member is empty."""
    prefix = _prefix(enum)
    name: str = enum.Name(number).removeprefix(prefix).lower()
    return "" if name == "unspecified" else name


def number_of(enum: Any, name: str) -> Any:
    """The other way; empty is unspecified, and so is a name that a newer process wrote.

    `Any`, because each enum of the contract has an integer type of its own.
    """
    members: dict[str, int] = dict(enum.items())
    return members.get(_prefix(enum) + (name or "unspecified").upper(), 0)


def _prefix(enum: Any) -> str:
    zero: str = enum.Name(0)
    return zero.removesuffix("UNSPECIFIED")
