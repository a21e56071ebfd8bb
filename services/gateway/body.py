"""A JSON request body, read strictly: callers of an API can be told what is wrong."""

import json
import math
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from mesh.errors import InvalidInput
from services.gateway.channels.tolerant import without_surrogates

_MOST_BYTES = 262_144


class TooLarge(Exception):
    """More bytes than this route takes: 413."""


class WrongType(Exception):
    """Not JSON by its own declaration: 415."""


async def read_json(request: Request) -> dict[str, Any]:
    """An object, without duplicate keys, infinite numbers or half characters."""
    declared = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if declared.lower() != "application/json":
        raise WrongType
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise TooLarge
    try:
        loaded = json.loads(
            bytes(body), object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_finite
        )
    except (ValueError, RecursionError):
        raise InvalidInput("the body is not valid JSON; send an object in UTF-8") from None
    if not isinstance(loaded, dict):
        raise InvalidInput("the body is not a JSON object")
    return loaded


def text_in(body: Mapping[str, Any], field: str, *, longest: int, default: str = "") -> str:
    """A string; raises `InvalidInput` naming the field when it is none, or longer than that."""
    value = body.get(field, default)
    if not isinstance(value, str):
        raise InvalidInput(f"{field} is not a string", field=field)
    if len(value) > longest:
        raise InvalidInput(f"{field} is longer than {longest} characters", field=field)
    return without_surrogates(value)


def required_text_in(body: Mapping[str, Any], field: str, *, longest: int) -> str:
    """The same, and not blank."""
    value = text_in(body, field, longest=longest)
    if not value.strip():
        raise InvalidInput(f"{field} is missing or empty", field=field)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field, value in pairs:
        if field in found:
            raise InvalidInput("the field is given twice; leave one out", field=field)
        found[field] = value
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(number)
    return value
