"""What may never leave: promises without a source, numbers nobody gave, our own words, personal
data (pure).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import phonenumbers

from services.responder.providers.provider import ProviderFailed, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.responder.draft import Question
    from services.responder.knowledge.search import Hit
    from services.responder.prompt import Prompt

_CHARACTERS_MOST = 1500
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")
_URL = re.compile(r"https?://[^\s)>\]]+", re.I)
_CARD = re.compile(r"\b(?:\d[ -]?){13,19}\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_MARKUP = re.compile(r"!\[[^\]]*\]\([^)]*\)|<[^>\n]{1,200}>")
_ASKS_FOR_SECRETS = re.compile(
    r"\b(?:send|give|tell|share|envoyez|envie|tuma)\b[^.?!]{0,40}"
    r"\b(?:password|pin|cvv|card number|one-time code|mot de passe|senha)\b",
    re.I,
)
_CLAIMS_TO_BE_HUMAN = re.compile(r"\bI am (?:a )?(?:human|real person)\b", re.I)
_LUHN_BASE = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """A model's reply that passed: what it wants, and which passages it rests on."""

    action: str
    text: str
    cited: tuple[int, ...]


def read_reply(raw: str, question: Question, hits: Sequence[Hit], prompt: Prompt) -> Reading:
    """Raise `ProviderFailed` with what is wrong: form, truth or safety, in that order of harm."""
    said = _parsed(raw)
    text = _MARKUP.sub("", said["reply"]).strip()
    if prompt.canary in raw or _ASKS_FOR_SECRETS.search(text) or _CLAIMS_TO_BE_HUMAN.search(text):
        raise ProviderFailed(Reason.UNSAFE)
    if said["action"] == "handover":
        return Reading("handover", "", ())
    if not text or len(text) > _CHARACTERS_MOST:
        raise ProviderFailed(Reason.INVALID_OUTPUT)
    cited = tuple(n for n in said["citations"] if 1 <= n <= len(hits))
    if said["action"] == "answer" and not cited:
        raise ProviderFailed(Reason.UNGROUNDED)
    known = " ".join([h.passage.text + " " + h.passage.title + " " + h.passage.url for h in hits])
    if not is_grounded(text, known + " " + question.text, question.allowed_link_hosts):
        raise ProviderFailed(Reason.UNGROUNDED)
    return Reading(said["action"], text, cited)


def is_grounded(text: str, known: str, allowed_hosts: Sequence[str] = ()) -> bool:
    """Every number, address and link of a reply stands in what it was made from."""
    for url in _URL.findall(text):
        if url.rstrip(".,") not in known and urlsplit(url).hostname not in allowed_hosts:
            return False
    if any(mail not in known for mail in _EMAIL.findall(text)):
        return False
    numbers = set(_NUMBER.findall(known))
    return all(number in numbers for number in _NUMBER.findall(_URL.sub("", text)))


def mask(text: str, region: str = "KE") -> tuple[str, dict[str, str]]:
    """Personal data as placeholders, and what they stand for. Names are not promised."""
    kept: dict[str, str] = {}

    def put(kind: str, value: str) -> str:
        for placeholder, known in kept.items():
            if known == value:
                return placeholder
        placeholder = f"<{kind}_{len(kept) + 1}>"
        kept[placeholder] = value
        return placeholder

    text = _EMAIL.sub(lambda m: put("EMAIL", m[0]), text)
    text = _CARD.sub(lambda m: put("CARD", m[0]) if _luhn(m[0]) else m[0], text)
    text = _IBAN.sub(lambda m: put("IBAN", m[0]) if _iban(m[0]) else m[0], text)
    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, region))):
        text = text[: match.start] + put("PHONE", match.raw_string) + text[match.end :]
    return text, kept


def unmask(text: str, kept: dict[str, str]) -> str:
    for placeholder, value in kept.items():
        text = text.replace(placeholder, value)
    return text


def _parsed(raw: str) -> dict[str, Any]:
    try:
        said = json.loads(raw)
    except ValueError:
        raise ProviderFailed(Reason.INVALID_OUTPUT) from None
    is_shaped = (
        isinstance(said, dict)
        and said.get("action") in {"answer", "ask", "handover"}
        and isinstance(said.get("reply"), str)
        and isinstance(said.get("citations", []), list)
        and all(isinstance(n, int) for n in said.get("citations", []))
    )
    if not is_shaped:
        raise ProviderFailed(Reason.INVALID_OUTPUT)
    return {"citations": [], **said}


def _luhn(text: str) -> bool:
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [d * 2 - 9 if d * 2 >= _LUHN_BASE else d * 2 for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % _LUHN_BASE == 0


def _iban(text: str) -> bool:
    """ISO 13616: the remainder of 97 is 1."""
    compact = text.replace(" ", "")
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % 97 == 1
