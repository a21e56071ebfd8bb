"""Abuse and attempts to steer a language model, as scores from lists to read (pure).

Signals for whoever answers, not verdicts: nobody is refused for a score.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from services.classifier.patterns import any_of, plain

# From here on a text speaks to a model and not to a support desk, and means none of its intents:
# a plain sign, or two of the others ("developer mode" alone is a telephone's).
STEERS = 0.85
# (how telling, pattern). Several together tell more: the chances against are multiplied.
_JAILBREAK = (
    (
        0.9,
        # Who says "you ignore your own rules" complains.
        r"\b(?<!you )(?<!they )(?<!we )(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,30}"
        r"\b(?:instructions?|rules?|polic(?:y|ies)|guidelines?|prompts?|guardrails?|restrictions?)\b",
    ),
    (
        0.9,
        r"\b(?:reveal|show|print|repeat|output|tell|what (?:is|are)|leak)\b[^.!?\n]{0,25}"
        r"\b(?:system prompt|hidden prompt|initial instructions?|your (?:prompt|instructions))\b",
    ),
    (0.8, r"\byou are (?:now|no longer)\b[^.!?\n]{0,40}\b(?:ai|bot|assistant|model|dan|bound)\b"),
    (0.8, r"\b(?:jailbr(?:eak|oken)|do anything now|developer mode|dan mode|god mode)\b"),
    (0.6, r"\b(?:pretend|act|roleplay|role-play|simulate)\b[^.!?\n]{0,30}\b(?:no|without|"
          r"unfiltered|unrestricted|uncensored)\b"),
    (0.6, r"\b(?:without|no) (?:any )?(?:filters?|restrictions?|censorship|ethic\w+|moral\w*)\b"),
    (0.7, r"(?:^|\n)[ \t]*(?:system|assistant|developer)\s*:|<\|?(?:im_start|system|endoftext)\|?>|"
          r"\[/?(?:inst|sys)\]|###\s*(?:system|instruction)"),
    (0.5, r"\b(?:stay in character|never (?:refuse|say you (?:can't|cannot))|"
          r"you must (?:comply|obey))\b"),
    (0.5, r"\bnew (?:instructions?|rules?|persona)\b\s*(?::|are\b)|\bfrom now on\b[^.!?\n]{0,40}"
          r"\b(?:answer|reply|respond|you (?:will|must|are))\b"),
    (0.6, r"\b(?:decode|base64|rot13)\b[^.!?\n]{0,40}\b(?:follow|execute|do|run)\b"),
    (0.9, r"\b(?:ignore[zr]?|oublie[zr]?)\b[^.!?\n]{0,30}\b(?:instructions?|règles|consignes)\b"),
    (0.9, r"\b(?:ignor[ae]r?|esque[çc][ae]r?)\b[^.!?\n]{0,30}\b(?:instruções|regras)\b"),
    (0.9, r"\b(?:ignora|olvida)\b[^.!?\n]{0,30}\b(?:instrucciones|reglas)\b"),
    (0.9, r"\b(?:ignorier\w*|vergiss)\b[^.!?\n]{0,30}\b(?:anweisungen|regeln)\b"),
    (0.9, r"\b(?:puuza|sahau)\b[^.!?\n]{0,30}\b(?:maagizo|maelekezo|sheria)\b"),
)  # fmt: skip
_ABUSE = (
    (0.9, r"\b(?:i(?:'ll| will| am going to|'m going to)|gonna) (?:kill|hurt|find|beat|shoot|stab) "
          r"(?:you|u|your|every)\b"),
    (0.8, r"\b(?:fuck(?:ing)? (?:you|off|idiots?)|f\*+k you|go to hell|drop dead|kys|"
          r"kill yourself)\b"),
    (0.7, r"\byou(?:'re| are| r)?(?: all| people)? (?:an? )?(?:\w+ )?(?:idiots?|morons?|stupid|"
          r"scum|bastards?|bitch(?:es)?|assholes?|cunts?|trash|garbage|useless idiots?)\b"),
    (0.5, r"\b(?:idiots?|morons?|bastards?|assholes?|bitch(?:es)?|dickheads?|wankers?|"
          r"scumbags?)\b"),
    (0.3, r"\b(?:fuck\w*|shit\w*|bullshit|wtf|stfu|crap)\b"),
    (0.7, r"\b(?:connards?|salauds?|encul[ée]s?|va te faire|fils de pute|abrutis?)\b"),
    (0.7, r"\b(?:filhos? da puta|vai (?:se|te) foder|foda-se|idiotas?|imbecis|imbecil|otários?)\b"),
    (0.7, r"\b(?:hijos? de puta|vete a la mierda|gilipollas|imbéciles?|pendejos?)\b"),
    (0.7, r"\b(?:arschl[oö]cher|arschloch|verpiss|wichser|hurensohn|schei(?:ß|ss)\w*)\b"),
    (0.7, r"\b(?:mpumbavu|wapumbavu|mjinga|wajinga|mshenzi|washenzi|malaya|mbwa wewe)\b"),
    (0.7, r"\b(?:isilima|iziphukuphuku|isiphukuphuku|voetsek|msunu)\b"),
)  # fmt: skip
_READ = {
    name: [(weight, re.compile(pattern)) for weight, pattern in table]
    for name, table in (("jailbreak", _JAILBREAK), ("abuse", _ABUSE))
}
# Nearly every message has none of either: one search says so.
_ANY = any_of(pattern for _, pattern in (*_JAILBREAK, *_ABUSE))
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Signals:
    """Each 0 to 1."""

    abuse: float = 0.0
    jailbreak: float = 0.0


def signals(text: str) -> Signals:
    read = _ZERO_WIDTH.sub("", plain(text))
    if not _ANY.search(read):
        return Signals()
    return Signals(**{name: _score(name, read) for name in _READ})


def _score(name: str, read: str) -> float:
    against = [1 - weight for weight, pattern in _READ[name] if pattern.search(read)]
    return 1 - math.prod(against)
