"""Numbers that an enum has no name for: protobuf lets them pass, whoever sent them was wrong."""

from __future__ import annotations

import functools
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from google.protobuf.message import Message


def unknown_in(message: Message, most: int) -> Sequence[tuple[str, str]]:
    """The paths of the first fields that hold one, at any depth, and what they might hold."""
    leading = _leading_to_enums(message.DESCRIPTOR)
    return list(islice(_unknown(message, leading, ""), most)) if leading else ()


def _unknown(message: Message, leading: frozenset[str], within: str) -> Iterator[tuple[str, str]]:
    for at, value in message.ListFields():
        if at.name not in leading:
            continue
        parts = value if at.is_repeated else (value,)
        if at.enum_type is not None:
            if any(part not in at.enum_type.values_by_number for part in parts):
                yield within + at.name, f"there is no such value; {_named(at.enum_type)}"
        else:
            below = _leading_to_enums(at.message_type)
            for part in parts:
                yield from _unknown(part, below, f"{within}{at.name}.")


@functools.cache
def _named(enum: Any) -> str:
    """Without the zero, which nobody means."""
    return f"one of {', '.join(value.name for value in enum.values if value.number)}"


@functools.cache
def _leading_to_enums(descriptor: Any) -> frozenset[str]:
    """The fields that are enums or hold some; most messages have none, and are not looked at."""
    return leading_to(descriptor, lambda field: field.enum_type is not None)


def leading_to(descriptor: Any, is_wanted: Callable[[Any], bool]) -> frozenset[str]:
    """The fields of a message that are wanted, or hold one at any depth; what is in maps is not."""
    return frozenset(
        field.name for field in descriptor.fields if is_wanted(field) or _holds(field, is_wanted)
    )


def _holds(field: Any, is_wanted: Callable[[Any], bool]) -> bool:
    seen: set[str] = set()
    below = [field.message_type]
    while below:
        kind = below.pop()
        if kind is None or kind.GetOptions().map_entry or kind.full_name in seen:
            continue
        seen.add(kind.full_name)
        if any(map(is_wanted, kind.fields)):
            return True
        below += [each.message_type for each in kind.fields]
    return False
