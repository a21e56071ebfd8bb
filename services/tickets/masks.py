"""Update masks: which fields a change names, and copying just those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from google.protobuf.field_mask_pb2 import FieldMask
    from google.protobuf.message import Message


def paths(mask: FieldMask, given: Message, allowed: Container[str]) -> list[str]:
    """What to change; without a mask, all that is set. Refuses what may not be changed."""
    if not mask.paths:
        return [path for path in _set_in(given) if path in allowed]
    for path in mask.paths:
        if path not in allowed:
            raise InvalidInput(f"{path} cannot be changed", field="update_mask")
    return list(mask.paths)


def apply(chosen: Iterable[str], source: Message, target: Message) -> None:
    """Copy the chosen fields; one that the source leaves out is cleared in the target."""
    for path in chosen:
        _copy(path.split("."), source, target)


def _set_in(given: Message) -> list[str]:
    """Set fields, messages one level deeper: two policies then merge instead of replacing."""
    found: list[str] = []
    for field, value in given.ListFields():
        if field.message_type and not field.is_repeated:
            found += [f"{field.name}.{inner.name}" for inner, _ in value.ListFields()]
        else:
            found.append(field.name)
    return found


def _copy(names: list[str], source: Message, target: Message) -> None:
    name, *rest = names
    if rest:
        _copy(rest, getattr(source, name), getattr(target, name))
        return
    target.ClearField(name)
    field = target.DESCRIPTOR.fields_by_name[name]
    is_set = any(known.name == name for known, _ in source.ListFields())
    if field.is_repeated:
        getattr(target, name).MergeFrom(getattr(source, name))
    elif is_set and field.message_type:
        getattr(target, name).CopyFrom(getattr(source, name))
    elif is_set:
        setattr(target, name, getattr(source, name))
