"""What binds the business or was never done: promises without a source, deeds nobody did (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from services.responder.claims import Known, figures_stand, quantities
from services.responder.disguise import readings

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDS = re.compile(r"[.!?…\n]")
_SENTENCE = re.compile(r"[^.!?…。؟।\n]+[.!?…。؟।]*")
# What a business binds itself by; a sentence that speaks of one needs a passage that does. These
# read small letters: to fold each letter as it is compared takes five times as long.
_KINDS = {
    stem: kind
    for kind, stems in enumerate(
        (
            "refund|rembours|reembols|erstatt|money back|rudishi|rejesh",
            "compens|indemnis|indemniz|entschädig|fidia",
            "discount|rabais|remise|descont|descuent|rabatt|punguzo|voucher|coupon",
            "credited|crédit|credit to|gutschrift",
            "garanti|guarantee|dhamana|warrant",
            "free of charge|for free|gratuit|gratis|kostenlos|bila malipo|bure",
            "sue|lawsuit|tribunal|verklag|mahakama|liable",
            "diagnos|dosage|prescri",
            "waive|annuler les frais|annulerons les frais|erlassen",
            "i promise|we promise|my word|je promets|je vous promets|nous promettons|prometo"
            "|nous vous promettons|prometemos|ich verspreche|wir versprechen|ninaahidi|tunaahidi",
        )
    )
    for stem in stems.split("|")
}
# "Bure" is Swahili for free of charge, a bureau is not.
_PROMISES = re.compile(rf"\b(?:{'|'.join(_KINDS)})".replace("bure", r"bure\b"))
# A question that commits all the same.
_COMMITS = re.compile(
    r"\b(?:(?:we|i|you)(?:['\u2019]ll| will| shall)|nous allons|je vais|vous (?:recevrez|aurez)"
    r"|vamos|iremos|você receberá|recibirá|le daremos|wir werden|sie erhalten|ich werde|tuta\w+"
    r"|nita\w+|uta\w+)"
)
# We have no hands: a model that says it did something did not do it, and nobody else will.
_DONE = (
    r" (?:\w+ )?(?:refunded|cancell?ed|processed|issued|approved|escalated|transferred|forwarded"
    r"|changed|updated|reset|sent|credited|unlocked|deleted|booked|arranged|reported|notified)\b"
)
_DEEDS = re.compile(
    rf"\b(?:i(?:['\u2019]ve| have){_DONE}"
    rf"|we(?:['\u2019]ve| have) (?:just|now|already){_DONE}"
    r"|your(?<!if your)(?<!when your)(?<!once your)(?<!after your)(?<!until your)"
    r" (?:refund|order|account|payment|request) (?:has|have) (?:just |now |already )?been"
    r" (?:refunded|cancell?ed|processed|issued|approved|escalated|credited|unlocked|deleted)\b"
    r"|i(?:['\u2019]ll| will)(?: now| personally)? (?:transfer|escalate|forward|call|refund"
    r"|cancel|process|make sure|arrange|send you|notify|report)\b"
    r"|somebody (?:will|is going to) (?:call|visit)|someone (?:will|is going to) (?:call|visit)"
    r"|an? (?:agent|colleague|manager) (?:will|is going to) (?:call|visit)"
    r"|j['\u2019]ai (?:\w+ )?(?:remboursé|annulé|traité|modifié|transféré|transmis|envoyé)"
    r"|reembolsei\b|cancelei\b|processei\b|alterei\b|encaminhei\b|enviei\b|desbloqueei\b"
    r"|he (?:reembolsado|cancelado|procesado|cambiado|transferido|enviado|desbloqueado)\b"
    r"|ich habe [^.!?\n]{0,60}(?:erstattet|storniert|bearbeitet|geändert|weitergeleitet)"
    r"|nime(?:rudisha|ghairi|badilisha|tuma|peleka|fungua))"
)
_ASKS_FOR_SECRETS = re.compile(
    r"\b(?:(?P<typed>enter|type|confirm|saisissez|digite|introduzca|geben|weka)|send|give|tell|share"
    r"|provide|reply with|need|require|(?:may|could|can) i have|what(?:['\u2019]s| is| are)"
    r"|envoyez|donnez|indiquez|communiquez"
    r"|quel(?:le)? est|envie|diga|informe|forneça|qual (?:é|e)|envíe|dígame|indique|cuál es|senden"
    r"|nennen|schicken|wie lautet|tuma|tupe|nipe|taja)\b"
    r"(?P<between>[^.?!\n]{0,60})\b(?:password|passcode|pin|cvv|cvc|card number"
    r"|otp"
    r"|(?<!promo )(?<!discount )(?<!voucher )(?<!coupon )(?<!gift )(?<!card )(?<!qr )(?<!country )"
    r"(?<!postal )(?<!tracking )(?<!order )(?<!referral )(?<!area )(?<!promotional )codes?"
    r"|mot de passe|numéro de (?:la |votre )?carte|senha|número do (?:seu )?cartão|contraseña"
    r"|número de (?:su )?tarjeta|passwort|kartennummer|nenosiri|namba ya (?:siri|kadi))\b"
)
# As far before it as its negation stands.
_BEFORE = 16
_NOT = re.compile(
    r"\b(?:never|not|nobody|no one|don['\u2019]?t|doesn['\u2019]?t|won['\u2019]?t|jamais|pas"
    r"|nunca|jamás|não|no|nie|niemals|nicht|kein\w*|usi\w*|kamwe|hatu\w*|ne)\b"
)
_CLAIMS_TO_BE_HUMAN = re.compile(
    r"\b(?:i(?:['\u2019]m| am)|this is|you are (?:talking|speaking|chatting) (?:to|with))"
    r" (?:an? )?(?:real |actual |live |not )?(?:a )?(?:human|person|agent called)\b"
    r"|\bi(?:['\u2019]m| am) not (?:a |an )?(?:bot|robot|machine|ai|program|automated)"
    r"|\bje suis (?:un humain|une (?:vraie )?personne|un être humain)|\bje ne suis pas un robot"
    r"|\bsou (?:um ser humano|uma pessoa|humano)|\bnão sou um (?:robô|bot)"
    r"|\bsoy (?:un ser humano|una persona|humano)|\bno soy un (?:robot|bot)"
    r"|\bich bin (?:ein )?mensch|\bich bin kein (?:roboter|bot)|\bmimi ni (?:binadamu|mtu halisi)"
)


def promises_freely(text: str, cited: str) -> bool:
    """A sentence binds the business, and no cited passage speaks of that."""
    bound = {promise for _, found in _binding(text) for promise in found}
    return bool(bound) and not bound <= _promised(cited.lower())


def counts_freely(text: str, cited: str) -> bool:
    """Such a sentence with a sum or a time that only the customer spoke of: he is no source."""
    counted = [said for part, _ in _binding(text) if (said := quantities(part))]
    return bool(counted) and not figures_stand("; ".join(counted), Known(cited))


def _binding(text: str) -> Iterator[tuple[str, set[int]]]:
    """Sentences that speak of what binds, and of what; a mere question does not."""
    for seen in readings(text):
        for part in _SENTENCE.findall(seen):
            found = _promised(part)
            if found and (not _is_question(part) or _COMMITS.search(part)):
                yield part, found


def _promised(text: str) -> set[int]:
    """Which kinds of promise it speaks of."""
    return {_KINDS[stem] for stem in _PROMISES.findall(text)}


def claims_deeds(text: str, cited: str) -> bool:
    """Says that it acted, or that somebody will."""
    return any(
        found[0] not in cited.lower() for seen in readings(text) for found in _DEEDS.finditer(seen)
    )


def asks_for_secrets(text: str, cited: str) -> bool:
    """Password, card or code; to warn of whoever asks for them is another thing."""
    for seen in readings(text):
        for found in _ASKS_FOR_SECRETS.finditer(seen):
            before = _ENDS.split(seen[max(0, found.start() - _BEFORE) : found.start()])[-1]
            if _NOT.search(before + found["between"]) or found[0] in cited.lower():
                continue
            # "Enter it in the app", where an article says so; never "send it to us".
            if not (found["typed"] and _ASKS_FOR_SECRETS.search(cited.lower())):
                return True
    return False


def claims_to_be_human(text: str) -> bool:
    return any(_CLAIMS_TO_BE_HUMAN.search(seen) for seen in readings(text))


def _is_question(part: str) -> bool:
    return part.rstrip().endswith(("?", "؟"))
