"""What may never leave: words of ours, promises, claims without a source, other tongues (pure)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.responder import asking, canary, claims, deeds, leaks, promises
from services.responder.addresses import addresses_stand, without_addresses
from services.responder.claims import Known
from services.responder.disguise import UNSEEN, is_disguised, readings, speaks_to_machines
from services.responder.language import is_another
from services.responder.personal import unmask
from services.responder.providers.provider import ProviderFailed, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from services.responder.draft import Question
    from services.responder.knowledge.search import Hit
    from services.responder.promises import Bound
    from services.responder.prompt import Prompt

_MARKUP = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]+)\]\(([^)]*)\)"), r"\1 (\2)"),
    (re.compile(r"<[^>\n]{1,200}>"), ""),
    (re.compile(r"(\*\*|__|~~|```|`)(.+?)\1", re.S), r"\2"),
    (re.compile(r"^\s{0,3}#{1,6}\s+", re.M), ""),
)
_ASKING_CHARACTERS_MOST, _REASON_CHARACTERS_MOST = 400, 500
# Of what a reply says, so much of its words stands in what it was made from.
_WORDS_SHARE_LEAST = 0.2


@dataclass(frozen=True, slots=True)
class Reading:
    """A model's reply that passed: what it wants, and which passages it rests on."""

    action: str
    text: str
    cited: tuple[int, ...]


class Review:
    """What one prompt's reply is held against: the passages it showed, and what was said."""

    def __init__(self, question: Question, shown: Sequence[Hit], prompt: Prompt) -> None:
        self.question = question
        self.shown = shown
        self._prompt = prompt
        names = (question.tenant_name, question.persona, *question.allowed_link_hosts)
        self._known = Known("\n".join([words_of(shown), question.everything_said, *names]))
        self._bound_of: tuple[str, Bound] = ("", ())
        self._said_before = "\n".join(text for who, text in question.earlier if who != "customer")

    def is_unsafe(self, text: str, cited: str) -> bool:
        """No second try, no other model: a person."""
        prompt = self._prompt
        return (
            canary.holds_mark(text, prompt.canary)
            or leaks.holds_key(text)
            or leaks.tells_instructions(text, prompt.instructions, cited, self._said_before)
            or asking.asks_for_secrets(text, cited)
            or deeds.claims_to_be_human(text)
            or deeds.claims_deeds(text, cited)
            or promises.promises_freely(self._bound(text), cited)
            or claims.speaks_of(text, self.question.forbidden_topics)
            or is_disguised(without_addresses(text), self._known.text)
        )

    def is_grounded(self, text: str, cited: str) -> bool:
        hosts, language = self.question.allowed_link_hosts, self.question.language
        return (
            self._counts_well(text, Known(cited))
            and claims.particulars_stand(text, self._known, hosts, language)
            and not promises.grants_freely(self._bound(text), cited)
            and not speaks_to_machines(text, self._known.text)
        )

    def _counts_well(self, text: str, cited: Known) -> bool:
        """What it cites has all its figures, as is usual; else they are looked at one by one."""
        return all(claims.figures_stand(seen, cited) for seen in readings(text)) or (
            claims.figures_stand(text, self._known)
            and not promises.counts_freely(self._bound(text), cited)
        )

    def _bound(self, text: str) -> Bound:
        """Both ask for it, of the same text."""
        if self._bound_of[0] != text:
            self._bound_of = text, promises.binding(text)
        return self._bound_of[1]

    def may_be_told(self, reason: str) -> bool:
        """To an agent, who can judge it, but for where it leads."""
        is_safe = not self.is_unsafe(reason, words_of(self.shown))
        return is_safe and addresses_stand(reason, self._known.text)

    def may_be_shown(self, text: str) -> bool:
        """Before it is known what it cites."""
        cited = words_of(self.shown)
        return not self.is_unsafe(text, cited) and self.is_grounded(text, cited)

    def is_sourced(self, text: str, rests_on: Sequence[Hit]) -> bool:
        """It cites, and its words are those of what it had; of another language we cannot tell."""
        if any(hit.passage.language != self.question.language for hit in rests_on):
            return True
        said = claims.beginnings(text)
        cited = [said & claims.beginnings(words_of([hit])) for hit in rests_on]
        if not said:
            return bool(rests_on)
        least = _WORDS_SHARE_LEAST * len(said)
        return any(cited) and (
            max(map(len, cited)) >= least or len(said & self._known.words) >= least
        )


def read_reply(raw: str, kept: dict[str, str], review: Review) -> Reading:
    """Raise `ProviderFailed` with what is wrong; what is dangerous is looked for first."""
    said = _parsed(raw)
    if said["action"] == "handover":  # the notice is ours; what it says is for the person
        reason = plain(unmask(said.get("handover_reason") or "", kept))[:_REASON_CHARACTERS_MOST]
        return Reading("handover", reason if review.may_be_told(reason) else "", ())
    text = plain(unmask(said["reply"], kept))
    shown, question = review.shown, review.question
    cited = tuple(dict.fromkeys(n for n in said["citations"] if 1 <= n <= len(shown)))
    rests_on = [shown[number - 1] for number in cited]
    source = words_of(rests_on)
    if review.is_unsafe(text, source):
        raise ProviderFailed(Reason.UNSAFE)
    if not text or len(text) > question.characters_most:
        raise ProviderFailed(Reason.INVALID_OUTPUT)
    if is_another(text, question.language):
        raise ProviderFailed(Reason.WRONG_LANGUAGE)
    asks = said["action"] == "ask"
    if not (_is_a_question(text) if asks else review.is_sourced(text, rests_on)):
        raise ProviderFailed(Reason.UNGROUNDED)
    if not review.is_grounded(text, source):
        raise ProviderFailed(Reason.UNGROUNDED)
    return Reading(said["action"], text, cited)


def plain(text: str) -> str:
    """As a messenger shows it: no markup, nothing that only machines see."""
    text = text if text.isascii() else text.translate(UNSEEN)
    for pattern, instead in _MARKUP:
        text = pattern.sub(instead, text)
    return text.strip()


def _is_a_question(text: str) -> bool:
    """A question back asks, and no more than that."""
    return len(text) <= _ASKING_CHARACTERS_MOST and any(mark in text for mark in "?؟\uff1f")


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
