"""What was never done, and what we are not: deeds that a model says it did, a person it is not.

Pure. We have no hands: a model that says it did something did not do it, and nobody else will.
"""

from __future__ import annotations

import re

from services.responder.disguise import readings
from services.responder.marked import Marked

_ENDS = re.compile(r"[.!?…。؟।\n]")
_DONE = (
    r" (?:\w+ )?(?:refunded|cancell?ed|processed|issued|approved|escalated|transferred|forwarded"
    r"|changed|updated|reset|sent|credited|unlocked|deleted|booked|arranged|reported|notified)\b"
)
_DEEDS = Marked.of(
    "i've|i\u2019ve|i have|we've|we\u2019ve|we have|i'll|i\u2019ll|i will|i'm |i\u2019m |i am "
    "|went ahead|i just|i already|i now|somebody|someone|agent|colleague|manager|specialist"
    "|supervisor|boss|been |j'ai|j\u2019ai|sei|lei|rei|hei|iei|eei|he reem|he canc|he proc|he camb"
    "|he trans|he env|he desb|ich |nime|je viens|va vous| vai|acab",
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
    r"|ich (?:storniere|erstatte|veranlasse|überweise)\b)",
)
# The same as if by nobody. After "if" or "once" it is no claim.
_DONE_FOR_YOU = Marked.of(
    "done|consider |refund is|order is|account is|payment is|request is|refund was|order was"
    "|account was|payment was|request was|est fait|votre |seu |sua |su |ihre|ihr |ako ",
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
    r"|(?:yako|lako|zako) (?:ime|yame|lime|zime)(?:ghairiwa|rudishwa|shughulikiwa|idhinishwa))",
)
# The same again, by language: an order, money or a wish of the customer that was seen to.
_ACTED = tuple(
    Marked.of(marks, pattern)
    for marks, pattern in (
        (
            "refunded|cancelled|canceled|processed|issued|approved|authori|credited|unlocked"
            "|escalated|reimbursed|initiated|sent back|paid out",
            r"\b(?:i|we)(?:['\u2019]ve| have| had)? (?:\w+ )?(?:refunded|cancell?ed|processed"
            r"|issued|approved|authori[sz]ed|credited|unlocked|escalated|reimbursed|initiated)\b"
            r"|\band (?:refunded|cancell?ed|credited|unlocked|reimbursed) (?:you|it|the|your)\b"
            r"|(?:\b(?:has|have|had)(?<!that has)(?<!which has)(?<!who has)(?<!that have)"
            r"(?<!which have)(?<!who have)|['\u2019]ve)"
            r" (?!not\b|never\b)(?:\w+ )?been (?:\w+ )?(?:refunded|cancell?ed|processed|issued"
            r"|approved|authori[sz]ed|credited|unlocked|escalated|reimbursed|initiated|sent back"
            r"|paid out)\b|\b(?:is|are) (?:\w+ )?authori[sz]ed\b"
            r"|\b(?:is|are|was|were) (?:now |already |just )?being (?:refunded|cancell?ed|processed"
            r"|issued|approved|credited|reimbursed)\b"
            r"|(?:^|[.!?\n])\W*(?:refund|order|request|payment):? (?:issued|approved|processed"
            r"|cancell?ed)\b",
        ),
        (
            "refunding|cancelling|canceling|processing|crediting|unlocking|escalating|reimbursing"
            "|done|see to it|got the refund|got your refund|closed|complete|all set|put a refund"
            "|put your refund|put the refund|returned the|returned your|sent the|sent your"
            "|on its way|on the way|under way|taken care|took care|let my|made sure|out today"
            "|team will|manager will|supervisor will|colleague will|colleagues will|agent will"
            "|agents will|staff will",
            r"\b(?:i am|i['\u2019]m|we are|we['\u2019]re) (?:now |just |already )?(?:refunding"
            r"|cancell?ing|processing|crediting|unlocking|escalating|reimbursing)\b"
            r"|\b(?:refund|money|payment) (?:is|was) (?:now |already )?(?:done|complete"
            r"|on (?:its|the) way|under way)\b"
            r"|(?:^|[.!?\n])\W*(?:refund|order|request|payment) (?:completed?|done)\b"
            r"|\b(?:refund|order|request): (?:done|completed?)\b"
            r"|\b(?:refund|order|payment) is (?:\w+ )?all set\b|\b(?:i|we)(?:['\u2019]ve"
            r"| have)? (?:\w+ )?"
            r"(?:put (?:a|your|the) refund|(?:returned|sent) (?:the|your) (?:money|refund))\b"
            r"|\bi(?:['\u2019]ve)? (?:took|taken) care|\bi let my|\bsee to it\b|\bmade sure your"
            r"|\bgot (?:the|your) refund|\b(?:i|we) (?:\w+ )?closed (?:the|your)\b|\bout today\b"
            r"|\b(?:my|our) (?:team|manager|supervisor|colleagues?|agents?|staff) will (?:contact"
            r"|call|reach|ring|get back|be in touch)\b",
        ),
        (
            "vient d|avons|j'ai|j\u2019ai|je vous ai| été |en route|en cours|parti|effectué"
            "|validé|approuvé"
            "|annulé",
            r"\b(?:j['\u2019]ai|nous avons|je vous ai|nous vous avons"
            r"|(?:a|ont|avez) (?:bien |déjà )?été) (?:\w+ )?(?:rembours|annul|trait[ée]|effectu"
            r"|valid|approuv|émis|vers[ée]|débloqu)\w*"
            r"|\b(?:j['\u2019]ai|nous avons) fait le nécessaire\b"
            r"|\b(?:remboursement|argent|commande) vient d(?:e partir|['\u2019]être)\b"
            r"|\b(?:remboursement|argent|commande) est (?:bien |déjà )?(?:en route|en cours|parti"
            r"|effectué|validé)|(?:^|[.!?\n])\W*(?:remboursement|commande) (?:validé|effectué"
            r"|approuvé|annulé)",
        ),
        (
            "ámos|já |tratei d|ontem|foi |foram |está a ser|está sendo|a caminho",
            r"\b(?:reembols|cancel|process|aprov)ámos\b|\b(?:já"
            r"|acabámos de) (?:\w{1,3} )?(?:reembols"
            r"|cancel|process|devolv|aprov|emit)(?:ei|amos|emos|imos|ar|er|ir)\b|\b(?:reembols"
            r"|cancel)"
            r"amos [^.!?\n]{0,40}\bontem\b|\b(?:foi|foram|está a ser|está sendo) (?:já |agora )?"
            r"(?:efetuad|efectuad|aprovad|cancelad|reembolsad|processad|emitid|desbloquead)\w*"
            r"|(?:reembolso|dinheiro) (?:está a caminho|já (?:saiu|seguiu))|\btratei d[oae]\b",
        ),
        (
            "reembolsad|cancelad|procesad|emitid|aprobad|tramitad|devuelt|desbloquead|en camino"
            "|salió",
            r"\b(?:he|hemos|ha sido|han sido|fue|fueron|está siendo) (?:ya )?(?:reembolsad|cancelad"
            r"|procesad|emitid|aprobad|tramitad|devuelt|desbloquead)\w*"
            r"|\b(?:reembolso|dinero) (?:está en camino|ya salió)",
        ),
        (
            "erstattet|storniert|bearbeitet|veranlasst|genehmigt|freigegeben|überwiesen|raus"
            "|gutgeschrieben|unterwegs|erledigt|auf dem weg|angestoßen|eingeleitet|ausgelöst",
            r"\b(?:wir haben|haben wir|ich habe|habe ich) [^.!?\n]{0,60}(?:erstattet|storniert"
            r"|bearbeitet|veranlasst|genehmigt|freigegeben|überwiesen|gutgeschrieben|angestoßen"
            r"|eingeleitet|ausgelöst)"
            r"|\b(?:erstattung|bestellung|geld|betrag|rückzahlung|stornierung) (?:wurde|ist)"
            r"(?: \w+){0,2} (?:erstattet|storniert|veranlasst|genehmigt|bearbeitet|raus|unterwegs"
            r"|erledigt|überwiesen|auf dem weg)\b",
        ),
        (
            "rimborsat|annullat|approvat|emess|terugbetaald|geannuleerd|goedgekeurd|verwerkt"
            "|zwróc|anulowa|zatwierdz",
            r"\b(?:ho|abbiamo|è stat[oa]) (?:\w+ )?(?:rimborsat|annullat|approvat|emess)\w*"
            r"|\b(?:heb|hebben) (?:\w+ ){0,4}(?:terugbetaald|geannuleerd|goedgekeurd|verwerkt)\b"
            r"|\b(?:is|zijn) (?:al|zojuist) (?:terugbetaald|geannuleerd|goedgekeurd|verwerkt)\b"
            r"|\b(?:zwróciliśmy|anulowaliśmy|zatwierdziliśmy|zwrócono|anulowano)\b"
            r"|\bzostał[ao]? (?:zwrócon|anulowan|zatwierdzon)\w*",
        ),
        (
            "tume|nime|ime|yame|zime|lime|njiani|buyisel|khansel|gunyaz|sendleleni",
            r"\b(?:tume|nime)(?:ku|i|zi|li|wa)?(?:rudish|ghair|badilish|shughulik|idhinish|rejesh"
            r"|kamilish)\w*|\b(?:tume|nime)sha(?:ku)?(?:tum|rudish|lip)\w*"
            r"|\b(?:pesa|marejesho)\b[^.!?\n]{0,20} njiani\b|\bimali [^.!?\n]{0,20}sendleleni\b"
            r"|\b(?:ime|yame|zime|lime)(?:sha)?(?:rudishwa|ghairiwa|shughulikiwa"
            r"|idhinishwa|tumwa|rejeshwa|kamilika)\b|\b(?:si|ngi)(?:ku)?(?:buyisele|khansele"
            r"|gunyaze)\b"
            r"|\b(?:i|li|u|zi)(?:si)?(?:buyiselwe|khanseliwe|gunyaziwe)\b",
        ),
        (
            "لقد|قد |تم|قمنا|في الطريق|रिफंड|पैस|रकम|ऑर्डर|भुगतान|अनुरोध|खात|መልሰናል|ሰርዘናል|ተሰርዟል"
            "|ተመልሷል|ልከናል"
            "|አጽድቀናል|已",
            r"(?<!\w)(?:لقد|قد) (?:أعد|ألغ|حو|أرسل|عالج|وافق|رد)"
            r"|(?<!\w)تمت? (?:بالفعل )?(?:استرداد|إلغاء|رد |إعادة|تحويل|معالجة|الموافقة|إرجاع)"
            r"|(?:أموال|مبلغ|استرداد)[^.؟!\n]{0,20}في الطريق|(?:रिफंड|पैस"
            r"|रकम)[^।?!\n]{0,20}रास्ते में"
            r"|(?<!\w)قمنا ب(?:إعادة|رد|إلغاء|تحويل|استرداد)"
            r"|(?:रिफंड|पैस|रकम|ऑर्डर|भुगतान|अनुरोध|खात)[^।?!\n]{0,40}(?:कर दिय|कर दी|दे दिय"
            r"|दे दी|भेज दिय"
            r"|हो गय|हो चुक|लौटा दिय|स्वीकृत)|መልሰናል|ሰርዘናል|ተሰርዟል|ተመልሷል|ልከናል|አጽድቀናል"
            r"|已经?(?:为您|帮您|将)?[^。！？\n]{0,12}(?:退款|退还|取消|处理|批准)",  # noqa: RUF001
        ),
    )
)
_IF = (
    "if|when|once|after|until|unless|whether|before|as soon as|in case|si|quand|lorsque|dès que"
    "|une fois|après|se|quando|assim que|depois|cuando|en cuanto|después|wenn|sobald|nachdem|ob"
    "|ikiwa|kama|baada|mara|amb(?:ayo|azo|alo)|dopo|als|wanneer|zodra|jeśli|gdy|uma|ngemva|emva"
    "|lapho|إذا|عندما|بعد|متى|حين|यदि|अगर|जब|如果|一旦"
)
CONDITION = re.compile(rf"\b(?:{_IF})\b")
_CONDITION_BEFORE = re.compile(rf"\b(?:{_IF})\b[^,;،]*$")
_CLAIMS_TO_BE_HUMAN = Marked.of(
    "human|humain|umano|staff|our team|of our|our people|person|persoon|pessoa|mens|agent|bot"
    "|robô|machine| ai|program|automated"
    "|binadamu|mimi ni mtu|człowiek|insan|umuntu|irobhothi|إنسان|شخص|بشر|روبوت|لست|人|机器|इंसान"
    "|मनुष्य|रोबोट|मशीन|बॉट|ሰው ነኝ|አይደለሁም",
    r"\b(?:i(?:['\u2019]m| am)|this is|you(?:['\u2019]re| are) (?:talking|speaking"
    r"|chatting) (?:to|with))"
    r" (?:an? )?(?:real |actual |live |not )?(?:a )?(?:human|person|agent called)\b"
    r"|\b(?:talking|speaking|chatting) (?:to|with) (?:our|one of our) (?:staff|team|people)\b"
    r"|\bi(?:['\u2019]m| am) not (?:a |an )?(?:bot|robot|machine|ai|program|automated)"
    r"|\bje suis (?:un humain|une (?:vraie )?personne|un être humain)|\bje ne suis pas un robot"
    r"|\bsou (?:um ser humano|uma pessoa|humano)|\bnão sou um (?:robô|bot)"
    r"|\bsoy (?:un ser humano|una persona|humano)|\bno soy un (?:robot|bot)"
    r"|\bich bin (?:ein )?(?:echter |richtiger )?mensch|\bich bin kein (?:roboter|bot)"
    r"|\bmimi ni (?:binadamu|mtu\b)"
    r"|\b(?:mimi )?(?:si|sio|siyo) roboti\b|\bhuman here\b|\bas human as|\ba living person"
    r"|\bno bot here|\bsono (?:una persona"
    r"|un essere umano|umano)|\bnon sono un (?:bot|robot)"
    r"|\bik ben (?:een )?(?:echt )?(?:mens|persoon)"
    r"|\bik ben geen (?:bot|robot)|\bjestem człowiekiem|\bnie jestem (?:botem|robotem)"
    r"|\bben bir insanım|\bngingumuntu|\bangi\w+ irobhothi|أنا (?:إنسان|شخص|بشر)"  # noqa: RUF001  # a letter of theirs
    r"|لست (?:روبوت|آلة|برنامج)|ሰው ነኝ|(?:ሮቦት|ማሽን) አይደለሁም|मैं (?:एक )?(?:रोबोट|मशीन|बॉट) नहीं"
    r"|我是(?:一个)?真?人(?!工)"
    r"|不是(?:机器人|机器)|मैं (?:एक )?(?:इंसान|मनुष्य)",
)


def claims_deeds(text: str, cited: str) -> bool:
    """Says that it acted, that somebody will, or that all is done."""
    known = cited.lower()
    for seen in readings(text):
        if any(found[0] not in known for found in _DEEDS.finditer(seen)):
            return True
        acted = [match for each in _ACTED for match in each.finditer(seen)]
        for found in (*_DONE_FOR_YOU.finditer(seen), *acted):
            before = _ENDS.split(seen[: found.start()])[-1]
            if found[0] not in known and not _CONDITION_BEFORE.search(before):
                return True
    return False


def claims_to_be_human(text: str) -> bool:
    return any(_CLAIMS_TO_BE_HUMAN.search(seen) for seen in readings(text))
