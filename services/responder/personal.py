"""Personal data as placeholders before a third party reads them, and back afterwards (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers

if TYPE_CHECKING:
    from collections.abc import Callable

_EMAIL = re.compile(r"[\w.+-]+[@\uff20][\w-]+(?:\.[\w-]+)+")
_CARD = re.compile(r"\b\d(?:[ ._-]?\d){12,18}\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b", re.I)
_ADDRESS = re.compile(
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}\b", re.I
)
# Each of these has one of them in it.
_SOMETHING = re.compile(r"[\d@\uff20:]")
# What follows such a word, within a few others, opens something.
_ONE_TIME_CODE = re.compile(
    r"(?i)(?:कोड|\b(?:codes?|codigo|código|kode|kodi|namba ya siri|otp|pin|tan|passcode"
    r"|cv[vc]2?)\b)"
    r"[^\d\n]{0,20}?\b(\d{3,8}|\d(?:[ -]?\d){3,7})\b"
)
_LUHN_BASE, _IBAN_BASE = 10, 97
# A number without its country's prefix is read as one of these.
_REGIONS = ("KE", "NG", "ZA", "FR", "DE", "US")


def mask(text: str) -> tuple[str, dict[str, str]]:
    """The text, and what its placeholders stand for. Names are not promised."""
    if not _SOMETHING.search(text):
        return text, {}
    placeholders: dict[str, str] = {}

    def put(kind: str, value: str) -> str:
        return placeholders.setdefault(value, f"<{kind}_{len(placeholders) + 1}>")

    text = _EMAIL.sub(lambda m: put("EMAIL", m[0]), text)
    text = _IBAN.sub(_where(_is_iban, put, "IBAN"), text)
    text = _CARD.sub(_where(_is_card, put, "CARD"), text)
    text = _ADDRESS.sub(lambda m: put("ADDRESS", m[0]), text)
    text = _ONE_TIME_CODE.sub(lambda m: m[0].replace(m[1], put("CODE", m[1])), text)
    for region in _REGIONS if any(map(str.isdigit, text)) else ():
        for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, region))):
            text = text[: match.start] + put("PHONE", match.raw_string) + text[match.end :]
    return text, {placeholder: value for value, placeholder in placeholders.items()}


def unmask(text: str, kept: dict[str, str]) -> str:
    for placeholder, value in kept.items():
        text = text.replace(placeholder, value)
    return text


def _where(
    holds: Callable[[str], bool], put: Callable[[str, str], str], kind: str
) -> Callable[[re.Match[str]], str]:
    return lambda match: put(kind, match[0]) if holds(match[0]) else match[0]


def _is_card(text: str) -> bool:
    """ISO/IEC 7812: Luhn's check digit."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [d * 2 - 9 if d * 2 >= _LUHN_BASE else d * 2 for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % _LUHN_BASE == 0


def _is_iban(text: str) -> bool:
    """ISO 13616: the remainder of 97 is 1."""
    compact = text.replace(" ", "")
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % _IBAN_BASE == 1
