"""Words that cannot wait, in seven languages (pure).

A list to read and to extend, not a model: what must never be missed has to be seen in a review.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import chain

from services.classifier.patterns import any_of, plain


class Emergency(StrEnum):
    SELF_HARM = "self_harm"
    SAFETY = "safety"
    FRAUD = "fraud"
    OUTAGE = "outage"
    LEGAL = "legal"


# In the order in which they count when a message has several.
_WORDS = {
    Emergency.SELF_HARM: (
        r"\bkill(?:ing)? myself\b",
        r"\bsuicid\w*",
        r"\b(?:end|take) my (?:own )?life\b",
        r"\b(?:want to|wanna|going to) die\b",
        r"\b(?:hurt|harm)(?:ing)? myself\b",
        r"\b(?:don'?t|do not|no longer) (?:want to|wanna) "
        r"(?:be alive|live\b(?! (?:in|with|near)))\b",
        r"\b(?:nothing|no (?:reason|will|wish)) (?:left )?to (?:go on )?liv(?:e|ing)\b",
        r"\bi (?:can'?t|cannot) go on living\b|\bbetter off dead\b|\bend it all\b",
        r"\bme (?:suicider|tuer)\b",
        r"\b(?:veux|vais) mourir\b",
        r"\bmettre fin à mes jours\b|\b(?:ne veux plus|plus envie de) vivre\b",
        r"\b(?:me matar|matar-me|suicidar)\b",
        r"\bquero morrer\b|\bnão quero (?:mais )?viver\b|\bacabar com a minha vida\b",
        r"\b(?:nitajiua|kujiua|najiua|nataka kufa|sitaki kuishi tena|nimechoka kuishi)\b",
        r"\b(?:ngifuna ukufa|ukuzibulala|ngizozibulala|angisafuni ukuphila)\b",
        r"\b(?:quiero morir|matarme|quitarme la vida|no quiero (?:seguir viviendo|vivir más))\b",
        r"\bich (?:will|möchte) (?:sterben|nicht mehr leben)\b|\bmich umbringen\b",
    ),
    Emergency.SAFETY: (
        r"\b(?:is|are|was|caught|catch(?:es|ing)?|set|went|on|a) (?:on )?fire\b",
        r"\bin flames\b",
        r"\b(?:burn(?:ed|t|ing)?|burns) (?:my|me|his|her|our|the)\b",
        r"\bexplod\w*|\bexplosion\b",
        r"\bgas (?:leak|smell)|smell(?:s|ing)? (?:of )?(?:gas|smoke|burning)\b",
        r"\b(?:smok(?:e|ing)|sparks?|sparking) (?:is |are )?(?:com\w+ (?:out|from)|from)\b",
        r"\belectric(?:al)? shock|electrocut\w+",
        r"\b(?:allergic reaction|anaphyla\w+|poison\w*|(?:can'?t|cannot) breathe?|unconscious)\b",
        r"\b(?:i|he|she|son|daughter|child|kid|baby|toddler|boy|girl|dog|cat)\b[^.!?\n]{0,15}"
        r"\b(?:swallowed|choked|choking)\b",
        r"\b(?:throat|face|tongue|lips?|battery) (?:is|are|has|looks)\b[^.!?\n]{0,10}"
        r"\b(?:swell\w*|swollen|bulging|burning)\b",
        r"\b(?:injur(?:ed|y|ies)|bleeding|ambulance|hospitali[sz]ed)\b",
        r"\bto (?:the )?hospital\b",
        r"\b(?:accident|crash) (?:with|in|on) (?:your|the) (?:car|bus|scooter|bike|taxi|driver)\b",
        r"\b(?:in danger|life[- ]threatening|threatened (?:me|us|my)|assaulted|attacked me)\b",
        r"\b(?:incendie|en feu|prend feu|pris feu|fuite de gaz|odeur de gaz|explos\w+)\b",
        r"\b(?:blessée?s?|électrocut\w+|hôpital|empoisonn\w+|en danger)\b",
        r"\b(?:incêndio|pegou fogo|em chamas|fuga de gás|vazamento de gás|cheiro a gás)\b",
        r"\b(?:cheiro de gás|explodiu|ferid[oa]s?|choque elétrico|no hospital|em perigo)\b",
        r"\b(?:moto unawaka|kuna moto|unawaka moto|inawaka moto|imeshika moto|gesi inavuja)\b",
        r"\b(?:harufu ya gesi|imelipuka|nimeumia|ameumia|hospitalini|hatarini|shoti ya umeme)\b",
        r"\b(?:umlilo|uyasha|iyasha|iqhumile|ngilimele|ulimele|esibhedlela|engozini)\b",
        r"\b(?:un incendio|en llamas|se incendió|prendió fuego|(?:olor a|fuga de) gas|explotó)\b",
        r"\b(?:(?:estoy|está|resultó) herid[oa]|en peligro|descarga eléctrica|al hospital)\b",
        r"\b(?:brennt(?! nicht)|feuer gefangen|in flammen|riecht nach gas|gasgeruch|explodiert)\b",
        r"\b(?:(?:bin|ist|wurde|schwer) verletzt|stromschlag|ins krankenhaus|vergiftet)\b",
    ),
    Emergency.FRAUD: (
        r"\b(?:hack(?:ed|er|ers|ing)|scam(?:med|mer|mers)?|scamed|fraud\w*|phish\w+)\b",
        r"\b(?:identity theft|stole[n]? (?:my|from my)|unauthori[sz]ed)\b",
        r"\b(?:card|phone|wallet|identity|sim|money)\b[^.!?\n]{0,20}\b(?:stolen|was taken)\b",
        r"\b(?:i|we) (?:did not|didn'?t|never) (?:make|made|authori[sz]ed?|approved?)\b",
        r"\bsome(?:one|body) (?:else )?(?:is using|used|withdrew|emptied|got into|took)\b",
        r"\bsome(?:one|body) (?:else )?(?:is |has |has been )?(?:in|inside|on|(?:signed|logged) in"
        r"(?:to| to)?) (?:my|our) (?:account|phone|wallet)\b",
        r"\b(?:pirat(?:é|ée|age)|arnaqu\w+|fraude\w*|usurpation|hameçonnage)\b",
        r"\b(?:volé ma|volé mon|carte volée|m'a volé)\b",
        r"\b(?:roub(?:aram|ado|ada|ou)|burla|burlado|burlada|golpe|hackea\w+|invadi(?:ram|da))\b",
        r"\b(?:clonad[oa]|clonaram|transação que não fiz|compra que não fiz)\b",
        r"\b(?:imeibiwa|nimeibiwa|wameiba|ameiba|nimetapeliwa|utapeli|ulaghai|imedukuliwa)\b",
        r"\b(?:sikuufanya|sikuidhinisha|wezi wameiba)\b",
        r"\b(?:intshontshiwe|bangintshontshele|ngikhwatshanisiwe|umgunyathi|yebiwe|ngebelwe)\b",
        r"\b(?:me (?:robaron|estafaron|hackearon)|estafa|estafador(?:es)?|tarjeta robada)\b",
        r"\b(?:betrug|betrogen|gehackt)\b",
        r"\b(?:karte|handy|konto|geld)\b[^.!?\n]{0,20}\b(?:gestohlen|geklaut)\b",
    ),
    Emergency.OUTAGE: (
        r"\b(?:whole|entire) (?:site|system|platform|company|service|office|network|town|city)\b"
        r"[^.!?\n]{0,25}\b(?:down|offline|out|unavailable|dead)\b",
        r"\b(?:nobody|no one|none of (?:us|our \w+))\b[^.!?\n]{0,30}\b(?:can|is able to)\b"
        r"[^.!?\n]{0,15}\b(?:work|log|reach|access|use|pay|connect|open|sell)\b",
        r"\bcomplete (?:outage|blackout)|total (?:outage|blackout)\b",
        r"\b(?:production|prod|all (?:our )?(?:shops|stores|branches|systems|users|customers))\b"
        r"[^.!?\n]{0,25}\b(?:down|offline|affected|stopped|cannot|can't)\b",
        r"\b(?:everything|all services) (?:is|are) (?:down|offline)\b",
        r"\b(?:panne (?:totale|générale)|tout est en panne)\b",
        r"\bpersonne ne peut (?:travailler|payer)\b",
        r"\btudo (?:está )?(?:fora do ar|em baixo)\b",
        r"\bninguém consegue (?:trabalhar|pagar|entrar)\b",
        r"\b(?:mfumo wote|huduma zote)\b[^.!?\n]{0,20}\b(?:umekatika|umezimika|zimekatika)\b",
        r"\bhakuna anayeweza (?:kufanya kazi|kuingia|kulipa)\b",
        r"\b(?:konke akusebenzi|akekho okwazi ukusebenza)\b",
    ),
    Emergency.LEGAL: (
        r"\b(?:my|our|a) (?:lawyer|solicitor|attorney|legal team)\b",
        r"\b(?:sue|suing) (?:you|your)\b|\blawsuit\b|\blegal (?:action|proceedings|steps)\b",
        r"\b(?:take|see) you (?:to|in) court\b|\b(?:court order|subpoena)\b",
        r"\b(?:report|reporting|reported) (?:you|this|it) to (?:the )?(?:police|regulator|"
        r"ombudsman|authorit\w+|consumer \w+|data protection)\b",
        r"\b(?:mon avocat|porter plainte|plainte à la police|en justice|poursuivre en|tribunal)\b",
        r"\b(?:meu advogado|minha advogada|processar[- ]?(?:vos|vocês|a empresa)|ação judicial)\b",
        r"\b(?:queixa à polícia|procon|tribunal)\b",
        r"\b(?:wakili wangu|mahakamani|nitawashtaki|kuwashtaki|polisi)\b",
        r"\b(?:mi abogad[oa]|voy a demandar\w*|mein(?:em)? anwalt|anzeige erstatten)\b",
        r"\b(?:ummeli wami|enkantolo|ngizonimangalela|emaphoyiseni)\b",
    ),
}
_PATTERNS = {kind: any_of(words) for kind, words in _WORDS.items()}
_ANY = any_of(chain.from_iterable(_WORDS.values()))


def emergency(text: str) -> tuple[Emergency, str] | None:
    """The gravest kind that the words name, and the words."""
    read = plain(text)
    if not _ANY.search(read):
        return None
    for kind, pattern in _PATTERNS.items():
        if match := pattern.search(read):
            return kind, " ".join(match.group().split())
    return None
