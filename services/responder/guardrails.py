"""What may never leave: words of ours, promises, claims without a source, others' data (pure)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import phonenumbers

from services.responder.prompt import RULES
from services.responder.providers.provider import ProviderFailed, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from services.responder.draft import Question
    from services.responder.knowledge.search import Hit
    from services.responder.prompt import Prompt

_CHARACTERS_MOST = 1500
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s)>\]\"']+", re.I)
_MARKUP = re.compile(r"!\[[^\]]*\]\([^)]*\)|<[^>\n]{1,200}>")
_ASKS_FOR_SECRETS = re.compile(
    r"\b(?:send|give|tell|share|enter|reply with|envoyez|donnez|envie|diga|envíe|senden|tuma)\b"
    r"[^.?!\n]{0,60}\b(?:password|pin|cvv|cvc|card number|(?:one-time |security )?code"
    r"|mot de passe|senha|contraseña|passwort|nenosiri)\b",
    re.I,
)
_CLAIMS_TO_BE_HUMAN = re.compile(
    r"\bI(?:'m| am) (?:a )?(?:human|real person)\b|\bje suis (?:un humain|une personne réelle)\b",
    re.I,
)
_PROMISES = re.compile(
    r"\b(?:we|I)(?:'ll| will| have| guarantee)\b[^.?!\n]{0,40}"
    r"\b(?:refund(?:ed)?|compensat\w+|discount|credit(?:ed)?|sue|diagnos\w+)\b",
    re.I,
)
_OWN_WORDS_IN_A_ROW = 8

_CARD = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
_ONE_TIME_CODE = re.compile(
    r"(?i)(?<=\bcode )\d{4,8}\b|(?<=\bcode is )\d{4,8}\b|(?<=\bOTP )\d{4,8}\b|(?<=\bPIN )\d{4,8}\b"
)
_LUHN_BASE, _IBAN_BASE = 10, 97


@dataclass(frozen=True, slots=True)
class Reading:
    """A model's reply that passed: what it wants, and which passages it rests on."""

    action: str
    text: str
    cited: tuple[int, ...]


def read_reply(
    raw: str, kept: dict[str, str], question: Question, hits: Sequence[Hit], prompt: Prompt
) -> Reading:
    """Raise `ProviderFailed` with what is wrong; what is dangerous is looked for first."""
    if prompt.canary in raw:
        raise ProviderFailed(Reason.UNSAFE)
    said = _parsed(raw)
    text = _MARKUP.sub("", unmask(said["reply"], kept)).strip()
    cited = tuple(dict.fromkeys(n for n in said["citations"] if 1 <= n <= len(hits)))
    if _is_unsafe(text, said["action"], cited):
        raise ProviderFailed(Reason.UNSAFE)
    if said["action"] == "handover":
        return Reading("handover", "", ())
    if not text or len(text) > _CHARACTERS_MOST:
        raise ProviderFailed(Reason.INVALID_OUTPUT)
    if said["action"] == "answer" and not cited:
        raise ProviderFailed(Reason.UNGROUNDED)
    known = "\n".join([*map(_words_of, hits), question.everything_said])
    if not is_grounded(text, known, question.allowed_link_hosts):
        raise ProviderFailed(Reason.UNGROUNDED)
    return Reading(said["action"], text, cited)


def is_grounded(text: str, known: str, allowed_hosts: Sequence[str] = ()) -> bool:
    """Every number, address and link of a reply stands in what it was made from."""
    for url in _URL.findall(text):
        shown = url.rstrip(".,;:!?")
        host = urlsplit(shown if "//" in shown else f"//{shown}").hostname
        if shown not in known and host not in allowed_hosts:
            return False
    mails = {mail.lower() for mail in _EMAIL.findall(known)}
    if any(mail.lower() not in mails for mail in _EMAIL.findall(text)):
        return False
    numbers = set(_NUMBER.findall(known))
    rest = _EMAIL.sub(" ", _URL.sub(" ", text))
    return all(number in numbers for number in _NUMBER.findall(rest))


def mask(text: str, region: str = "KE") -> tuple[str, dict[str, str]]:
    """Personal data as placeholders, and what they stand for. Names are not promised."""
    placeholders: dict[str, str] = {}

    def put(kind: str, value: str) -> str:
        return placeholders.setdefault(value, f"<{kind}_{len(placeholders) + 1}>")

    text = _EMAIL.sub(lambda m: put("EMAIL", m[0]), text)
    text = _IBAN.sub(_where(_is_iban, put, "IBAN"), text)
    text = _CARD.sub(_where(_is_card, put, "CARD"), text)
    text = _ADDRESS.sub(lambda m: put("ADDRESS", m[0]), text)
    text = _ONE_TIME_CODE.sub(lambda m: put("CODE", m[0]), text)
    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, region))):
        text = text[: match.start] + put("PHONE", match.raw_string) + text[match.end :]
    return text, {placeholder: value for value, placeholder in placeholders.items()}


def unmask(text: str, kept: dict[str, str]) -> str:
    for placeholder, value in kept.items():
        text = text.replace(placeholder, value)
    return text


def _is_unsafe(text: str, action: str, cited: tuple[int, ...]) -> bool:
    promises_freely = action != "handover" and not cited and bool(_PROMISES.search(text))
    return bool(
        promises_freely
        or _ASKS_FOR_SECRETS.search(text)
        or _CLAIMS_TO_BE_HUMAN.search(text)
        or _repeats_our_rules(text)
    )


def _repeats_our_rules(text: str) -> bool:
    words = re.findall(r"\w+", text.lower())
    said = " ".join(words)
    ours = re.findall(r"\w+", RULES.lower())
    runs = range(len(ours) - _OWN_WORDS_IN_A_ROW + 1)
    return any(" ".join(ours[n : n + _OWN_WORDS_IN_A_ROW]) in said for n in runs)


def _words_of(hit: Hit) -> str:
    passage = hit.passage
    return "\n".join((passage.title, passage.heading, passage.text, passage.url))


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
