"""Turns of phrase that complain without a word of feeling, in six languages (pure).

Written again, still waiting, nobody answers, a promise passed: a list to read and to extend.
"""

from __future__ import annotations

import re
from itertools import chain

from services.classifier.patterns import any_of

_PHRASES = {
    "en": (
        r"\b(?:is|for|now|already) (?:already |now )?(?:the|my) (?:second|third|fourth|fifth|sixth|"
        r"umpteenth|nth|\d+(?:nd|rd|th)) time\b(?! (?:order|buy|visit|stay|shop|us|guest))",
        r"\b(?:this|that) is (?:already |now )?(?:my|the) (?:second|third|fourth|fifth|\d+th) "
        r"(?:e-?mail|message|call|ticket|request|reminder|complaint|attempt|week|month)\b",
        r"\bhow many (?:more )?times (?:(?:do|must|should|will|am) (?:i|we)|have i (?:to|told|"
        r"asked|called|written|explained))\b",
        r"\b(?:called|phoned|rung|rang|written|wrote|e-?mailed|messaged|sent|asked|tried|reported|"
        r"complained|contacted|explained)\b[^.!?\n]{0,25}\b(?:twice|\w+ times)\b",
        r"\b(?:charged|billed|debited)(?: me)? (?:twice|double)\b",
        r"\b(?:over and over|again and again|yet again|same (?:issue|problem|error|story|answer) "
        r"(?:again|as))\b",
        r"\bstill (?:waiting|no|not|nothing|nobody|unable|missing|haven't|hasn't|isn't|"
        r"doesn't|don't|can't|cannot|won't|have not|has not|have no|have nothing)\b",
        r"\b(?:keep|kept|been) waiting\b",
        r"\bfor (?:\w+ ){1,3}(?:hours|days|weeks|months) (?:now|already|and)\b",
        r"\b(?:hours|days|weeks|months|e-?mails|calls) later\b",
        r"\b(?:nobody|no one|no-one|noone) (?:\w+ ){0,2}(?:answer|repl|respond|help|call|care|came|"
        r"come|pick|show|got|contact|listen|seem)\w*",
        r"\bno (?:reply|answer|response|news|update|explanation)(?! (?:is )?(?:need|necessary))\b",
        r"\bnever (?:arrived|came|got|received|replied|answered|called|showed|heard)\b",
        r"\b(?:is|hello,?) any(?:one|body) (?:there|reading|even|listening|at all)\b",
        r"\byou (?:had )?(?:promised|assured|guaranteed)\b",
        r"\b(?:didn't|did not|never) (?:show|turn)(?:ed)? up\b|\byou (?:still )?owe me\b",
        r"\bis (?:it|this) (?:even )?normal (?:that|to)\b|\bis this normal\b",
        r"\b(?:no|without) (?:power|electricity|water|internet|signal) (?:since|for|again)\b",
        r"\b(?:was|were) (?:promised|assured)\b|\bshould (?:\w+ ){1,4}by now\b",
        r"\btold (?:me )?(?:that )?(?:it|they|he|she|you) would\b",
        r"\b(?:was|were) (?:supposed|meant) to (?:be|have|arrive|come|get|call)\b",
        r"\bshould have (?:been|arrived|come|had)\b",
        r"\b(?:is this|is that) (?:how|what|your idea|a joke)\b",
        r"\bdo i (?:really|seriously|honestly) have to\b|\bare you (?:kidding|joking)\b",
        r"\bhow (?:much longer|long) (?:do (?:i|we) have to|must (?:i|we)|am i supposed to) wait\b",
        r"\bwhat (?:am i|are we|do i|do we) (?:even )?pay(?:ing)? (?:you )?for\b|"
        r"\bwhat's the point of (?:paying|calling|writing|having|your)\b",
        r"\bnot what (?:i|we) (?:paid|ordered|asked|expected|wanted|bought)\b",
        r"\banother (?:\w+ )?(?:day|week|hour|month|weekend|night) (?:without|wasted|lost|gone)\b",
        r"\b(?:don't|do not|didn't|hate|sorry) (?:(?:like|want|mean) )?to (?:complain|be (?:rude|"
        r"difficult|annoying|a pain))\b|\bwith (?:all )?(?:due )?respect\b",
        r"\bdo you (?:ever|even) (?:answer|read|reply|listen|care|check)\b",
        r"\b(?:broken|down|late|wrong|failing|crashing|offline) again\b",
        r"\b(?:stopped working|do(?:es)?n't work|(?:do|does) not work|isn't working)\b",
    ),
    "great, again": (
        r"\b(?:great|awesome|wonderful|fantastic|brilliant|perfect|nice|lovely|super|bravo|génial|"
        r"boa|ótimo|bonito|genial|toll|hongera|safi),(?![^.!?\n]{0,90}\b(?:work|thank|will|i'll|can|back|"
        r"see|merci|marche|fonctionne|funciona|obrigad))[^.!?\n]{0,60}\b(?:again|encore|outra vez|"
        r"de novo|otra vez|schon wieder|tena)\b",
    ),
    "thanks, but": (
        r"\b(?:thanks|thank you)\b[^.!?\n]{0,50}\b(?:but|however)\b",
        r"\bmerci\b[^.!?\n]{0,50}\bmais\b",
        r"\b(?:obrigad[oa]|gracias|danke|asante)\b[^.!?\n]{0,50}\b(?:mas|pero|aber|lakini)\b",
    ),
    "fr": (
        r"\b(?:deuxième|troisième|quatrième|cinquième|énième|\d+(?:e|ème)) (?:fois|message|mail|"
        r"appel|relance|demande)\b",
        r"\b(?:appelé|écrit|envoyé|demandé|relancé|téléphoné|essayé|expliqué)\b[^.!?\n]{0,25}"
        r"\b(?:deux|trois|quatre|cinq|dix|plusieurs|\d+) fois\b|\bprélevée?s? deux fois\b",
        r"\b(?:deviez|devait|devaient) (?:me|nous|être|arriver|venir|passer|rappeler|livrer)\b",
        r"\bn'(?:est|a|ont|êtes|avez) (?:toujours pas|jamais|pas) (?:venue?|arrivée?|passée?|"
        r"répondu|rappelée?)\b",
        r"\bcombien de fois\b|\bencore une fois (?:en|le|la|un|une|rien)\b",
        r"\b(?:toujours|encore) (?:pas|rien|aucune?|sans|personne|en (?:panne|attente|retard))\b",
        r"\bj'attends (?:toujours|encore|depuis)\b|\bque j'attends\b",
        r"\bça fait (?:\w+ ){1,4}que\b|\bdepuis (?:\w+ ){1,3}(?:jours|semaines|mois|heures) "
        r"(?:que|et|sans|déjà)\b",
        r"\bpersonne ne\b|\baucune? (?:réponse|nouvelle|explication)\b",
        r"\bsans (?:réponse|nouvelles?|solution)\b",
        r"\b(?:aviez|avez|avait|a|été) promis\b|\bcensée?s? (?:être|arriver)\b",
        r"\bc'est normal\b|\bvous vous moquez\b|\bil y a quelqu'un\b",
        r"\bne (?:marche|fonctionne|répond)(?:nt|ez)? (?:pas|plus|toujours)\b",
    ),
    "pt": (
        r"\b(?:segunda|terceira|quarta|quinta|enésima) (?:vez|mensagem|reclamação)\b"
        r"(?! que (?:compr|encomend|us))",
        r"\b(?:mandei|enviei|liguei|telefonei|escrevi|pedi|tentei|expliquei)\b[^.!?\n]{0,25}"
        r"\b(?:duas|três|quatro|cinco|várias|muitas|\d+) (?:vezes|e-?mails|mensagens)\b",
        r"\b(?:cobrad[oa]s?|cobraram)(?:-me)? duas vezes\b|\bnem (?:sequer )?uma resposta\b",
        r"\bnão (?:apareceu|apareceram|veio|vieram|chegou|chegaram|ligou|ligaram|respondeu|"
        r"responderam)\b|\bfic(?:ou|aram) de (?:vir|ligar|chegar|responder)\b",
        r"\bsem (?:luz|água|internet|rede)\b",
        r"\bquantas (?:mais )?vezes\b",
        r"\b(?:ainda|até agora|até hoje|continuo|continua) (?:não|nada|sem|nenhuma?|ninguém|"
        r"à espera|esperando|aguardando|a aguardar)\b|\be (?:até agora )?nada\b",
        r"\b(?:há|faz) (?:\w+ ){1,3}(?:horas|dias|semanas|meses) (?:à espera|que|sem|esper|aguard)",
        r"\b(?:à espera|esperando|aguardando|sem \w+) (?:há|desde)\b",
        r"\bninguém (?:me |nos )?(?:respond|atend|ajud|lig|resolv|apare|diz|faz)\w*",
        r"\bsem (?:resposta|notícias|solução)\b|\bnenhuma (?:resposta|explicação)\b",
        r"\b(?:prometeram|foi prometido|prometido|era para (?:ter )?(?:chegado|chegar|ser))\b",
        r"\b(?:avariou|avariado|avariada|deixou de funcionar)\b|\bé normal isto\b",
        r"\bnão (?:funciona|carrega|atendem|respondem)\b",
    ),
    "sw": (
        r"\bmara ya (?:pili|tatu|nne|tano|sita|ngapi|\d+)\b|\bmara ngapi\b",
        r"\bbado (?:si|ha|hai|haja|haija|sija|ham|hamja|nangoj|nasubiri|ninasubiri)\w*",
        r"\b(?:nimengoja|nimesubiri|nimekuwa nikisubiri|ninangoja) (?:\w+ )?(?:wiki|siku|mwezi|"
        r"miezi|saa|masaa|muda)\b",
        r"\b(?:nimepiga|nimeandika|nimewaandikia|nimetuma|nimeomba|nimejaribu)\b[^.!?\n]{0,25}"
        r"\bmara (?:mbili|tatu|nne|tano|nyingi|kadhaa|\d+)\b",
        r"\b(?:hajafika|haijafika|hakufika|hakuja|haikufika|hamshiki|hampokei|hapokei|hawapokei)\b",
        r"\b(?:hadi|mpaka) (?:sasa|leo) (?:ha|si|bado)\w*",
        r"\b(?:ali|wali|mli)(?:sema|ahidi)\w* (?:ata|wata|mta|mnge|ange|wange|ita|inge)\w*",
        r"\bhakuna (?:anay|aliy|mtu|majibu|jibu)\w*|\bmbona (?:ha|si|bado|m)\w*",
        r"\b(?:mliahidi|mliniahidi|mliniambia|ilipaswa|ilitakiwa)\b",
        r"\b(?:hamjibu|hamnijibu|hamjanijibu|hamjajibu|hajibu|hawajibu|hawanijibu)\b",
        r"\b(?:mmekula|wamekula) (?:pesa|hela)\b|\b(?:ha[iu]fany|ha[iu]jafany|imegoma|imekataa)\w*",
    ),
    "es": (
        r"\b(?:segunda|tercera|cuarta|quinta|enésima) vez\b(?! que (?:compr|us))",
        r"\bcuántas veces\b|\bllevo (?:\w+ ){1,3}(?:horas|días|semanas|meses)\b",
        r"\b(?:llamado|llamé|escrito|escribí|enviado|envié|pedido|pedí)\b[^.!?\n]{0,25}"
        r"\b(?:dos|tres|cuatro|varias|muchas|\d+) veces\b|\bno (?:llegó|vino|apareció|llamaron)\b",
        r"\b(?:todavía|aún|sigo|sigue) (?:no|sin|nada|esperando)\b",
        r"\bnadie (?:me |nos )?(?:respond|contest|atiend|ayud|llam)\w*|\bsin respuesta\b",
        r"\b(?:me prometieron|prometieron|no funciona)\b",
    ),
    "de": (
        r"\bzum (?:zweiten|dritten|vierten|fünften|wiederholten|x-ten) mal\b",
        r"\bwie oft (?:muss|soll)",
        r"\bimmer noch\b|\bnoch immer\b|\bschon wieder\b|\bbis heute (?:nicht|kein|nichts)\w*",
        r"\bseit (?:\w+ ){1,2}(?:stunden|tagen|wochen|monaten) (?:warte|kein|nicht|ohne)\w*",
        r"\b(?:schon|bereits) (?:zweimal|dreimal|viermal|mehrmals|mehrfach|\d+ mal)\b",
        r"\bnicht (?:gekommen|erschienen|gemeldet|angekommen|zurückgerufen)\b|"
        r"\b(?:doppelt|zweimal) abgebucht\b",
        r"\bniemand (?:\w+ )?(?:antwortet|meldet|hilft|ruft|geht)\b|\bkeine antwort\b",
        r"\b(?:hatten|haben|wurde|war) (?:\w+ ){0,3}versprochen\b|\bfunktioniert (?:nicht|immer)\b",
    ),
}  # fmt: skip
_BITTER_PHRASES = (
    r"\b(?:never again|never (?:buying|ordering|using|coming back)|thanks for nothing|fed up|"
    r"sick of|sick and tired|had enough|rip-?off|(?:waste|wasting) (?:of )?(?:my )?(?:time|money)|"
    r"took my money|never (?:\w+ ){1,4}again|last time i (?:buy|order|use|shop)|is this how you)\b",
    r"\b(?:plus jamais|ras[- ]le[- ]bol|marre de|perte de temps|se moque(?:r|z)? du monde)\b",
    r"\b(?:nunca mais|fart[oa] (?:de|disto)|perda de tempo|gozar com)\b",
    r"\b(?:nimechoka na|mnanipotezea|mmekula|wamekula) (?:pesa|hela|muda|nyinyi|huduma)\b",
    r"\b(?:nunca más|hart[oa] de|pérdida de tiempo)\b",
    r"\b(?:nie wieder|nase voll|zeitverschwendung|es reicht)\b",
)
_COMPLAINT = any_of(chain(*_PHRASES.values(), _BITTER_PHRASES))
_BITTER = any_of(_BITTER_PHRASES)
# "What if it doesn't work?" asks; nothing stopped working yet.
_SUPPOSED = re.compile(r"\b(?:if|wenn)\b[^.!?]*$")
_NEAR = 50  # characters


def complaint(plain: str) -> float | None:
    """How strongly it complains, to -2, from a text as patterns are written; None if it does not.

    A phrase says more than a word, which may stand in any sentence.
    """
    found = _COMPLAINT.search(plain)
    if not found or _SUPPOSED.search(plain[: found.start()][-_NEAR:]):
        return None
    return -2.0 if _BITTER.search(plain) else -1.3
