"""What may never leave: words of ours, promises, claims without a source, other tongues (pure)."""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.responder import claims
from services.responder.language import is_another
from services.responder.personal import unmask
from services.responder.prompt import RULES
from services.responder.providers.provider import ProviderFailed, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from services.responder.draft import Question
    from services.responder.knowledge.search import Hit
    from services.responder.prompt import Prompt

_CHARACTERS_MOST = 1500
# A screen of a telephone; the others scroll.
_CHARACTERS_MOST_ON = {"whatsapp": 1000, "telegram": 1000}
_MARKUP = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]+)\]\(([^)]*)\)"), r"\1 (\2)"),
    (re.compile(r"<[^>\n]{1,200}>"), ""),
    (re.compile(r"(\*\*|__|~~|```|`)(.+?)\1", re.S), r"\2"),
    (re.compile(r"^\s{0,3}#{1,6}\s+", re.M), ""),
)
_ASKS_FOR_SECRETS = re.compile(
    r"\b(?:send|give|tell|share|enter|type|provide|confirm|reply with|envoyez|donnez|indiquez"
    r"|envie|diga|informe|envíe|dígame|senden|nennen|geben|tuma|tupe)\b"
    r"[^.?!\n]{0,60}\b(?:password|passcode|pin|cvv|cvc|card number|(?:one-time |security )?code"
    r"|mot de passe|numéro de (?:la )?carte|senha|número do cartão|contraseña|número de tarjeta"
    r"|passwort|kartennummer|nenosiri|namba ya kadi)\b"
)
_CLAIMS_TO_BE_HUMAN = re.compile(
    r"\bi(?:['\u2019]m| am) (?:an? )?(?:real |actual )?(?:human|person|agent called)\b"
    r"|\bje suis (?:un humain|une (?:vraie )?personne|un être humain)"
    r"|\bsou (?:um ser humano|uma pessoa|humano)|\bsoy (?:un ser humano|una persona|humano)"
    r"|\bich bin (?:ein )?mensch|\bmimi ni (?:binadamu|mtu halisi)"
)
_OWN_WORDS_IN_A_ROW = 8
# Not seen, but read by the next machine: zero width, direction marks, tags.
_UNSEEN = dict.fromkeys(
    (
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)),
        *(0xFEFF, *range(0xE0000, 0xE0080)),
    )
)
_NO_LETTERS = re.compile(r"[\W_]+")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")


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
    if holds_mark(raw, prompt.canary):
        raise ProviderFailed(Reason.UNSAFE)
    said = _parsed(raw)
    if said["action"] == "handover":  # the notice is ours; what it says is for the person
        return Reading("handover", plain(unmask(said.get("handover_reason") or "", kept))[:500], ())
    text = plain(unmask(said["reply"], kept))
    cited = tuple(dict.fromkeys(n for n in said["citations"] if 1 <= n <= len(hits)))
    rests_on = [hits[number - 1] for number in cited]
    # Again as it would be shown: what was hidden between its letters is gone by now.
    if holds_mark(text, prompt.canary) or is_unsafe(text, words_of(rests_on), question):
        raise ProviderFailed(Reason.UNSAFE)
    if not text or len(text) > _CHARACTERS_MOST_ON.get(question.channel, _CHARACTERS_MOST):
        raise ProviderFailed(Reason.INVALID_OUTPUT)
    if is_another(text, question.language):
        raise ProviderFailed(Reason.WRONG_LANGUAGE)
    if said["action"] == "answer" and not _is_sourced(text, question.language, rests_on):
        raise ProviderFailed(Reason.UNGROUNDED)
    if not claims.is_grounded(text, known(question, hits), question.allowed_link_hosts):
        raise ProviderFailed(Reason.UNGROUNDED)
    return Reading(said["action"], text, cited)


def known(question: Question, hits: Sequence[Hit]) -> str:
    """All that a reply may repeat figures and addresses of."""
    return "\n".join([words_of(hits), question.everything_said])


def plain(text: str) -> str:
    """As a messenger shows it: no markup, nothing that only machines see."""
    text = text.translate(_UNSEEN)
    for pattern, instead in _MARKUP:
        text = pattern.sub(instead, text)
    return text.strip()


def is_unsafe(text: str, cited: str, question: Question) -> bool:
    """No second try, no other model: a person."""
    folded = text.lower()
    return bool(
        _ASKS_FOR_SECRETS.search(folded)
        or _CLAIMS_TO_BE_HUMAN.search(folded)
        or _repeats_our_rules(text)
        or claims.promises_freely(text, cited)
        or claims.speaks_of(text, question.forbidden_topics)
    )


def holds_mark(text: str, canary: str) -> bool:
    """Our mark: as it is, spelt with gaps or other letters, backwards, or encoded."""
    mark = _letters(canary)
    seen = _letters(text)
    return (
        mark in seen
        or mark[::-1] in seen
        or any(mark in _letters(part) for part in _decoded(text))
        or canary.encode().hex() in seen
    )


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NO_LETTERS.sub("", folded)


def _decoded(text: str) -> list[str]:
    parts = []
    for found in _ENCODED.findall(text):
        try:
            parts.append(base64.b64decode(found + "=" * (-len(found) % 4), b"-_").decode("latin-1"))
        except (binascii.Error, ValueError):
            continue
    return parts


def _is_sourced(text: str, language: str, rests_on: Sequence[Hit]) -> bool:
    """Some of it stands in a passage that it names; of another language we cannot tell."""
    return any(
        hit.passage.language != language or claims.shares_words(text, words_of([hit]))
        for hit in rests_on
    )


def _repeats_our_rules(text: str) -> bool:
    said = " ".join(_words(text))
    return any(run in said for run in _OUR_RUNS)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


_OUR_RUNS = [
    " ".join(_words(RULES)[n : n + _OWN_WORDS_IN_A_ROW])
    for n in range(len(_words(RULES)) - _OWN_WORDS_IN_A_ROW + 1)
]


def words_of(hits: Iterable[Hit]) -> str:
    return "\n".join(
        part
        for hit in hits
        for part in (hit.passage.title, hit.passage.heading, hit.passage.text, hit.passage.url)
    )


def _parsed(raw: str) -> dict[str, Any]:
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise ProviderFailed(Reason.INVALID_OUTPUT) from None
    is_shaped = (
        isinstance(said, dict)
        and said.get("action") in {"answer", "ask", "handover"}
        and isinstance(said.get("reply"), str)
        and isinstance(said.get("handover_reason", ""), str | None)
        and isinstance(said.get("citations", []), list)
        and all(isinstance(n, int) for n in said.get("citations", []))
    )
    if not is_shaped:
        raise ProviderFailed(Reason.INVALID_OUTPUT)
    return {"citations": [], **said}
