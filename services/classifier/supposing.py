"""What is only supposed or asked about ("what if it is broken?"), in six languages (pure).

Elsewhere a word may mean something else ("si" is "not" in Swahili, "se" is "itself" in French and
Spanish), so each language has its own. What mostly tells of the past ("when it came") is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_REACH = 50  # characters, within a clause
_IF = {
    "en": r"if|in case|whether|unless",
    "fr": r"si|s'ils?|au cas où|en cas d[e']",
    "pt": r"(?:^|[,.;:!?] ?|\b(?:e|mas|saber|ver|perguntar|acontece|fazer|faço|é que) )"
    r"(?:se|caso)|em caso de",
    "es": r"si|en caso de",
    "sw": r"kama|iwapo|endapo",
    "de": r"wenn|falls|ob",
}  # fmt: skip
_HOW = {
    "en": r"how (?:(?:do|can|should|would) (?:i|we)|to)|(?:do|can|could) you|does (?:your|the|it)|"
    r"(?:is|are) there|have you got|what (?:do you do|happens|is your)|how much",
    "fr": r"comment (?:puis|peut|faire|je|on|\w+[ei]r\b)|est-ce que|\w+-(?:vous|t-il)|que faire",
    "pt": r"como (?:é que (?:eu|se)|posso|podemos|faço|fazer|devo|se|\w+[aei]r\b)",
    "es": r"c[oó]mo (?:puedo|podemos|hago|hacer|debo|se|\w+[aei]r\b)",
    "sw": r"jinsi (?:ya|gani)",
    "de": r"wie (?:kann|können|mache|melde|soll|muss)",
}


def is_supposed(plain: str, at: int, language: str) -> bool:
    """Whether "if" stands in the clause before `at` of a text as patterns are written."""
    return _ends_in_one(_IF_BEFORE, plain, at, language)


def is_asked_about(plain: str, at: int, language: str) -> bool:
    """As `is_supposed`; "how do I report a broken meter?" and "is it late?" suppose as well."""
    if _ends_in_one(_IF_OR_HOW_BEFORE, plain, at, language):
        return True
    asks = _QUESTION.match(plain, at) is not None
    return asks and _WHY_BEFORE.search(plain, max(0, at - _REACH), at) is None


def _ends_in_one(
    patterns: Mapping[str, re.Pattern[str]], plain: str, at: int, language: str
) -> bool:
    before = patterns.get(language, patterns["en"])
    return before.search(plain, max(0, at - _REACH), at) is not None


def _ends_in(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)[^.!?,:;\n]*$")


_QUESTION = re.compile(r"[^.!?,:;\n]{0,20}\?")
# Who asks why it is broken has it broken.
_WHY_BEFORE = _ends_in(r"why|how come|pourquoi|por ?qu[eêé]|kwa ?nini|mbona|warum|wieso")
_IF_BEFORE = {language: _ends_in(words) for language, words in _IF.items()}
_IF_OR_HOW_BEFORE = {
    language: _ends_in(f"{words}|{_HOW[language]}") for language, words in _IF.items()
}
