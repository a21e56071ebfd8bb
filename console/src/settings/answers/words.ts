import { catalogue } from "../../words/words";

export const answerWords = catalogue({
  en: {
    answers: "Answers", voice: "The machine’s voice", autoReply: "The machine answers by itself", persona: "Persona", personaHint: "Who speaks: a name, a role.", tone: "Tone",
    toneHint: "As “friendly and brief”.", languages: "Languages", languagesHint: "Two letters each, the first is the default.", topics: "Forbidden topics", topicsHint: "What the machine leaves to a person.",
    hosts: "Hosts that may be linked to", handover: "Handing over", turnLimit: "Answers in a row", oldest: "Oldest message answered, minutes", evidence: "Evidence, at least",
    evidenceHint: "From 0 to 1; empty: what was measured.", confidence: "Confidence, at least", modelLabels: "Below that confidence, a language model chooses the intent: up to 3 s more, in the budget", defaultTeam: "Team for the rest", defaultTeamHint: "Where a case goes that no rule sends elsewhere.",
    firstResponse: "First answer by a person due after, minutes", askForRating: "Ask for a rating when a conversation is resolved", limits: "Waits and budgets", debounce: "Quiet before an answer, ms",
    debounceMost: "Longest wait, ms", reopen: "Same conversation for, hours", tokens: "Tokens a day", cost: "Dollars a month", noLimit: "Empty: no limit.", zone: "Time zone of reports", zoneHint: "Empty: UTC.",
    hook: "Ask before a reply is sent", hookEndpoint: "Endpoint", hookHint: "One that listens to reply.proposed.", deadline: "Waits for, ms", onFailure: "Without an answer",
    ON_FAILURE_SEND: "Send the reply", ON_FAILURE_HAND_OVER: "Hand over to a person",
  },
  fr: {
    answers: "Réponses", voice: "La voix de la machine", autoReply: "La machine répond d’elle-même", persona: "Personnage", personaHint: "Qui parle : un nom, un rôle.", tone: "Ton",
    toneHint: "Comme « aimable et bref ».", languages: "Langues", languagesHint: "Deux lettres chacune, la première par défaut.", topics: "Sujets interdits", topicsHint: "Ce que la machine laisse à une personne.",
    hosts: "Hôtes que l’on peut lier", handover: "Passage à une personne", turnLimit: "Réponses de suite", oldest: "Message le plus ancien traité, minutes", evidence: "Preuve, au moins",
    evidenceHint: "De 0 à 1 ; vide : la valeur mesurée.", confidence: "Confiance, au moins", modelLabels: "Sous cette confiance, un modèle de langue choisit l’intention : jusqu’à 3 s de plus, dans le budget", defaultTeam: "Équipe pour le reste", defaultTeamHint: "Où va un cas qu’aucune règle n’envoie ailleurs.",
    firstResponse: "Première réponse d’une personne due après, minutes", askForRating: "Demander une note quand une conversation est résolue", limits: "Attentes et budgets", debounce: "Silence avant de répondre, ms",
    debounceMost: "Attente la plus longue, ms", reopen: "Même conversation pendant, heures", tokens: "Jetons par jour", cost: "Dollars par mois", noLimit: "Vide : sans limite.", zone: "Fuseau des rapports", zoneHint: "Vide : UTC.",
    hook: "Demander avant d’envoyer", hookEndpoint: "Point d’accès", hookHint: "Un qui écoute reply.proposed.", deadline: "Attend, ms", onFailure: "Sans réponse",
    ON_FAILURE_SEND: "Envoyer la réponse", ON_FAILURE_HAND_OVER: "Passer à une personne",
  },
  pt: {
    answers: "Respostas", voice: "A voz da máquina", autoReply: "A máquina responde sozinha", persona: "Personagem", personaHint: "Quem fala: um nome, um papel.", tone: "Tom",
    toneHint: "Como «simpático e breve».", languages: "Línguas", languagesHint: "Duas letras cada, a primeira é a usual.", topics: "Assuntos proibidos", topicsHint: "O que a máquina deixa a uma pessoa.",
    hosts: "Sítios a que se pode ligar", handover: "Passagem a uma pessoa", turnLimit: "Respostas seguidas", oldest: "Mensagem mais antiga respondida, minutos", evidence: "Prova, pelo menos",
    evidenceHint: "De 0 a 1; vazio: o valor medido.", confidence: "Confiança, pelo menos", modelLabels: "Abaixo dessa confiança, um modelo de língua escolhe a intenção: até 3 s mais, no orçamento", defaultTeam: "Equipa para o resto", defaultTeamHint: "Para onde vai um caso que nenhuma regra envia.",
    firstResponse: "Primeira resposta de uma pessoa após, minutos", askForRating: "Pedir avaliação quando uma conversa é resolvida", limits: "Esperas e orçamentos", debounce: "Silêncio antes de responder, ms",
    debounceMost: "Espera mais longa, ms", reopen: "Mesma conversa durante, horas", tokens: "Tokens por dia", cost: "Dólares por mês", noLimit: "Vazio: sem limite.", zone: "Fuso dos relatórios", zoneHint: "Vazio: UTC.",
    hook: "Perguntar antes de enviar", hookEndpoint: "Ponto de entrega", hookHint: "Um que ouça reply.proposed.", deadline: "Espera, ms", onFailure: "Sem resposta",
    ON_FAILURE_SEND: "Enviar a resposta", ON_FAILURE_HAND_OVER: "Passar a uma pessoa",
  },
  sw: {
    answers: "Majibu", voice: "Sauti ya mashine", autoReply: "Mashine hujibu yenyewe", persona: "Mhusika", personaHint: "Nani anazungumza: jina, wajibu.", tone: "Namna ya kusema",
    toneHint: "Kama “kirafiki na kwa ufupi”.", languages: "Lugha", languagesHint: "Herufi mbili kila moja, ya kwanza ndiyo ya kawaida.", topics: "Mada zilizokatazwa", topicsHint: "Ambazo mashine humwachia mtu.",
    hosts: "Tovuti zinazoweza kuunganishwa", handover: "Kukabidhi", turnLimit: "Majibu mfululizo", oldest: "Ujumbe wa zamani zaidi unaojibiwa, dakika", evidence: "Ushahidi, angalau",
    evidenceHint: "Kutoka 0 hadi 1; tupu: kilichopimwa.", confidence: "Uhakika, angalau", modelLabels: "Chini ya uhakika huo, modeli ya lugha huchagua nia: hadi sekunde 3 zaidi, ndani ya bajeti", defaultTeam: "Timu ya mengine", defaultTeamHint: "Kesi inapoenda ikiwa hakuna kanuni inayoituma kwingine.",
    firstResponse: "Jibu la kwanza la mtu baada ya, dakika", askForRating: "Omba tathmini mazungumzo yakitatuliwa", limits: "Subira na bajeti", debounce: "Kimya kabla ya kujibu, ms",
    debounceMost: "Subira ndefu zaidi, ms", reopen: "Mazungumzo yale yale kwa, saa", tokens: "Tokeni kwa siku", cost: "Dola kwa mwezi", noLimit: "Tupu: bila kikomo.", zone: "Ukanda wa saa wa ripoti", zoneHint: "Tupu: UTC.",
    hook: "Uliza kabla ya kutuma", hookEndpoint: "Kituo", hookHint: "Kinachosikiliza reply.proposed.", deadline: "Husubiri, ms", onFailure: "Bila jibu",
    ON_FAILURE_SEND: "Tuma jibu", ON_FAILURE_HAND_OVER: "Mkabidhi mtu",
  },
});
