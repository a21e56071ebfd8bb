"""What a reply claims: figures, dates, addresses, links, promises; and whether it may (pure)."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

from services.responder.addresses import addresses_stand, without_addresses
from services.responder.letters import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"[0-9][0-9]*(?:[.,:][0-9]+)*")  # begins with a class: is looked for faster
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s+", re.M)
_THOUSANDS = re.compile(r"[, '\u00a0\u202f](?<=\d.)(?=\d{3}(?!\d))")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
# Days and months are claims like figures; spoken numbers too, but for "one", which is an article.
_SPOKEN = {
    word: figure
    for figure, spoken in {
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
    for word in spoken.split()
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
_QUANTITY = re.compile(
    r"(?:[$€]|\b(?:kes|ksh|usd|eur)\b)\s?\d[\d.,]*"
    r"|\d[\d.,]*(?:\s?[%$€]|[\s-]+(?:[^\W\d_]+[\s-]+)?[^\W\d_]+)"
)
# In the middle of a sentence: after a word or a comma.
_NAME = re.compile(r"(?<=[\w,;)] )[A-ZÀ-ÖØ-Þ][\w\u2019'-]{2,}")
_CAPITALS_NAME = frozenset({"en", "fr", "pt", "es", "sw", "zu"})
# Capitals that name nobody.
_ADDRESSED = frozenset(
    word
    for named in (
        "customer team support service sir madam mrs miss i'll i've i\u2019ll i\u2019ve internet",
        "client équipe cliente equipa equipe equipo timu mteja",
        # Lands, as another language than the passage's calls them.
        "kenia quénia quênia ouganda tanzanie tanzânia europe europa afrique áfrica",
    )
    for word in named.split()
)
_WEEKDAY = re.compile(r"[^\W\d_]+-feira")
# "2 years" is not "2 days": what a figure counts is part of the claim.
_UNITS = {
    word: unit
    for unit, named in {
        "minute": "minute minutes minuten minuto minutos dakika",
        "hour": "hour hours heure heures hora horas stunde stunden saa",
        "day": "day days jour jours dia dias día días tag tage tagen siku",
        "week": "week weeks semana semanas semaine semaines woche wochen wiki",
        "month": "month months mois mês mes meses monat monate monaten mwezi miezi",
        "year": "year years an ans année années ano anos año años jahr jahre jahren mwaka miaka",
        "%": "percent prozent asilimia cent cento centa",
        "$": "dollar dollars usd",
        "€": "euro euros eur",
        "shilling": "shilling shillings schilling schillings shilingi kes ksh",
    }.items()
    for word in named.split()
}
_BESIDE = re.compile(r"[$€]\s?\d|\d\s?[%$€]|\d[\s-]+(?:[^\W\d_]+[\s-]+)?[^\W\d_]+")


class Known:
    """What a reply was made from; read once for all that is asked of it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def plain(self) -> str:
        return _plain(self.text)

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(_NUMBER.findall(self.plain))

    @cached_property
    def spoken(self) -> set[str]:
        return _spoken(self._said)

    @cached_property
    def units(self) -> set[str]:
        return _units(self.plain, self._said)

    @cached_property
    def days(self) -> frozenset[str]:
        return _days(self.plain, self._said)

    @cached_property
    def _said(self) -> frozenset[str]:
        return frozenset(words(self.plain))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(beginnings(self.text))


def particulars_stand(
    text: str, known: Known, allowed_hosts: Sequence[str] = (), language: str = ""
) -> bool:
    """Every date, name, address and link of a reply stands in what it was made from."""
    rest = without_addresses(text)
    return (
        addresses_stand(text, known.text, allowed_hosts)
        and _days_stand(rest, known)
        and _names_stand(rest, known, language)
    )


def beginnings(text: str) -> set[str]:
    """The first five letters of each word of three or more, as endings differ."""
    return {word[:5] for word in set(words(text.casefold())) if len(word) > 2}  # noqa: PLR2004


def speaks_of(text: str, topics: Iterable[str]) -> bool:
    """One of the topics, all of its words."""
    if not topics:
        return False
    said = beginnings(text)
    return any(topic and topic <= said for topic in map(beginnings, topics))


def figures_stand(text: str, known: Known) -> bool:
    """Each number, in digits or words, and what it counts; not those of lists and addresses."""
    text = _plain(without_addresses(_NUMBERED.sub("", text)))
    said_words = frozenset(words(text))
    said = {*_NUMBER.findall(text), *_spoken(said_words)}
    if not said:
        return True
    missing = said - known.numbers
    if missing and not missing <= known.spoken:
        return False
    beside = " ".join(_BESIDE.findall(text))
    return _units(beside, frozenset(words(beside))) <= known.units


def quantities(text: str) -> str:
    """Only the figures that count something: money, time, shares. An order's number does not."""
    found = _QUANTITY.findall(_plain(text))
    return "; ".join(each for each in found if _units(each, frozenset(words(each))))


def _days_stand(text: str, known: Known) -> bool:
    text = text.lower()
    said = _days(text, frozenset(words(text)))
    return not said or said <= known.days


def _names_stand(text: str, known: Known, language: str) -> bool:
    """People, places and products: a capital where no sentence begins."""
    return language not in _CAPITALS_NAME or all(
        beginnings(name) <= known.words or name.lower() in _ADDRESSED or name[:5].isupper()
        for name in _NAME.findall(text)
    )


def _days(text: str, said: frozenset[str]) -> frozenset[str]:
    days = _CALENDAR & said
    return days.union(_WEEKDAY.findall(text)) & _CALENDAR if "-feira" in text else days


def _plain(text: str) -> str:
    """In small letters, digits of any script as ours, without what only groups them."""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), text)
    return _THOUSANDS.sub("", text)


def _spoken(said: frozenset[str]) -> set[str]:
    return {_SPOKEN[word] for word in _SPOKEN.keys() & said}


def _units(text: str, said: frozenset[str]) -> set[str]:
    signs = [sign for sign in "%$€" if sign in text]
    return {*signs, *[_UNITS[word] for word in _UNITS.keys() & said]}
