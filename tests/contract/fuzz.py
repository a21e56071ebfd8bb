"""Messages that nobody writes on purpose, from a seed: what failed once fails again."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, Any

from google.protobuf.descriptor import FieldDescriptor as Field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from google.protobuf.message import Message

_DEEPEST = 6
_TEXTS = (
    "", " ", "a", "0", "-1", "null", "demo", "a\0b", "\n\r\x1b[31m", "\u202e\u2066", "é" * 300,
    "\U0010ffff", "'; DROP TABLE tickets; --", "%s{}$1\\", "../../etc/passwd", "*", "id,name",
    "00000000-0000-0000-0000-000000000000", "18446744073709551616", "9999-99-99", "+49 151 0",
    "P1Y", "Europe/Nowhere", "=HYPERLINK(1)", "x" * 5_000, "[" * 2_000, '{"a":1e130000}',
)  # fmt: skip
_EDGES = (0, 1, -1, 2, 7, 50, 1000, 2**31 - 1, -(2**31), 2**32 - 1, 2**53, 2**63 - 1, -(2**63))
_FLOATS = (0.0, -0.0, 1.0, -1.5, 1e308, -1e308, 5e-324, math.inf, -math.inf, math.nan)
_WIDTHS = {
    Field.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    Field.CPPTYPE_UINT32: (0, 2**32 - 1),
    Field.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    Field.CPPTYPE_UINT64: (0, 2**64 - 1),
}


class Fuzzer:
    """Spoils a message that would pass: most of it stays, so that what is wrong gets far."""

    def __init__(self, seed: str, things: Mapping[str, str]) -> None:
        self._random = Random(seed)  # noqa: S311 - a repeat is what we want
        self._things = list(things.values())

    def spoiled(self, message: Message, depth: int = 0) -> Message:
        for at in message.DESCRIPTOR.fields:
            if at.name != "tenant_id" and self._random.random() < 0.4:
                self._spoil(message, at, depth)
        return message

    def noise(self) -> bytes:
        return self._random.randbytes(self._random.choice((0, 1, 9, 200)))

    def _spoil(self, message: Any, at: Any, depth: int) -> None:
        if at.message_type and at.message_type.GetOptions().map_entry:
            self._fill(getattr(message, at.name), at.message_type, depth)
        elif at.message_type:
            self._nest(message, at, depth)
        elif at.is_repeated:
            getattr(message, at.name).extend(
                self._value(at) for _ in range(self._random.choice((1, 2, 40)))
            )
        else:
            setattr(message, at.name, self._value(at))

    def _nest(self, message: Any, at: Field, depth: int) -> None:
        if depth >= _DEEPEST:
            return
        part = getattr(message, at.name)
        for _ in range(self._random.choice((1, 3)) if at.is_repeated else 1):
            inner = part.add() if at.is_repeated else part
            inner.SetInParent()
            self.spoiled(inner, depth + 1)

    def _fill(self, mapping: Any, entry: Any, depth: int) -> None:
        key, value = entry.fields_by_name["key"], entry.fields_by_name["value"]
        name = self._value(key)
        if value.message_type:
            self.spoiled(mapping[name], depth + 1)
        else:
            mapping[name] = self._value(value)

    def _value(self, at: Field) -> Any:
        return self._makers()[at.cpp_type](at)

    def _makers(self) -> Mapping[int, Callable[[Field], Any]]:
        one = self._random.choice
        return {
            Field.CPPTYPE_STRING: self._text,
            Field.CPPTYPE_BOOL: lambda _: one((True, False)),
            Field.CPPTYPE_ENUM: lambda _: one((0, 1, 2, 3, 99, 2**31 - 1)),
            Field.CPPTYPE_DOUBLE: lambda _: one(_FLOATS),
            Field.CPPTYPE_FLOAT: lambda _: one((0.0, 0.5, 2.0, -1.0, math.nan, math.inf)),
            **dict.fromkeys(_WIDTHS, self._number),
        }

    def _text(self, at: Field) -> Any:
        text = self._random.choice((*_TEXTS, *self._things))
        return self.noise() if at.type == Field.TYPE_BYTES else text

    def _number(self, at: Field) -> int:
        least, most = _WIDTHS[at.cpp_type]
        return min(max(self._random.choice(_EDGES), least), most)
