"""What binds the business: promises without a source, or beyond what the source grants (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from services.responder.claims import Known, figures_stand, quantities
from services.responder.deeds import CONDITION
from services.responder.disguise import readings
from services.responder.marked import Marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    # Sentences, and the kinds of what they bind by.
    Bound = Sequence[tuple[str, Sequence[Marked]]]

_SENTENCE = re.compile(r"[^.!?…。؟।\n]+[.!?…。؟।]*")
# What a business binds itself by, a kind a line; a sentence that speaks of one needs a passage that
# does. These read small letters: to fold each letter as it is compared takes five times as long.
# "Bure" is Swahili for free of charge, a bureau is not. What has no spaces between its words, or
# writes "and" in front of one, stands in the second column.
_KINDS = tuple(
    Marked.of(
        f"{stems}|{elsewhere}" if elsewhere else stems,
        rf"\b(?:{stems})".replace("bure", r"bure\b") + (f"|{elsewhere}" if elsewhere else ""),
    )
    for stems, elsewhere in (
        (
            "refund|rembours|reembols|erstatt|money back|reimburs|rejesh|rimbors|terugbeta"
            "|zwróc|zwrot|le devolv|les devolv|devolverem|pesa yako|pesa zako|imali yakho"
            "|yonke imali",
            "rudishi|marejesho|buyisel|استرداد|تسترد|نعيد لك|أموالك|退款|全额|वापस|रिफंड|ተመላሽ",
        ),
        (
            "compens|indemnis|indemniz|entschädig|fidia|dédommag|ressarc|risarc|schadevergoed"
            "|odszkodow|make it up to you",
            "تعويض|赔偿|मुआवज|ካሳ",
        ),
        (
            "discount|rabais|remise|descont|descuent|rabat|punguzo|voucher|coupon|scont|korting"
            "|saphulelo|isaphulelo|off your next",
            "خصم|折扣|छूट|ቅናሽ",
        ),
        ("credited|crédit|credit to|store credit|gutschrift", ""),
        ("garanti|guarantee|dhamana|warrant", ""),
        (
            "free of charge|for free|gratuit|gratis|kostenlos|bila malipo|bure|on the house"
            "|por nossa conta|est offert|mahhala",
            "",
        ),
        ("sue|lawsuit|tribunal|verklag|mahakama|liable", ""),
        ("diagnos|dosage|prescri", ""),
        ("waive|annuler les frais|annulerons les frais|erlassen", ""),
        (
            "i promise|we promise|my word|je promets|je vous promets|nous promettons|prometo"
            "|nous vous promettons|prometemos|ich verspreche|wir versprechen|ninaahidi|tunaahidi",
            "",
        ),
    )
)
_GRATIS = next(kind for kind in _KINDS if "gratis" in kind.marks)
_COSTS_NOTHING = re.compile(r"\bfree\b|\b(?:no|without) (?:\w+ )?(?:cost|charge|fee)|costs nothing")
# How far a promise may go, a step a line: a sentence that goes so far cites what does.
_LENGTHS = tuple(
    Marked.of(marks, rf"\b(?:{latin})\b" + (f"|{other}" if other else ""))
    for marks, latin, other in (
        (  # all of it
            "everything|deducted|covers all|absolument|in full|full |whole |entire|all of "
            "|all your|all the|every cent|every penny|intégral"
            "|totalité|complet|total|de tout|tudo|íntegr|integr|todo|alles|voll|gesamt|komplett"
            "|ganze|zote|yote|kamili|yonke|كامل|पूरा|पूरी|पूरे|सारा",
            r"everything|nothing (?:\w+ ){0,2}deducted|covers all|absolument tout|in full"
            r"|full (?:refund|amount|price|sum)|whole (?:order|amount|price|sum)"
            r"|entire|all of (?:it|your)|all (?:your|the) money|every cent|every penny|intégral\w*"
            r"|totalité|complet\w*|total|integral\w*|de tout|tudo|íntegr\w*|todo|alles|voll\w*"
            r"|gesamt\w*|komplett\w*|ganze\w*|zote|yote|kamili|yonke",
            "كامل|पूरा|पूरी|पूरे|सारा",
        ),
        (  # more than that
            "twice|double|triple|fois|dobro|doble|doppelt|mara mbili|kabili|ضعف|दोगुन",
            r"twice|doubled?|triple|(?:deux|trois) fois|dobro|doble|\w*doppelt\w*|mara mbili"
            r"|kabili",
            "ضعف|दोगुन",
        ),
        (  # at once
            "today|right away|right now|immediately|instantly|aujourd|immédiat|tout de suite|hoje"
            "|imediat|hoy|inmediat|ahora mismo|heute|sofort|leo|papo hapo|sasa hivi|namuhla"
            "|اليوم|فورا|आज|तुरंत",
            r"today|right (?:away|now)|immediately|instantly|aujourd['\u2019]hui|immédiat\w*"
            r"|tout de suite|hoje|imediat\w*|hoy|inmediat\w*|ahora mismo|heute|sofort\w*|leo"
            r"|papo hapo|sasa hivi|namuhla",
            "اليوم|فورا|आज|तुरंत",
        ),
        (  # whatever happens
            "no questions|in any case|for sure|certain|rest assured|regardless|no matter|entitled"
            "|is yours|dans tous les cas|sans condition|qualquer caso|sem condições|sin condiciones"
            "|en todo caso|jeden fall|bedingungslos|bila masharti|hakika|بدون شروط|बिना शर्त",
            r"no questions asked|in any case|for sure|is certain|rest assured|regardless|no matter"
            r"|entitled|is yours|dans tous les cas|sans conditions?|em qualquer caso|sem condições"
            r"|sin condiciones|en todo caso|auf jeden fall|bedingungslos|bila masharti|hakika",
            "بدون شروط|बिना शर्त",
        ),
        (  # each time
            "always|toujours|sempre|siempre|immer|daima|njalo|دائما|हमेशा",
            r"always|toujours|sempre|siempre|immer|daima|njalo",
            "دائما|हमेशा",
        ),
        (  # for nothing in return
            "without|keep the|have to|need to|sans renvoyer|gardez|sem devolver|sin devolver|ohne",
            r"without (?:returning|sending)|(?:don['\u2019]t (?:have|need)|no need) to (?:send"
            r"|return)|keep the (?:goods|items?|article)|sans renvoyer|gardez"
            r"|sem devolver|sin devolver|ohne rück\w+",
            "",
        ),
    )
)
# To this customer, and not as the rule goes: "we will refund you", "you will get".
_GRANTS = re.compile(
    r"\b(?:(?:we|i)(?:['\u2019]ll| will| shall| can|['\u2019]re going to| are going to)?"
    r" (?:\w+ )?(?:refund|reimburse|compensate|credit|give|pay|return|take) "
    r"|we (?:will )?(?:start|issue|make|offer) (?:an? |the |your )?refund"
    r"|you(?:['\u2019]ll| will| shall| may| can|['\u2019]re| are)?(?: \w+)?"
    r" (?:get|receive|choose|be (?:refunded|reimbursed)|entitled)"
    r"|nous (?:vous )?\w+[eo]n?s\b|vous (?:\w+ )?(?:ser|aur|recev|obten|choisi)\w+"
    r"|vamos|iremos|será|vai receber|terá|(?:reembols|devolv|restitu)\w*mos\b"
    r"|\w*(?:olver|bolsar|dar)emos\b|recibirá|tendrá"
    r"|wir (?:\w+ ){0,3}(?:erstatten|zahlen|geben)|(?:erstatten|zahlen|geben) wir"
    r"|sie (?:bekommen|erhalten)|(?:bekommen|erhalten) sie"
    r"|(?:tuta|nita|uta|una|tuna)\w+|(?:sizo|uzo)\w+)|(?<!\w)(?:سوف|سن|ست)|मिलेग|देंगे",
)
# A question that commits all the same.
_COMMITS = re.compile(
    r"\b(?:(?:we|i|you)(?:['\u2019]ll| will| shall)|nous allons|je vais|vous (?:recevrez|aurez)"
    r"|vamos|iremos|você receberá|recibirá|le daremos|wir werden|sie erhalten|ich werde|tuta\w+"
    r"|nita\w+|uta\w+)"
)


def promises_freely(bound: Bound, cited: str) -> bool:
    """A sentence binds the business, and no cited passage speaks of that."""
    kinds = {kind for _, found in bound for kind in found}
    known = cited.lower()
    if _GRATIS in kinds and _COSTS_NOTHING.search(known):
        kinds.discard(_GRATIS)
    return not all(kind.search(known) for kind in kinds)


def grants_freely(bound: Bound, cited: str) -> bool:
    """Such a sentence goes further than what it cites: at once, all of it, to this customer."""
    known = cited.lower()
    said = "\n".join(part for part, _ in bound)
    if any(length.search(said) and not length.search(known) for length in _LENGTHS):
        return True
    return (
        bool(bound)
        and not _GRANTS.search(known)
        and any(_GRANTS.search(part) and not CONDITION.search(part) for part, _ in bound)
    )


def counts_freely(bound: Bound, cited: Known) -> bool:
    """Such a sentence with a sum or a time that only the customer spoke of: he is no source."""
    counted = [said for part, _ in bound if (said := quantities(part))]
    return bool(counted) and not figures_stand("; ".join(counted), cited)


def binding(text: str) -> Bound:
    """Sentences that speak of what binds, and of what; a mere question does not."""
    return [
        (part, found)
        for seen in readings(text)
        if (spoken_of := [kind for kind in _KINDS if kind.search(seen)])
        for part in _SENTENCE.findall(seen)
        if (found := [kind for kind in spoken_of if kind.search(part)])
        and (not _is_question(part) or _COMMITS.search(part))
    ]


def _is_question(part: str) -> bool:
    return part.rstrip().endswith(("?", "؟"))
