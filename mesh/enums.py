"""Numbers that an enum has no name for: protobuf lets them pass, whoever sent them was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.message import Message


def unknown_in(message: Message, within: str = "") -> Iterator[str]:
    """The paths of the fields that hold one, at any depth."""
    for at, value in message.ListFields():
        if at.message_type is not None and at.message_type.GetOptions().map_entry:
            continue
        parts = value if at.is_repeated else (value,)
        if at.enum_type is not None:
            if any(part not in at.enum_type.values_by_number for part in parts):
                yield within + at.name
        elif at.message_type is not None:
            for part in parts:
                yield from unknown_in(part, f"{within}{at.name}.")
