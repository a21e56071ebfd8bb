"""Whether a reply is in the customer's language, by its small words and its script (pure).

Coarse on purpose: it speaks up only where a reader would see the mistake at once.
"""

from __future__ import annotations

import unicodedata

from services.responder.letters import words

# Words that are frequent in one of these languages and rare in the others.
_SMALL_WORDS = {
    "en": "the and is are you your we our it this that with for to of not can will have from if",
    "fr": "le les des une est et vous votre nous notre dans pour avec sur pas que qui sont sera du",
    "pt": "os uma não você sua seu nós nossa para com em dos das são será até pelo pela ao já",
    "es": "el los las una es usted su nosotros nuestra para con en del por que está son será al",
    "de": "der die das und ist sie ihr ihre wir unser nicht mit für auf ein eine werden kann von",
    "sw": "ya wa kwa na ni katika yako wako yetu wetu kama hii hiyo baada siku lakini tu za la",
    "zu": "futhi uma ngoba noma kodwa lokhu wakho yakho lapha kanye ukuthi ngaphambi emva nge",
}
_OF = {
    word: [code for code, small in _SMALL_WORDS.items() if word in small.split()]
    for small in _SMALL_WORDS.values()
    for word in small.split()
}
_SCRIPTS = {"ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "am": "ETHIOPIC", "hi": "DEVANAGARI"}
_LATIN = "LATIN"
_CHARACTERS_LEAST = 40
_WORDS_LEAST = 3


def _is_written_in(script: str, text: str, letters: str) -> bool:
    """Half of the letters at least; what is ASCII need not be looked up."""
    if text.isascii():
        return script == _LATIN
    return sum(unicodedata.name(c, "").startswith(script) for c in letters) * 2 >= len(letters)


def is_another(text: str, language: str) -> bool:
    """True only where it is plain to see; a short text and a language not listed pass."""
    said = words(text.lower())
    letters = "".join(said)
    if len(letters) < _CHARACTERS_LEAST:
        return False
    script = _SCRIPTS.get(language, _LATIN if language in _SMALL_WORDS else "")
    if script and not _is_written_in(script, text, letters):
        return True
    if language not in _SMALL_WORDS:
        return False
    counts = dict.fromkeys(_SMALL_WORDS, 0)
    for word in said:
        for code in _OF.get(word, ()):
            counts[code] += 1
    best = max(counts, key=counts.__getitem__)
    return counts[best] >= _WORDS_LEAST and counts[best] > 2 * counts[language] + 1
