"""Turns of phrase that complain without a word of feeling, in six languages (pure).

Written again, still waiting, nobody answers, a promise passed: a list to read and to extend.
Whoever only asks must not be found: what a plain question says as well ("how many times", "two
weeks later", "still") stands with the words that make it a complaint.
"""

from __future__ import annotations

from services.classifier.patterns import any_of
from services.classifier.supposing import is_supposed

_PHRASES = (
    # English
    r"\b(?:is|for|now|already) (?:already |now )?(?:the|my) (?:second|third|fourth|fifth|sixth|"
    r"umpteenth|nth|\d+(?:nd|rd|th)) time\b(?! (?:order|buy|visit|stay|shop|us|guest))",
    r"\b(?:this|that) is (?:already |now )?(?:my|the) (?:second|third|fourth|fifth|\d+th) "
    r"(?:e-?mail|message|call|ticket|request|reminder|complaint|attempt|week|month)\b",
    r"\bhow many (?:more )?times (?:(?:do|must|should|will|am) (?:i|we) (?:have |need |going )?"
    r"(?:to )?|have i (?:to )?)(?:t[eo]ll?d?|ask|call|writ|explain|repeat|sa[iy]|sen[dt]|contact|"
    r"complain|wait|chase|beg)",
    r"\b(?:called|phoned|rung|rang|written|wrote|e-?mailed|messaged|sent|asked|reported|complained|"
    r"contacted|explained|tried (?:to )?(?:call|phone|reach|contact|write|pay|log|get|sign))"
    r"\b[^.!?\n]{0,25}\b(?:twice|(?:two|three|four|five|six|seven|ten|several|many|multiple|few|"
    r"countless|\d+) times)\b",
    r"\b(?:charged|billed|debited)(?<!be charged)(?<!be billed)(?<!be debited)(?: me)? "
    r"(?:twice|double)\b",
    r"\b(?:yet again|same (?:issue|problem|error|story|answer) (?:again|as (?:before|last)))\b",
    r"\bstill (?:waiting|nothing|nobody|unable|missing|isn't|doesn't|can't|cannot|won't|no|have no|"
    r"have nothing|hasn't|has not|(?:not|haven't|have not|don't)(?! (?:sure|clear|certain|know|"
    r"decided|understand|chosen|tried)))\b",
    r"\b(?:keep|kept|been) waiting\b",
    r"\bfor (?:\w+ ){1,3}(?:hours|days|weeks|months) (?:now|already|and (?:still|no|nothing|nobody|"
    r"not|counting))\b",
    r"\b(?:hours|days|weeks|months) later,? (?:and )?(?:still|no|nothing|nobody|not)\b|"
    r"\b(?:e-?mails|calls) later\b",
    r"\b(?:nobody|no one|no-one|noone) (?:\w+ ){0,2}(?:answer|repl|respond|help|call|care|came|"
    r"come|pick|show|got|contact|listen|seem)\w*",
    r"\bno (?:reply|answer|response|news|update|explanation)(?! (?:is )?(?:need|necessary|required|"
    r"good))\b",
    r"\bnever (?:arrived|came|got|received|replied|answered|called|showed|heard)\b",
    r"\b(?:is|hello,?) any(?:one|body) (?:reading|even|listening|at all)\b",
    r"\byou (?:had )?(?:promised|assured|guaranteed)\b",
    r"\b(?:didn't|did not|never) (?:show|turn)(?:ed)? up\b|\byou (?:still )?owe me\b",
    r"\bis (?:it|this) (?:even )?normal (?:that|to) (?:\w+ ){0,3}(?:wait|have to|take|"
    r"nobody|no)\w*",
    r"\b(?:no|(?:are|is|am|been|day|days|still) without) (?:power|electricity|water|internet|"
    r"signal) (?:since|for|again)\b|"
    r"\b(?:hours|days|weeks) (?:now |already )?without (?:power|electricity|water|internet)\b",
    r"\b(?:was|were) (?:promised|assured)\b|\bshould (?:\w+ ){1,4}by now\b",
    r"\btold (?:me )?(?:that )?(?:it|they|he|she|you) would\b",
    r"\byou were (?:supposed|meant) to\b|"
    r"\b(?:was|were) (?:supposed|meant) to (?:be|have|arrive|come|get|call)\b",
    r"\bshould have (?:been|arrived|come)\b",
    r"\bis (?:this|that) (?:how you|what you call|what i paid|your idea|a joke)\b",
    r"\bdo i (?:really|seriously|honestly) have to (?:wait|call|explain|go|come|chase|beg|complain|"
    r"repeat|do)\b|\bare you (?:kidding|joking)\b",
    r"\bhow (?:much longer (?:do (?:i|we) have to|must (?:i|we))|long am i supposed to) wait\b",
    r"\bwhat (?:am i|are we) (?:even )?paying (?:you )?for\b|\bwhat do (?:i|we) even pay\b|"
    r"\bwhat's the point of (?:paying|calling|writing|having|your)\b",
    r"\bnot what (?:i|we) (?:paid|ordered|asked|expected|wanted|bought)\b",
    r"\banother (?:\w+ )?(?:day|week|hour|month|weekend|night) "
    r"(?:without(?! paying)|wasted|lost|gone)\b",
    r"\b(?:don't|do not|didn't|hate|sorry) (?:(?:like|want|mean) )?to (?:complain|be (?:rude|"
    r"difficult|annoying|a pain))\b|\bwith (?:all )?due respect\b",
    r"\bdo you (?:ever|even) (?:answer|read|reply|listen|care|check)\b",
    r"\b(?:broken|down|late|wrong|failing|crashing|offline) again\b",
    r"\b(?:stopped working|do(?:es)?n't work|(?:do|does) not work|isn't working)\b"
    r"(?! for (?:me|us)\b)",
    r"\b(?:arrived|came|was|were|stone|delivered|food|late and|soggy and) cold\b",
    # "Great, broken again": praise that is scorn
    r"\b(?:great|awesome|wonderful|fantastic|brilliant|perfect|nice|lovely|super|bravo|génial|boa|"
    r"ótimo|bonito|genial|toll|hongera|safi),(?: (?!work|thank|will|i'll|can|back|see|online|fine|"
    r"merci|marche|fonctionne|funciona|obrigad)[\w'-]{1,20},?){0,8}? (?:again|encore "
    r"(?:une?|en|coup\w+|tomb\w+)|outra vez|de novo|otra vez|schon wieder|tena)\b(?!,? "
    r"(?:thank|merci|obrigad|i |we ))",
    # "Thank you, but it does not open"; but not: "it is no longer needed"
    r"\b(?:thanks|thank you)\b(?>[^.!?\n]{0,40}?\b(?:but|however)\b),?(?! (?:(?:i|we) (?:do not|"
    r"don't|no longer)(?: \w+)? need|no (?:need|thank|longer)|(?:it's|it is|that's) (?:no longer|"
    r"not) |not (?:need|necess|interest|now|today)|i'm not interest))(?: [\w'-]{1,20}){0,5}? "
    r"(?:not|no|never|still|nothing|nobody|cannot|wrong|same|[a-z]{2,6}n't)\b",
    r"\bmerci\b(?>[^.!?\n]{0,40}?\bmais\b)(?! (?:(?:ce|ça) n'est (?:plus|pas) |pas (?:besoin|"
    r"nécess)|non merci|je n'(?:en )?ai (?:plus|pas) besoin|ça ne m'int))(?: [\w'-]{1,20}){0,5}? "
    r"(?:ne|n'\w+|pas|rien|toujours|personne|aucune?|jamais)\b",
    r"\bobrigad[oa]\b(?>[^.!?\n]{0,40}?\bmas\b)(?! (?:já )?não (?:é |precis|quero))"
    r"(?: [\w'-]{1,20}){0,5}? (?:não|nada|ainda|ninguém|nunca)\b",
    r"\bgracias\b(?>[^.!?\n]{0,40}?\bpero\b)(?! (?:ya )?no (?:hace|es |lo nec|nec|gracias))"
    r"(?: [\w'-]{1,20}){0,5}? (?:no|nada|nadie|nunca|todavía|aún|sigo)\b",
    r"\bdanke\b(?>[^.!?\n]{0,40}?\baber\b)(?! (?:ich |das )?(?:brauche|benötige|nicht|ist nicht))"
    r"(?: [\w'-]{1,20}){0,5}? (?:nicht|keine?|nichts|niemand)\b",
    r"\b(?:asante|nashukuru)\b(?>[^.!?\n]{0,40}?\blakini\b)(?! (?:sii?hitaji|haihitaj|"
    r"hakuna haja))(?: [\w'-]{1,20}){0,5}? (?:bado|hakuna|si|haija|hai|haw|ham|sija)\w*",
    # French
    r"\b(?:c'est|pour|voici|voilà|déjà) (?:déjà )?(?:la|ma|mon|le) (?:deuxième|troisième|quatrième|"
    r"cinquième|énième|\d+(?:e|ème)) (?:fois|message|mail|appel|relance|demande)\b"
    r"(?! que (?:je (?:command|vien)|j'ach))",
    r"\b(?:appelé|écrit|envoyé|demandé|relancé|téléphoné|expliqué|essayé de (?:vous )?\w+)\b"
    r"[^.!?\n]{0,25}\b(?:deux|trois|quatre|cinq|dix|plusieurs|\d+) fois\b|"
    r"\bprélevée?s? deux fois\b",
    r"\b(?:deviez|devait|devaient) (?:[\w'-]{1,20} ){1,5}?(?:hier|avant-hier|ce matin|mais|"
    r"et (?:rien|personne|toujours)|il y a|la semaine|toujours)\b|"
    r"\bvous deviez (?:me|nous)\b",
    r"\bn'(?:est|a|ont|êtes|avez) (?:toujours pas|jamais|pas) (?:venue?|arrivée?|passée?|"
    r"répondu|rappelée?)\b",
    r"\bcombien de fois (?:encore )?(?:faut|dois|devr|vais|ai)[\w-]*(?: [\w'-]{1,20}){0,4}? "
    r"(?:vous |l'|le )?(?:appel|écri|expliqu|répét|redire|dire|dit|demand|relanc|attend|"
    r"rappel|réclam)",
    r"\bencore une fois (?:en (?:panne|retard)|rien)\b",
    r"\btoujours (?:pas|rien|aucune?|personne|sans (?:réponse|nouvelle|solution|eau|électri|"
    r"courant|internet|connexion|réseau)|en (?:panne|retard))|\bencore en (?:panne|retard)\b",
    r"\bj'attends (?:toujours|encore|depuis)\b",
    r"\bça fait (?:\w+ ){1,4}que (?:j'attends|je (?:n'|vous )|nous (?:attendons|n')|rien|personne|"
    r"mon |ma |le |la |l')|\bdepuis (?:\w+ ){1,3}(?:jours|semaines|mois|heures) (?:déjà|sans|et "
    r"(?:rien|toujours|personne|aucun))\b",
    r"\bpersonne (?:n'(?:est ven|a (?:rép|rap|fait))|ne (?:(?:me |nous |m')?(?:répond|rappel|vien|"
    r"sait|décroch|fait|aide|lit|prend)|s'occupe|peut (?:me |nous |m')))|"
    r"\baucune? (?:réponse|nouvelle|explication)\b",
    r"\bsans (?:réponse|nouvelles?|solution)\b",
    r"\b(?:aviez|avez|avait|a|été) promis\b|\bcensée?s? (?:être|arriver)\b",
    r"\bnormal (?:que|qu'|d'|de) ?(?:\w+ ){0,3}(?:atten|personne|pas|aucun|rien)\w*|"
    r"\bvous trouvez (?:ça |cela )?normal\b|\bvous vous moquez\b",
    r"\bne (?:marche|fonctionne|répond)(?:nt|ez)? (?:pas|plus|toujours)\b",
    r"\b(?:très mal|si mal|fonctionne mal|mal (?:reçue?s?|servie?s?|traitée?s?|emballée?s?))\b",
    # Portuguese
    r"\b(?:é|é já|já é|pela) (?:a )?(?:segunda|terceira|quarta|quinta|enésima) vez\b"
    r"(?! que (?:compr|encomend|us))|\b(?:segunda|terceira|quarta|quinta|enésima) (?:mensagem|"
    r"reclamação)\b",
    r"\b(?:mandei|enviei|liguei|telefonei|escrevi|expliquei|pedi ajuda|tentei \w+r)\b[^.!?\n]{0,25}"
    r"\b(?:duas|três|quatro|cinco|várias|muitas|\d+) (?:vezes|e-?mails|mensagens)\b",
    r"\b(?:cobrad[oa]s?|cobraram)(?:-me)? duas vezes\b|\bnem (?:sequer )?uma resposta\b",
    r"\bnão (?:apareceu|apareceram|veio|vieram|chegou|chegaram|ligou|ligaram|respondeu|"
    r"responderam)\b|\bfic(?:ou|aram) de (?:[\w-]{1,20} ){1,5}?(?:e|mas) (?:até |ainda )?"
    r"(?:não|nada|nunca)\b",
    r"\b(?:estou|estamos|está|estão|fiquei|ficou|ficámos|ficamos|continuo|continuamos|dias?|"
    r"semanas?|horas?) (?:todos )?sem (?:luz|água|internet|rede|sinal)\b|"
    r"\bsem (?:luz|água|internet|rede|sinal) (?:há|desde|de novo|outra vez)\b",
    r"\bquantas (?:mais )?vezes (?:(?:mais|já|é|que|tenho|terei|preciso|vou|devo|de|ter|eu|ainda) )"
    r"{1,5}(?:lig|escrev|explic|pedir|pedi|repet|dizer|disse|reclam|telefon|contact|esper|envi|mand)",
    r"\bainda não (?:receb|cheg|respond|resolv|tive|veio|obtiv|apareceu|consegui|me |nos |devolv|"
    r"ca[ií])|\b(?:ainda|até agora|até hoje|continuo|continua) (?:nada|nenhuma?|ninguém|à espera|"
    r"esperando|aguardando|a aguardar|sem (?:resposta|notícias|solução|luz|água|internet|rede|ver|"
    r"receber|saber|conseguir))\b|\b(?:até agora|até hoje|continuo) não\b|"
    r"\be (?:até agora )?nada\b(?! (?:mais|de))",
    r"\b(?:há|faz) (?:\w+ ){1,3}(?:horas|dias|semanas|meses) (?:à espera|sem |esper|aguard|que "
    r"(?:não|esp|est|aguard|devolv))",
    r"\b(?:à espera|esperando|aguardando|sem \w+) (?:há|desde)\b",
    r"\bninguém (?:me |nos )?(?:respond|atend|ajud|lig|resolv|apare|diz|faz)\w*",
    r"\bsem (?:resposta|notícias|solução)\b|\bnenhuma (?:resposta|explicação)\b",
    r"\b(?:prometeram|foi prometido|prometido|era para (?:ter )?(?:chegado|chegar))\b",
    r"\b(?:avariou|avariado|avariada|deixou de funcionar)\b",
    r"\b(?:chegou|veio|está|estava|ecrã|tela) (?:tod[oa] )?partid[oa]\b",
    r"\bnão (?:funciona|carrega|atendem|respondem)\b|"
    r"\b(?:muito mal|funciona mal|mal atendid[oa]|mal[- ]educad[oa])\b",
    # Swahili
    r"\b(?:hii|sasa|leo|hili) (?:ni )?(?:\w+ )?mara ya (?:pili|tatu|nne|tano|sita|ngapi|\d+)\b"
    r"(?! (?:nanunu|kununu|naagiz|kuagiz|natumi|kutumi))",
    r"\bmara ngapi (?:nimewa|nimepig|nimeandik|nimeulizi?|nipig|niwaambi|niandik|nielez|niwapigi)|"
    r"\b(?:niwaambie|nipige|niandike|nieleze|niwapigie) (?:\w+ )?mara ngapi\b",
    r"\bbado (?:sijapa|sijapo|sijajib|sijarud|hatujapa|hatujapo|ha[iu]?jafik|hamja(?:ni)?(?:jib|"
    r"let|tatu|rud)|haijarud|nangoj|nasubiri|ninasubiri|ninangoj|hakuna|ha[iu]fany|hamjibu)\w*",
    r"\b(?:nimengoja|nimesubiri|nimekuwa nikisubiri|ninangoja) (?:\w+ )?(?:wiki|siku|mwezi|"
    r"miezi|saa|masaa|muda)\b",
    r"\b(?:nimepiga|nimeandika|nimewaandikia|nimetuma|nimeomba|nimejaribu ku[\w-]+)\b[^.!?\n]{0,25}"
    r"\bmara (?:mbili|tatu|nne|tano|nyingi|kadhaa|\d+)\b",
    r"\bha[iu]jafika (?:hadi|mpaka) leo\b|"
    r"\b(?:hajafika|hakufika|hakuja|haikufika|hamshiki|hampokei|hapokei|hawapokei)\b",
    r"\b(?:hadi|mpaka) (?:sasa|leo) (?:ha|si|bado)\w*",
    r"\b(?:ali|wali|mli)ahidi\w* (?:ata|wata|mta|ita)\w*|"
    r"\b(?:ali|wali|mli)(?:sema|ahidi)\w* (?:mnge|ange|wange|inge)\w*",
    r"\bhakuna (?:anay|aliy|mtu|majibu|jibu)\w*|\bmbona (?:ham(?:j|ni)|ha[iu]?j|sij|bado|mme)\w*",
    r"\b(?:mliahidi|mliniahidi|ilipaswa|ilitakiwa)\b",
    r"\b(?:hamjibu|hamnijibu|hamjanijibu|hamjajibu|hajibu|hawajibu|hawanijibu)\b",
    r"\b(?:mmekula|wamekula) (?:pesa|hela)\b|\b(?:ha[iu]fany|ha[iu]jafany|imegoma|imekataa)\w*",
    # Spanish
    r"\b(?:es|va|van|por) (?:ya )?(?:la )?(?:segunda|tercera|cuarta|quinta|enésima) vez\b"
    r"(?! que (?:compr|us))",
    r"\bcuántas veces (?:(?:más|tengo|tendré|debo|voy|hay|que|a|tener|les|os|le|te|ya|he) ){1,5}"
    r"(?:llam|escri|explic|pedir|repet|dec|dicho|reclam|contact|esper)",
    r"\bllevo (?:\w+ ){1,3}(?:horas|días|semanas|meses) (?:esper|sin|llam|intent|escrib)\w*",
    r"\b(?:llamado|llamé|escrito|escribí|enviado|envié)\b[^.!?\n]{0,25}"
    r"\b(?:dos|tres|cuatro|varias|muchas|\d+) veces\b|\bno (?:llegó|vino|apareció|llamaron)\b",
    r"\b(?:todavía|aún) no (?:me |nos |he rec|ha lleg|lleg|recib|respond|contest|resuelv|se ha|"
    r"tengo|funciona)|\b(?:todavía|aún|sigo|sigue) (?:nada|esperando|sin (?:respuesta|funcionar|"
    r"llegar|recibir|noticias|luz|agua|internet|solución|saber|poder|ver))\b",
    r"\bnadie (?:me |nos )?(?:respond|contest|atiend|ayud|llam)\w*|\bsin respuesta\b",
    r"\b(?:me prometieron|prometieron|no funciona|muy mal|funciona mal|mal servicio)\b",
    # German
    r"\b(?:schon|bereits|jetzt|nun) zum zweiten mal\b|"
    r"\bzum (?:dritten|vierten|fünften|wiederholten|x-ten) mal\b",
    r"\bwie oft (?:muss|soll) ich (?:\w+ ){0,4}(?:anruf|schreib|erklär|sagen|frag|wart|nachfrag|"
    r"wiederhol|bitten|melden)",
    r"\b(?:immer noch|noch immer) (?:\w+ )?(?:nicht|keine?|nichts|nix|niemand|ohne|kaputt|defekt|"
    r"offline|gesperrt)\b|\bwarten?\b (?:\w+ )?(?:immer noch|noch immer)\b",
    r"\bschon wieder\b(?! (?:geöffnet|offen|auf|da|verfügbar|lieferbar|möglich|zurück|"
    r"bestellen|kaufen|buchen))|"
    r"\bbis heute (?:nicht|kein|nichts)\w*",
    r"\bseit (?:\w+ ){1,2}(?:stunden|tagen|wochen|monaten) (?:warte|kein|nicht|ohne)\w*",
    r"\b(?:schon|bereits) (?:zweimal|dreimal|viermal|mehrmals|mehrfach|\d+ mal) (?:\w+ ){0,3}"
    r"(?:angeruf|geschrieb|gefragt|nachgefragt|gemeldet|erklärt|reklamiert|versucht|gewartet|"
    r"kontaktiert|abgebucht|verschoben|storniert)",
    r"\bnicht(?<!noch nicht) (?:gekommen|erschienen|gemeldet|angekommen|zurückgerufen)\b|"
    r"\b(?:doppelt|zweimal) abgebucht\b",
    r"\bniemand (?:\w+ )?(?:antwortet|meldet|hilft|ruft|geht)\b|\bkeine antwort\b",
    r"\b(?:hatten|haben|wurde|war) (?:\w+ ){0,3}versprochen\b|"
    r"\bfunktioniert (?:nicht|immer noch)\b",
)  # fmt: skip
_BITTER_PHRASES = (
    r"\b(?:never again|never (?:buying|ordering|using|coming back)|thanks for nothing|fed up|"
    r"sick of|sick and tired|had enough(?: of (?:this|you|it))?(?! \w)|rip-?off|"
    r"(?:waste|wasting) (?:of )?(?:my )?(?:time|money)|"
    r"took my money|never (?:\w+ ){1,4}again|last time i (?:buy|order|use|shop)|is this how you)\b",
    r"\b(?:plus jamais|ras[- ]le[- ]bol|marre de|perte de temps|se moque(?:r|z)? du monde)\b",
    r"\b(?:nunca mais|fart[oa] (?:de|disto)|perda de tempo|gozar com)\b",
    r"\b(?:nimechoka na|mnanipotezea|mmekula|wamekula) (?:pesa|hela|muda|nyinyi|huduma)\b",
    r"\b(?:nunca más|hart[oa] de|pérdida de tiempo)\b",
    r"\b(?:nie wieder|nase voll|zeitverschwendung|jetzt reicht|mir reicht|"
    r"es reicht(?! \w|, wenn))\b",
)
_COMPLAINT = any_of((*_PHRASES, *_BITTER_PHRASES))
_BITTER = any_of(_BITTER_PHRASES)


def complaint(plain: str, language: str) -> float | None:
    """How strongly it complains, to -2, from a text as patterns are written; None if it does not.

    A phrase says more than a word, which may stand in any sentence.
    """
    for found in _COMPLAINT.finditer(plain):
        # "What if it doesn't work?" asks; nothing stopped working yet.
        if not is_supposed(plain, found.start(), language):
            return -2.0 if _BITTER.search(plain) else -1.3
    return None
