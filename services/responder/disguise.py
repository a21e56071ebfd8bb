"""Writing that says one thing to a reader and another to a check: undone, or refused (pure)."""

from __future__ import annotations

import re
import unicodedata

from services.responder.marked import Marked

# Not seen, but read by the next machine: zero width, direction marks, tags.
UNSEEN = dict.fromkeys(
    (
        *(0xAD, 0x34F, 0x61C, 0x180E, 0x3164, 0xFFA0, 0xFEFF, *range(0x115F, 0x1161)),
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)),
        *(*range(0xFE00, 0xFE0F), *range(0xE0000, 0xE01F0)),
    )
)
# Letters of other scripts that nobody can tell from ours, and ours that stand for others.
_LOOKALIKES = str.maketrans(
    "абвгдезкмнорстухіјѕԁһӏԛԝѵъьαβγεικνορτυχωηϲϳɡıℓ∣ɑɩʟɴʀᴀʙᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢɢʜɪʏꜰꜱ",  # noqa: RUF001
    "a6brge3kmhopctyxijsdhlqwvbbabyeikvoptuxwncjgilliilnrabcdejkmoptuvwzghiyfs",
)
_TURNED = str.maketrans("ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ", "acefghijkmrtvwy")  # upside down, read from behind
_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u20d0-\u20f0]")
# A letter that a reader takes for two scripts' at once.
_LATIN, _OTHER = r"[A-Za-z\u00c0-\u024f]", r"[\u0370-\u03ff\u0400-\u052f\u0531-\u0587\u13a0-\u13ff]"
_MIXED = re.compile(rf"{_LATIN}{_OTHER}|{_OTHER}{_LATIN}")
_OF_OTHERS = re.compile(rf"{_OTHER}{{2,}}")
_SPELT = re.compile(r"(?<![^\W_])(?:[^\W_][\s.,;:*·|/_~\u2013-]{1,3}){5,}[^\W_](?![^\W_])")
# Ogham, runes, Braille: nobody writes to customers in them.
_CARVED = re.compile("[\u1680-\u16ff\u2801-\u28ff]{2}")
_STRUCK = re.compile(r"(?:[^\W\d_][\u0334-\u0338\u0489\u20d0-\u20f0]+){2}")
_COSTUME = re.compile(
    "[\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff\U0001f130-\U0001f189"
    "\U0001f1e6-\U0001f1ff]"
)
_COSTUMES_MOST = 7
_MORSE = re.compile(r"[.\-\u2013\u2014_•·]{1,6}(?:[\s/|]+[.\-\u2013\u2014_•·]{1,6}){5}[\s/|]")
_ESCAPES = re.compile(
    r"(?:%[0-9a-f]{2}\s?){4}|(?:&#?\w{1,8};\s?){3}|(?:\\[ux]\{?[0-9a-f]{2,6}\}?\s?){3}", re.I
)
_OF_ESCAPES = re.compile(r"[%&\\]")
# What only machines say to each other: an object, a call, a role's or a step's name.
_CALL = Marked.of(
    "{|(|[|/|:",
    r"\{\s*['\"]|\b[a-z_]+(?:[._][a-z_]+)+\([^)\n]{0,200}\)|\b\w+\(\w+\s*=|\[/?[A-Z_]{5,30}\]"
    r"|^\s*/[a-z]+ |^\s*(?i:action|action input|thought|observation|tool|function|system"
    r"|assistant|handover_reason|note to (?:the )?(?:agent|staff|system|colleague)s?)\s*:",
    re.M,
)
_OF_CODE = re.compile(r"[a-z0-9][A-Z]|[0-9][a-z]")
_RUN = re.compile(r"[A-Za-z0-9+/=_-]{4,}")
_DIGIT_INSIDE = re.compile(r"[A-Za-z]\d+[A-Za-z]")
_HUMP = re.compile(r"[a-z0-9][A-Z]")
_LONG, _HUMPS_MOST, _HUMPED_WORDS_MOST = 8, 1, 2


def folded(text: str) -> str:
    """In small letters, each written one way, nothing unseen between them: what patterns read."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text.translate(UNSEEN)).lower()
    return _MARKS.sub("", text)


def readings(text: str) -> tuple[str, ...]:
    """Folded, and again without accents and look-alikes, where that is another text."""
    seen = folded(text)
    if seen.isascii():
        return (seen,)
    bare = _MARKS.sub("", unicodedata.normalize("NFD", seen)).translate(_LOOKALIKES)
    return (seen, bare) if bare != seen else (seen,)


def turned(text: str) -> str:
    """From behind; letters that stand on their heads upright."""
    return text.translate(_TURNED)[::-1]


def is_disguised(text: str, known: str) -> bool:
    """Code, cipher or costume that stands in nothing we know: no customer needs it to read us."""
    return (
        _is_in_code(text, known)
        or any(found[0] not in known for found in _SPELT.finditer(text))
        or (not text.isascii() and _is_in_costume(text, known))
    )


def speaks_to_machines(text: str, known: str) -> bool:
    """A call of a tool, or what looks like one to whoever reads it next."""
    return any(found[0] not in known for found in _CALL.finditer(text))


def _is_in_code(text: str, known: str) -> bool:
    """Base64, hex and their like, leet, Morse, escapes."""
    if _MORSE.search(text) or (_OF_ESCAPES.search(text) and _ESCAPES.search(text)):
        return True
    if not _OF_CODE.search(text):
        return False
    humped = 0
    for run in _RUN.findall(text):
        humps = len(_HUMP.findall(run))
        if (not humps and not _DIGIT_INSIDE.search(run)) or run in known:
            continue
        if _DIGIT_INSIDE.search(run) or (len(run) >= _LONG and humps > _HUMPS_MOST):
            return True
        humped += 1
    return humped > _HUMPED_WORDS_MOST


def _is_in_costume(text: str, known: str) -> bool:
    if _STRUCK.search(text) or _CARVED.search(text):
        return True
    if any(found[0] not in known for found in _MIXED.finditer(text)):
        return True
    others = _OF_OTHERS.findall(text)
    # A word of another script among ours; where that script is the reply's own, it may.
    are_guests = sum(map(len, others)) * 2 < sum(map(str.isalpha, text))
    if are_guests and any(word not in known for word in others):
        return True
    return len(_COSTUME.findall(text)) > _COSTUMES_MOST and text not in known
