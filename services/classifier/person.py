"""Whether the customer asks for a human, in so many words (pure)."""

import re

from services.classifier.patterns import any_of

_PATTERNS = (
    # English: "talk to a real person", "agent please", "call me back", "no bots"
    r"\b(?:speak|talk|chat|spoke|connect|transfer|put)\w*\b[^.!?\n]{0,30}\b(?:to|with|through)\b"
    r"[^.!?\n]{0,25}\b(?:human|person|people|agent|someone|somebody|representative|manager|"
    r"supervisor|operator|advis[oe]r|staff|employee|customer (?:service|support))\b",
    r"\b(?:real|live|actual) (?:human|person|agent)\b",
    r"^[^\w\n]*(?:human|agent|operator|representative|person)\b(?:\W*(?:please|pls|now))?[^\w\n]*$",
    r"\b(?:get|give|find) me (?:a|an|your|the) (?:human|person|agent|manager|supervisor)\b",
    r"\b(?:call|ring|phone) me(?: back)?\b",
    r"\b(?:not|don't|no) [^.!?\n]{0,25}\b(?:bots?|robots?|machines?|chatbots?)\b",
    # French
    r"\b(?:parler|discuter|échanger)\b[^.!?\n]{0,20}\b(?:conseiller|conseillère|humain|personne|"
    r"quelqu'un|agent|responsable)\b",
    r"\b(?:vrai(?:e)? personne|passez-moi|rappelez-moi)\b",
    # Portuguese
    r"\bfalar com\b[^.!?\n]{0,20}\b(?:atendente|pessoa|humano|alguém|agente|gerente|"
    r"assistente|responsável)\b",
    r"\b(?:pessoa (?:real|de verdade)|atendente humano|liguem?-me)\b",
    # Spanish
    r"\bhablar con\b[^.!?\n]{0,20}\b(?:persona|humano|agente|alguien|asesor|encargado)\b",
    # German
    r"\b(?:mit|einen?|einem)\b[^.!?\n]{0,25}\b(?:menschen|mitarbeiter(?:in)?|berater(?:in)?)\b"
    r"[^.!?\n]{0,15}\b(?:sprechen|reden|verbinden)\b",
    # Swahili: to talk, to be connected, with a person, an agent, a manager
    r"\b(?:ku)?(?:ongea|zungumza|wasiliana)\w* na\b[^.!?\n]{0,15}\b(?:mtu|mhudumu|wakala|binadamu|"
    r"meneja|afisa)\b",
    r"\bniunganish\w+ na\b",
    # Zulu: to talk with a person
    r"\b\w*khuluma no(?:muntu|mmeli|menenja)\b",
)
_ANY = any_of(_PATTERNS, re.MULTILINE)


def wants_person(text: str) -> bool:
    return _ANY.search(text.lower()) is not None
