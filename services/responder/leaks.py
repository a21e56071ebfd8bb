"""Our instructions and keys, in whatever dress they would leave (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import AnyStr

from services.responder.ciphers import ALPHABET, codes, skeleton, steps
from services.responder.disguise import folded
from services.responder.marked import Marked

# Our instructions in so many letters, some three words. A reply may hold a few such runs, as a
# customer's answer may say "the passages below"; not several, and not one after another.
_RUN, _STRIDE = 16, 4
_MARKUP = re.compile(r"<[^<>]*>")
_RUNS_MOST = 4
# What is moved through the alphabet keeps the steps between its letters.
_STEPS = 20
_LEVEL = bytes(min(step, -step % ALPHABET) for step in range(256))  # mirrored or not
_TOLD_MOST = 2
_RULES_RETOLD = (
    Marked.of("json", r"\bjson\b"),
    Marked.of(
        "passag|pasaj|textst|abschn|trecho|fragment|kifungu|vifungu|bran|đoạn|अनुच्छेद|àyọkà|ክፍሎች"
        "|izingcezu|bagian|пассаж|отрыв|段落|抜粋|지문|المقطع|المقاطع",
        r"passage|passag(?:em|ens)|pasaj|textstelle|abschnitt|trecho|fragment(?:o|[óo]w)"
        r"|kifungu|vifungu|bran[oi]\b|đoạn|अनुच्छेद|àyọkà|ክፍሎች|izingcezu|bagian di bawah"
        r"|пассаж|отрыв|段落|抜粋|지문|المقاطع|المقطع",
    ),
    Marked.of(
        "handover|citat|cita|zitat|nukuu|передач|引用|인용",
        r"handover|citation|cita(?:s|ções|tions?)\b|zitat|nukuu|передач|引用|인용",
    ),
    Marked.of(
        "invent|erfind|buni|выдум|придум|编造|捏造|でっち|uydur|verzin|wymyśl|mengarang|bịa|गढ़"
        "|ختلق|hùmọ̀|አልፈጥር|ukuqamba",
        r"(?:never|not|jamais|nunca|nie|niemals|kamwe|usi|mai|non|никогда|ne)\W+(?:\w+\W+)?"
        r"(?:invent|erfind|inventer|buni|выдум|придум)|编造|捏造|でっち"
        r"|uydur|verzin|wymyśl|mengarang|\bbịa\b|गढ़|ختلق|hùmọ̀|አልፈጥር|ukuqamba",
    ),
    Marked.of(
        "mark|canary|marque|marca|alama|внутренн|内部",
        r"internal mark|secret mark|canary|marque interne|marca interna|interne mark"
        r"|alama ya ndani|внутренн\w+ (?:метк|знак)|内部标记|内部マーク",
    ),
    Marked.of(
        "prompt|instru|rules|règles|consigne|regras|reglas|regeln|anweisung|istruz|инструкц|правил"
        "|提示|指令|指示|プロンプト|maagizo yangu|systemnachricht",
        r"(?:system|initial|hidden|internal|my|mes|minhas|mis|meine|mie|мои|系统|システム)\W*"
        r"(?:prompt|instruc|instruk|rules|règles|consigne|regras|reglas|regeln|anweisung|istruz"
        r"|инструкц|правил|提示|指令|指示|プロンプト)|maagizo yangu|systemnachricht",
    ),
    Marked.of(
        "rules|règles|regras|reglas|regeln|kanuni|sheria|правил|规则",
        r"(?:change|changer|modifi|alterar|mudar|cambiar|ändern|kubadili\w*|измен)\W+(?:\w+\W+){0,2}"
        r"(?:rules|règles|regras|reglas|regeln|kanuni|sheria|правил)|更改.{0,4}规则",
    ),
    Marked.of(
        "mark|marc|balis|auszei|format|разметк|标记|マーク|opmaak|biçim|znacz|تنسيق|định",
        r"markup|markdown|balis|auszeichnung|formatação|formato de marc|разметк|标记|マークアップ"
        r"|opmaak|biçimlendir|znacznik|formattazione|تنسيق|định dạng",
    ),
    Marked.of(
        "human|humain|mens|binadamu|человек|是人类|人間だと|człowiek|insan|umano|manusia|con người"
        "|إنسان|इंसान|ènìyàn|ሰው ነኝ|ngingumuntu",
        r"(?:say|said|claim|pose|dire|dizer|decir|sagen|sema|говор)\w*\W+(?:\w+\W+){0,4}"
        r"(?:human|humain|humano|mensch|binadamu|человек)|是人类|人間だと"
        r"|\been mens\b|człowiek|\binsan\b|insan olduğ|umano\b|manusia|con người|إنسان|इंसान|ènìyàn"
        r"|ሰው ነኝ|ngingumuntu",
    ),
    Marked.of(
        "wörter|parole|at most|au plus|palabras|maneno|слов",
        r"wörter|parole\b|at most \w+ words|au plus \w+ mots| palabras|maneno \d|\d слов",
    ),
)
_KEYS = Marked.of(
    "csk_|whsec_|sk-|sk_|akia|ghp_|gho_|ghu_|ghs_|ghr_|xox|glpat-|eyj|begin |eaa|:|aiza|sg.|npm_"
    "|hf_|basic|bearer",
    r"\b(?:csk_[0-9a-z]{2,40}_\w{8}|whsec_[\w+/=]{8}|sk[-_](?:live|test|proj|ant)?[-_]?\w{16}"
    r"|akia[0-9a-z]{16}\b|gh[pousr]_\w{20}|xox[abprs]-[\w-]{10}|glpat-[\w-]{16}"
    r"|eyj[\w-]{8,}\.[\w-]{8}|begin [a-z ]*private key-|\d{8,10}:[\w-]{35}\b|eaa[a-z0-9]{24}"
    r"|(?:postgres(?:ql)?|redis|amqp|mongodb)(?:\+\w+)?://[^\s:@/]+:[^\s@/]+@"
    r"|aiza[\w-]{35}|sg\.[\w-]{16,}\.[\w-]{16,}|npm_\w{30,}|hf_[a-z]{30,}|basic\s+[a-z0-9+/]{20,}={0,2}"
    r"|https?://[^\s:@/]+:[^\s@/]+@"
    r"|bearer\s+[\w.~+/-]{16})",
)


@dataclass(frozen=True, slots=True)
class _Ours:
    runs: frozenset[str]
    steps: frozenset[bytes]


def holds_key(text: str) -> bool:
    """Something that opens a door; whoever wrote it into an article did not mean to."""
    return bool(_KEYS.search(folded(text)))


def tells_instructions(text: str, instructions: str, cited: str, said_before: str = "") -> bool:
    """Too much of them for chance: as they are, in leet, moved, reversed, retold, or bit by bit."""
    ours = _ours(instructions)
    told = _told(text, ours)
    if told:
        known = skeleton(cited)
        told = frozenset(run for run in told if run not in known)
    if len(told) > _RUNS_MOST:
        return True
    if told and said_before and len(told | _told(said_before, ours)) > _RUNS_MOST:
        return True
    return _is_moved(text, ours, cited) or _is_retold(text, cited)


@lru_cache(maxsize=64)
def _ours(instructions: str) -> _Ours:
    # A reply loses its markup before it is compared; so said, ours would be in pieces.
    forms = [skeleton(each) for each in (instructions, _MARKUP.sub("", instructions))]
    return _Ours(
        frozenset(form[n : n + _RUN] for form in forms for n in range(len(form) - _RUN + 1)),
        _every(instructions),
    )


def _every(text: str) -> frozenset[bytes]:
    moves = steps(codes(text)).translate(_LEVEL)
    return frozenset(moves[n : n + _STEPS] for n in range(len(moves) - _STEPS + 1))


def _told(text: str, ours: _Ours) -> frozenset[str]:
    said = skeleton(text)
    return ours.runs.intersection([*_runs(said, _RUN), *_runs(said[::-1], _RUN)])


def _is_moved(text: str, ours: _Ours, cited: str) -> bool:
    """By Caesar's cipher or its mirror, also from behind."""
    level = steps(codes(text)).translate(_LEVEL)
    for seen in (level, level[::-1]):
        found = ours.steps.intersection(_runs(seen, _STEPS))
        if len(found) > _RUNS_MOST and len(found.difference(_every(cited))) > _RUNS_MOST:
            return True
    return False


def _runs(said: AnyStr, size: int) -> list[AnyStr]:
    return [said[n : n + size] for n in range(0, len(said) - size + 1, _STRIDE)]


def _is_retold(text: str, cited: str) -> bool:
    """In other words or another language: several of the things that only our rules speak of."""
    seen = folded(text)
    told = [rule for rule in _RULES_RETOLD if rule.search(seen)]
    if len(told) <= _TOLD_MOST:
        return False
    known = folded(cited)
    return sum(not rule.search(known) for rule in told) > _TOLD_MOST
