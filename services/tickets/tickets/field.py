"""A tenant's own fields on its tickets: which there are, and what may stand in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mesh.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class TicketFieldInvalid(InvalidInput):
    def __init__(self, name: str, said: str) -> None:
        super().__init__(f"custom field {name} {said}", field=f"ticket.custom_fields[{name}]")


@dataclass(frozen=True, slots=True)
class TicketField:
    name: str
    kind: str  # text, number, check, date or choice
    choices: tuple[str, ...] = ()

    def check(self, value: str) -> None:
        """Raise `TicketFieldInvalid` unless the value is of the field's kind."""
        if not _FITS[self.kind](value, self.choices):
            allowed = f": one of {', '.join(self.choices)}" if self.choices else ""
            raise TicketFieldInvalid(self.name, f"takes a {self.kind}{allowed}")


def check_fields(fields: Iterable[TicketField], values: Mapping[str, str]) -> dict[str, str]:
    """The values that are set; raise `TicketFieldInvalid` for one that no field lets through."""
    known = {field.name: field for field in fields}
    for name, value in values.items():
        if name not in known:
            raise TicketFieldInvalid(name, "is not among the tenant's ticket_fields")
        if value:
            known[name].check(value)
    return {name: value for name, value in values.items() if value}


def _is_text(value: str, _: tuple[str, ...]) -> bool:
    return "\0" not in value


def _is_number(value: str, _: tuple[str, ...]) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False


def _is_check(value: str, _: tuple[str, ...]) -> bool:
    return value in {"true", "false"}


def _is_date(value: str, _: tuple[str, ...]) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_choice(value: str, choices: tuple[str, ...]) -> bool:
    return value in choices


_FITS = {
    "text": _is_text,
    "number": _is_number,
    "check": _is_check,
    "date": _is_date,
    "choice": _is_choice,
}
