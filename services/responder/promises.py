"""What binds the business or was never done: promises without a source, deeds nobody did (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from services.responder.claims import Known, figures_stand, quantities
from services.responder.disguise import readings
from services.responder.marked import Marked

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENDS = re.compile(r"[.!?…\n]")
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
            "refund|rembours|reembols|erstatt|money back|reimburs|rudishi|rejesh|rimbors|terugbeta"
            "|zwróc|zwrot|buyisel",
            "استرداد|أموالك|退款|全额|वापस|ተመላሽ",
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
    r"|nime(?:rudisha|ghairi|badilisha|tuma|peleka|fungua|shughulikia)"
    r"|i(?:['\u2019]m| am)(?: now| just)? (?:refunding|cancell?ing|processing|transferring"
    r"|escalating|forwarding|crediting|unlocking)"
    r"|i (?:went ahead and |just |already |now )(?:refunded|cancell?ed|processed|issued|approved)"
    r"|(?:i|we)(?:['\u2019]ve| have) (?:just |now |already )?put [^.!?\n]{0,30}through"
    r"|my (?:manager|supervisor|boss|colleague) (?:has|have|will|is)"
    r"|(?:an?|our) (?:agent|colleague|manager|specialist) (?:is|will be) (?:calling|contacting)"
    r"|je viens d['\u2019e ]+(?:annul|rembours|trait|transf|envoy)\w*"
    r"|(?:un|une) (?:conseill(?:er|ère)|collègue|agente?|responsable) va vous"
    r"|acabei de (?:cancelar|reembolsar|processar|enviar)"
    r"|uma? (?:colega|agente|gerente) vai"
    r"|acabo de (?:cancelar|procesar|reembolsar|tramitar|enviar)"
    r"|ich (?:storniere|erstatte|veranlasse|überweise)\b)"
)
# The same as if by nobody. After "if" or "once" it is no claim.
_DONE_FOR_YOU = re.compile(
    r"\b(?:(?:it['\u2019]s|all) done\b|done!|consider (?:it|your \w+) (?:done|approved|refunded)"
    r"|your (?:refund|order|account|payment|request) (?:is|was) (?:now |already |just )?"
    r"(?:refunded|cancell?ed|processed|issued|approved|escalated|credited|unlocked|on its way)\b"
    r"|c['\u2019]est fait\b|votre (?:remboursement|commande|compte|paiement|demande)"
    r" (?:a (?:bien |déjà )?été|est (?:bien |déjà |maintenant )?)\s?(?:validé|annulé|remboursé"
    r"|traité|approuvé)"
    r"|(?:seu|sua) (?:reembolso|encomenda|pedido|conta|pagamento) (?:já )?(?:foi|está)"
    r" (?:já )?(?:aprovad|cancelad|reembolsad|processad|emitid|desbloquead)"
    r"|su (?:reembolso|pedido|cuenta|pago|solicitud) (?:ya )?(?:fue|ha sido|está) (?:ya )?"
    r"(?:aprobad|cancelad|reembolsad|procesad|emitid|desbloquead)"
    r"|ihre? (?:erstattung|bestellung|konto|zahlung|anfrage) (?:wurde|ist) (?:\w+ )?"
    r"(?:storniert|erstattet|genehmigt|bearbeitet|freigeschaltet|unterwegs)"
    r"|(?:yako|lako|zako) (?:ime|yame|lime|zime)(?:ghairiwa|rudishwa|shughulikiwa|idhinishwa))"
)
_CONDITION = re.compile(
    r"\b(?:if|when|once|after|until|unless|whether|before|si|quand|lorsque|dès que|une fois|se"
    r"|quando|assim que|cuando|en cuanto|wenn|sobald|nachdem|ob|ikiwa|kama|baada|mara)\b[^,;]*$"
)
_ASKS_FOR_SECRETS = Marked.of(
    "pass|pin|cv|number|otp|code|digit|expiry|login|credential|maiden|phrase|sides of|chiffre|carte"
    "|dos de|identifiant|dígito|cartão|ziffern|tarakimu|senha|contraseña|tarjeta|karten|nenosiri"
    "|namba",
    r"\b(?:(?P<typed>enter|type|confirm|saisissez|digite|introduzca|geben|weka)|send|give|tell|share"
    r"|provide|reply with|need|require|(?:may|could|can) i have|what(?:['\u2019]s| is| are)"
    r"|envoyez|donnez|indiquez|communiquez"
    r"|quel(?:le)? est|envie|diga|informe|forneça|qual (?:é|e)|envíe|dígame|indique|cuál es|senden"
    r"|nennen|schicken|wie lautet|tuma|tupe|nipe|taja|tutumie|nitumie|read (?:me|us)|forward"
    r"|photographiez|donnez-moi|donnez-nous)\b"
    r"(?P<between>[^.?!\n]{0,60})\b(?:password|passcode|pin|cvv|cvc|card number"
    r"|otp"
    r"|(?<!promo )(?<!discount )(?<!voucher )(?<!coupon )(?<!gift )(?<!card )(?<!qr )(?<!country )"
    r"(?<!postal )(?<!tracking )(?<!order )(?<!referral )(?<!area )(?<!promotional )codes?"
    r"|(?:three|four|six|[346]) digits|security number|expiry date|login details|credentials"
    r"|maiden name|(?:seed|recovery) phrase|sides of your|number on the (?:front|back)"
    r"|trois chiffres|dos de (?:la|votre) carte|carte bancaire des deux|identifiants"
    r"|três dígitos|verso do (?:seu )?cartão|tres dígitos|drei ziffern|tarakimu (?:tatu|sita)"
    r"|mot de passe|numéro de (?:la |votre )?carte|senha|número do (?:seu )?cartão|contraseña"
    r"|número de (?:su )?tarjeta|passwort|kartennummer|nenosiri|namba ya (?:siri|kadi))\b",
)
# In languages that a tenant may have and our lists above do not speak.
_ASKS_ELSEWHERE = Marked.of(
    "password|codice|pin|numero della carta|wachtwoord|kaartnummer|hasło|kod|numer karty|şifre"
    "|iphasiwedi|ikhodi|كلمة|بطاقت|الرمز|密码|卡号|验证码|पासवर्ड|कार्ड",
    r"\b(?:mandi|invii|dia|fornisca|comunichi|stuur|geef|deel|podaj|podać|prześlij|wyślij|gönder"
    r"|sithumele|thumela)\b[^.?!\n]{0,60}(?:password|codice|\bpin\b|numero della carta|wachtwoord"
    r"|pincode|kaartnummer|hasło|kod\b|numer karty|şifre|iphasiwedi|ikhodi)"
    r"|(?:أرسل|أعطن|زودن|شارك)[^.؟!\n]{0,60}(?:كلمة المرور|كلمة السر|بطاقت|الرمز)"
    r"|(?:告诉|发送|提供|给我)[^。？！\n]{0,30}(?:密码|卡号|验证码)"  # noqa: RUF001  # its own marks
    r"|(?:भेज|बता)[^।?!\n]{0,60}(?:पासवर्ड|कार्ड नंबर)|(?:पासवर्ड|कार्ड नंबर)[^।?!\n]{0,60}(?:भेज|बता)",
)
_NOT_ELSEWHERE = re.compile(
    r"\b(?:mai|non|nooit|niet|nigdy|nie|asla|ungalokothi)\b|لا |不要|勿|切勿|मत|न "
)
# As far before it as its negation stands.
_BEFORE = 16
_NOT = re.compile(
    r"\b(?:never|not|nobody|no one|don['\u2019]?t|doesn['\u2019]?t|won['\u2019]?t|jamais|pas"
    r"|nunca|jamás|não|no|nie|niemals|nicht|kein\w*|usi\w*|kamwe|hatu\w*|ne)\b"
)
_CLAIMS_TO_BE_HUMAN = Marked.of(
    "human|humain|umano|person|persoon|pessoa|mens|agent|bot|robô|machine| ai|program|automated"
    "|binadamu|mtu halisi|człowiek|insan|umuntu|إنسان|شخص|بشر|روبوت|人|机器|इंसान|मनुष्य",
    r"\b(?:i(?:['\u2019]m| am)|this is|you are (?:talking|speaking|chatting) (?:to|with))"
    r" (?:an? )?(?:real |actual |live |not )?(?:a )?(?:human|person|agent called)\b"
    r"|\bi(?:['\u2019]m| am) not (?:a |an )?(?:bot|robot|machine|ai|program|automated)"
    r"|\bje suis (?:un humain|une (?:vraie )?personne|un être humain)|\bje ne suis pas un robot"
    r"|\bsou (?:um ser humano|uma pessoa|humano)|\bnão sou um (?:robô|bot)"
    r"|\bsoy (?:un ser humano|una persona|humano)|\bno soy un (?:robot|bot)"
    r"|\bich bin (?:ein )?mensch|\bich bin kein (?:roboter|bot)|\bmimi ni (?:binadamu|mtu halisi)"
    r"|\b(?:mimi )?si roboti\b|\bas human as|\ba living person|\bno bot here|\bsono (?:una persona"
    r"|un essere umano|umano)|\bnon sono un (?:bot|robot)"
    r"|\bik ben (?:een )?(?:echt )?(?:mens|persoon)"
    r"|\bik ben geen (?:bot|robot)|\bjestem człowiekiem|\bnie jestem (?:botem|robotem)"
    r"|\bben bir insanım|\bngingumuntu|أنا (?:إنسان|شخص|بشر)|لست روبوت|我是(?:一个)?真?人(?!工)"  # noqa: RUF001
    r"|不是(?:机器人|机器)|मैं (?:एक )?(?:इंसान|मनुष्य)",
)


def promises_freely(text: str, cited: str) -> bool:
    """A sentence binds the business, and no cited passage speaks of that."""
    bound = {kind for _, found in _binding(text) for kind in found}
    return not all(kind.search(cited.lower()) for kind in bound)


def counts_freely(text: str, cited: Known) -> bool:
    """Such a sentence with a sum or a time that only the customer spoke of: he is no source."""
    counted = [said for part, _ in _binding(text) if (said := quantities(part))]
    return bool(counted) and not figures_stand("; ".join(counted), cited)


def _binding(text: str) -> Sequence[tuple[str, Sequence[Marked]]]:
    """Sentences that speak of what binds, and of what; a mere question does not."""
    return [
        (part, found)
        for seen in readings(text)
        if (spoken_of := [kind for kind in _KINDS if kind.search(seen)])
        for part in _SENTENCE.findall(seen)
        if (found := [kind for kind in spoken_of if kind.search(part)])
        and (not _is_question(part) or _COMMITS.search(part))
    ]


def claims_deeds(text: str, cited: str) -> bool:
    """Says that it acted, that somebody will, or that all is done."""
    known = cited.lower()
    for seen in readings(text):
        if any(found[0] not in known for found in _DEEDS.finditer(seen)):
            return True
        for found in _DONE_FOR_YOU.finditer(seen):
            before = _ENDS.split(seen[: found.start()])[-1]
            if found[0] not in known and not _CONDITION.search(before):
                return True
    return False


def asks_for_secrets(text: str, cited: str) -> bool:
    """Password, card or code; to warn of whoever asks for them is another thing."""
    for seen in readings(text):
        if _ASKS_ELSEWHERE.search(seen) and not _NOT_ELSEWHERE.search(seen):
            return True
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
