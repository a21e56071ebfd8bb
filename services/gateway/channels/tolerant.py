"""Reading what providers send: layer by layer, all of it optional, nothing thrown away."""

import json
import re
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, TypeVar, get_args

import msgspec

T = TypeVar("T")

# A field of any type at all, read later or never.
Raw = msgspec.Raw
ABSENT = msgspec.Raw(b"")
# What providers use for ids and times: the type differs from version to version.
Loose = int | str | float | bool | None

# Everything a decoder may raise on foreign bytes. DecodeError includes ValidationError.
UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError, ValueError)

_MOST_DIGITS, _MOST_SPACED = 12, 32
_NOTHING = frozenset({b"", b"null", b"[]", b"{}"})
_SURROGATE = re.compile("[\ud800-\udfff]")
# Deeper or larger than any form that people fill in; the text is kept whatever it is.
_DEEPEST = 6
_MOST_FIELDS = 200
# 2100-01-01. Later is not a time but a mistake, most often milliseconds.
_LAST_SECOND = 4_102_444_800


class Layer(msgspec.Struct, gc=False):
    """Fields are optional, unknown ones are skipped. What is read refers to nothing but itself."""


def read(decoder: "msgspec.json.Decoder[T]", raw: bytes | Raw) -> T | None:
    """None when these bytes do not have that shape; of a layer, the fields that have theirs."""
    try:
        return decoder.decode(raw)
    except UNREADABLE:
        given = bytes(raw)
    clean = given.decode("utf-8", "replace").encode()
    return _what_fits(decoder, given) if clean == given else read(decoder, clean)


def read_whole(decoder: "msgspec.json.Decoder[T]", raw: bytes | Raw) -> T | None:
    """None when any of it has another shape."""
    try:
        return decoder.decode(raw)
    except UNREADABLE:
        return None


def _what_fits(decoder: "msgspec.json.Decoder[T]", raw: bytes) -> T | None:
    layer = _layer_in(decoder.type)
    fitting = _fitting(layer, raw) if layer else None
    return None if fitting is None else read_whole(decoder, fitting)


def _fitting(layer: type[Layer], raw: bytes) -> bytes | None:
    """A field of another type is as good as none: it never costs its siblings."""
    given = read_whole(_FIELDS, raw)
    if given is None:
        return None
    fitting = []
    for name, inner in _fields_of(layer).items():
        if name not in given:
            continue
        alone = b'"%b":%b' % (name.encode(), bytes(given[name]))
        if inner and not _fits(layer, alone):
            alone = b'"%b":%b' % (name.encode(), _fitting(inner, bytes(given[name])) or b"null")
        if _fits(layer, alone):
            fitting.append(alone)
    return b"{%b}" % b",".join(fitting)


def _fits(layer: type[Layer], field: bytes) -> bool:
    return read_whole(_decoder_of(layer), b"{%b}" % field) is not None


@cache
def _decoder_of(layer: type[Layer]) -> "msgspec.json.Decoder[Layer]":
    return msgspec.json.Decoder(layer)


@cache
def _fields_of(layer: type[Layer]) -> dict[str, type[Layer] | None]:
    """Each by its name in JSON, with the layer that it is of, if any."""
    fields = msgspec.structs.fields(layer)
    return {field.encode_name: _layer_in(*get_args(field.type)) for field in fields}


def _layer_in(*types: Any) -> type[Layer] | None:
    return next((one for one in types if isinstance(one, type) and issubclass(one, Layer)), None)


_FIELDS = msgspec.json.Decoder(dict[str, Raw])


def mended(body: bytes) -> bytes | None:
    """The same JSON with lone surrogates replaced; None when it is no JSON at all.

    Meta writes non-ASCII as escapes, so a text cut inside an emoji leaves half of a pair. What is
    no UTF-8 is replaced as well.
    """
    try:
        words = body.decode(json.detect_encoding(body), "replace")
        loaded = json.loads(words.removeprefix("\ufeff"), parse_constant=_refuse)
        text = without_surrogates(json.dumps(loaded, ensure_ascii=False))
    except (ValueError, RecursionError):
        return None
    return text.encode()


def without_surrogates(text: str) -> str:
    """Half a character cannot be written as UTF-8; U+FFFD says that something was there."""
    return _SURROGATE.sub("\ufffd", text)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def is_there(raw: Raw) -> bool:
    """Whether a field says anything: `null` and an empty list are as good as none."""
    return raw is not ABSENT and bytes(raw) not in _NOTHING


def text_of(value: Loose) -> str:
    """Ids arrive as numbers or strings; we keep strings."""
    if type(value) is str:  # nearly always, on the one hot path
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None or isinstance(value, bool) else str(value)


def point(latitude: Loose, longitude: Loose) -> str:
    """A place on the map in words; empty where half of it is missing."""
    both = text_of(latitude), text_of(longitude)
    return ", ".join(both) if all(both) else ""


def time_of(value: Loose) -> datetime | None:
    """Unix seconds, as a number or a string. None for junk: the time of arrival counts then."""
    text = text_of(value)
    return _time(text) if len(text) <= _MOST_SPACED else None


# What arrives is of these seconds, and a datetime costs as much as reading a message's words.
@lru_cache(maxsize=64)
def _time(text: str) -> datetime | None:
    digits = text.strip()
    is_number = len(digits) <= _MOST_DIGITS and digits.isascii() and digits.isdigit()
    seconds = int(digits) if is_number else 0
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LAST_SECOND else None


def told(layer: Layer) -> dict[str, Any]:
    """The fields of a layer that were there, as plain values."""
    found = {name: _plain(getattr(layer, name)) for name in layer.__struct_fields__}
    return {name: value for name, value in found.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Layer):
        return told(value)
    return [_plain(each) for each in value] if isinstance(value, list) else value


def plain_object(text: str) -> dict[str, Any] | None:
    """The object that a text spells in JSON; None for anything else and for what is too large."""
    try:
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or _size(found, _DEEPEST) > _MOST_FIELDS:
        return None
    return found


def _size(value: Any, depth: int) -> int:
    """How many values it holds; far too many as soon as it is too deep."""
    if not isinstance(value, dict | list):
        return 1
    if depth == 0:
        return _MOST_FIELDS + 1
    inside = value.values() if isinstance(value, dict) else value
    return sum(_size(each, depth - 1) for each in inside)
