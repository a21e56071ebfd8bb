"""JSON that names a field twice: the transcoder writes both, and protobuf would keep the last."""

from __future__ import annotations

from typing import Any

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def field_said_twice(descriptor: Any, said: bytes) -> str:
    """The first single field that has two different values; empty: there is none.

    Two equal ones are allowed: a path and a body may both name the tenant. `said` parses.
    """
    seen: dict[int, bytes] = {}
    at = 0
    while at < len(said):
        tag, at = _varint(said, at)
        end, start = _end(said, at, tag & 7)
        value, at = said[start:end], end
        field = descriptor.fields_by_number.get(tag >> 3)
        if field is None or field.is_repeated:
            continue
        if seen.setdefault(field.number, value) != value:
            return str(field.name)
        if field.message_type and (inner := field_said_twice(field.message_type, value)):
            return f"{field.name}.{inner}"
    return ""


def _end(said: bytes, at: int, kind: int) -> tuple[int, int]:
    """Where a value ends and where it starts; its length stands before bytes."""
    if kind == _VARINT:
        return _varint(said, at)[1], at
    if kind == _BYTES:
        length, at = _varint(said, at)
        return at + length, at
    if kind in (_FIXED64, _FIXED32):
        return at + (8 if kind == _FIXED64 else 4), at
    return len(said), at  # a group: proto3 has none


def _varint(said: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = said[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004  # the bit that says more follows
            return value, at
        shift += 7
