"""What is said, cut into pieces that every channel takes at once (pure)."""

from __future__ import annotations

import unicodedata

from mesh.markup import spans

# WhatsApp: 4096 characters of a text body. Telegram: 4096 UTF-16 units. The stricter one counts.
PART_UNITS_MOST = 4096
_BREAKS = ("\n\n", "\n", ". ", " ")
# UAX 29, grapheme clusters: what goes on with the character before it. Spacing marks, those that
# enclose, accents; then joiners, tags of flags, skin tones, and a line feed after its return.
_MARKS = ("Mn", "Mc", "Me")
_JOINER = "\N{ZERO WIDTH JOINER}"
_VIRAMA = 9
_LETTERS_OF_FLAGS = range(0x1F1E6, 0x1F200)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
# Parts of a Korean syllable that was written in pieces: vowels and finals follow something.
_JAMO = range(0x1160, 0x1200)


def parts_of(text: str) -> list[str]:
    """At paragraph, line, sentence or word ends, never inside what is read as one character or,
    where there is anything before it, a marked stretch. Nothing is lost but the blank between.
    """
    parts: list[str] = []
    rest = text.strip()
    while units(rest) > PART_UNITS_MOST:
        at = _outside_marks(rest, _cut(units_cut(rest, PART_UNITS_MOST)))
        at = _between_characters(rest, at)
        parts.append(rest[:at].strip())
        rest = rest[at:].strip()
    return [part for part in (*parts, rest) if part]


def units(text: str) -> int:
    """How long a text is for whoever counts strictest: in UTF-16."""
    return len(text) + sum(character > "\uffff" for character in text)


def units_cut(text: str, most: int) -> str:
    """As much of it as fits, never half a character."""
    text = text[:most]
    while (over := units(text) - most) > 0:
        text = text[: -((over + 1) // 2)]
    return text


def _cut(head: str) -> int:
    """After the last break of the best kind in the second half; else in mid-word."""
    for mark in _BREAKS:
        at = head.rfind(mark, len(head) // 2)
        if at > 0:
            return at + len(mark)
    return len(head)


def _outside_marks(text: str, at: int) -> int:
    """Before a marked stretch rather than inside it, unless that leaves nothing."""
    start = next((span.start for span in spans(text) if span.start < at < span.end), at)
    return start if text[:start].strip() else at


def _between_characters(text: str, at: int) -> int:
    """Back to where two characters meet, unless that leaves nothing."""
    start = at
    while 0 < start < len(text) and _is_one(text, start):
        start -= 1
    return start if text[:start].strip() else at


def _is_one(text: str, at: int) -> bool:
    """Whether a reader sees what stands before and after as one character."""
    before, after = text[at - 1], text[at]
    code = ord(after)
    if after == _JOINER or unicodedata.category(after) in _MARKS:
        return True
    if code in _SKIN_TONES or code in _TAGS or code in _JAMO:
        return True
    if before == _JOINER or unicodedata.combining(before) == _VIRAMA:
        return not after.isspace()
    if code in _LETTERS_OF_FLAGS:
        return _letters_of_flags(text, at) % 2 == 1
    return before + after == "\r\n"


def _letters_of_flags(text: str, end: int) -> int:
    """How many stand in a row before: two are a flag."""
    start = end
    while start and ord(text[start - 1]) in _LETTERS_OF_FLAGS:
        start -= 1
    return end - start
