"""What a reply claims: figures, dates, addresses, links, promises; and whether it may (pure)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_THOUSANDS = re.compile(r"(\d)[, '\u00a0\u202f](?=\d{3}(?!\d))")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"\b(?:[a-z][a-z0-9+.-]*://|www\.|javascript:|data:|tel:)[^\s)>\]\"']+", re.I)
_WORD = re.compile(r"[^\W\d_]{3,}")
# Days and months are claims like figures; spoken numbers too, but for "one", which is an article.
_SPOKEN = {
    word: figure
    for figure, words in {
        "2": "two deux dois duas dos zwei mbili",
        "3": "three trois três tres drei tatu",
        "4": "four quatre quatro cuatro vier nne",
        "5": "five cinq cinco fünf tano",
        "6": "six seis sechs sita",
        "7": "seven sept sete siete sieben saba",
        "8": "eight huit oito ocho acht nane",
        "9": "nine neuf nove nueve neun tisa",
        "10": "ten dix dez diez zehn kumi",
        "12": "twelve douze doze doce zwölf",
        "14": "fourteen quatorze catorze catorce vierzehn",
        "15": "fifteen quinze quince fünfzehn",
        "20": "twenty vingt vinte veinte zwanzig ishirini",
        "30": "thirty trente trinta treinta dreißig thelathini",
        "40": "forty quarante quarenta cuarenta vierzig arobaini",
        "50": "fifty cinquante cinquenta cincuenta fünfzig hamsini",
        "60": "sixty soixante sessenta sesenta sechzig sitini",
        "100": "hundred cent cem cien hundert mia",
    }.items()
    for word in words.split()
}
_CALENDAR = frozenset(
    name
    for names in (
        "monday tuesday wednesday thursday friday saturday sunday tomorrow january february april",
        "june july august september october november december",
        "lundi mardi mercredi jeudi vendredi samedi dimanche janvier février avril juin juillet",
        "août septembre octobre novembre décembre",
        "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo janeiro",
        "fevereiro abril junho julho setembro outubro dezembro",
        "lunes martes miércoles jueves viernes enero febrero junio julio septiembre octubre",
        "noviembre diciembre",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar juni juli",
        "oktober dezember",
        "jumatatu jumanne jumatano alhamisi ijumaa jumamosi jumapili",
    )
    for name in names.split()
)
_LETTERS = re.compile(r"[^\W\d_]+")
_CALENDAR_WORD = re.compile(r"[^\W\d_]+(?:-feira)?")
# "2 years" is not "2 days": what a figure counts is part of the claim. These and the promises read
# small letters: to fold each letter as it is compared takes five times as long.
_UNITS = tuple(
    re.compile(rf"(?<![^\W\d_])(?:{names})(?![^\W\d_])")
    for names in (
        "minut(?:e|es|en|os?)|dakika",
        "hours?|heures?|horas?|stunden?|saa",
        "days?|jours?|d[ií]as?|tage?n?|siku",
        "weeks?|semain?as?|semaines?|wochen?|wiki",
        "months?|mois|m[êe]s|meses|monate?n?|mwezi|miezi",
        "years?|ans?|années?|a[nñ]os?|jahre?n?|mwaka|miaka",
        "%|percent|prozent|asilimia|(?:pour|por) cent[oa]?",
        "\\$|dollars?|usd",
        "€|euros?|eur",
        "shillings?|schillings?|shilingi|kes|ksh",
    )
)
_BESIDE = re.compile(r"[$€]\s?\d|\d\s?[%$€]|\d[\s-]+(?:[^\W\d_]+[\s-]+)?[^\W\d_]+")
# What a business binds itself by; a sentence that speaks of one needs a passage that does.
_PROMISES = tuple(
    re.compile(rf"\b(?:{stems})")
    for stems in (
        "refund|rembours|reembols|erstatt|money back|rudishi",
        "compensat|indemnis|indemni[sz]|compens|entschädig|fidia",
        "discount|rabais|remise|descont|descuent|rabatt|punguzo|voucher|coupon",
        "credited|crédit|credit to|gutschrift",
        "guarantee|garanti|garantie|dhamana|warrant",
        "free of charge|for free|gratuit|gratis|kostenlos|bila malipo",
        "sue|lawsuit|tribunal|verklag|mahakama|liable",
        "diagnos|dosage|prescri",
    )
)
_SENTENCE = re.compile(r"[^.!?…。؟।\n]+[.!?…。؟।]*")


def is_grounded(text: str, known: str, allowed_hosts: Sequence[str] = ()) -> bool:
    """Every figure, date, address and link of a reply stands in what it was made from."""
    rest = text
    if links := _URL.findall(text):
        if not all(_is_known_link(url, known, allowed_hosts) for url in links):
            return False
        rest = _URL.sub(" ", rest)
    if mails := _mails(text):
        if not mails <= _mails(known):
            return False
        rest = _EMAIL.sub(" ", rest)
    return _figures_stand(rest, known) and _days_stand(text, known)


def promises_freely(text: str, cited: str) -> bool:
    """A sentence binds the business, and no cited passage speaks of that. Questions do not bind."""
    parts, cited = _SENTENCE.findall(text.lower()), cited.lower()
    said = [part for part in parts if not part.rstrip().endswith(("?", "؟"))]
    return any(
        promise.search(part) and not promise.search(cited) for part in said for promise in _PROMISES
    )


def shares_words(text: str, cited: str) -> bool:
    """Some of what it says is said there; by the beginnings of words, as endings differ."""
    said = beginnings(text)
    return not said or bool(said & beginnings(cited))


def beginnings(text: str) -> set[str]:
    """The first five letters of each word of three or more."""
    return {word[:5] for word in _WORD.findall(text.casefold())}


def speaks_of(text: str, topics: Iterable[str]) -> bool:
    """One of the topics, all of its words."""
    said = beginnings(text)
    return any(words and words <= said for words in map(beginnings, topics))


def _mails(text: str) -> set[str]:
    return {mail.lower() for mail in _EMAIL.findall(text)} if "@" in text else set()


def _figures_stand(text: str, known: str) -> bool:
    """Each number, in digits or words, and what it counts."""
    text = _plain(text)
    said = {*_NUMBER.findall(text), *_spoken(text)}
    if not said:
        return True
    known = _plain(known)
    missing = said.difference(_NUMBER.findall(known))
    if missing and not missing <= _spoken(known):
        return False
    beside = " ".join(_BESIDE.findall(text))
    return all(unit.search(known) for unit in _UNITS if unit.search(beside))


def _days_stand(text: str, known: str) -> bool:
    said = _days(text)
    return not said or said <= _days(known)


def _days(text: str) -> frozenset[str]:
    return _CALENDAR.intersection(_CALENDAR_WORD.findall(text.lower()))


def _is_known_link(url: str, known: str, allowed_hosts: Sequence[str]) -> bool:
    shown = url.rstrip(".,;:!?")
    if shown in known:
        return True
    parts = urlsplit(shown if "//" in shown else f"//{shown}")
    is_web = parts.scheme in {"", "http", "https"} and "@" not in parts.netloc
    return is_web and parts.hostname in allowed_hosts


def _plain(text: str) -> str:
    """In small letters, digits of any script as ours, without what only groups them."""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), text)
    return _THOUSANDS.sub(r"\1", text)


def _spoken(text: str) -> set[str]:
    words = _LETTERS.findall(text)
    return {_SPOKEN[word] for word in words if word in _SPOKEN}
