import { catalogue } from "../../words/words";

export const promiseWords = catalogue({
  en: {
    policies: "Promises to customers (SLA)", policy: "Policy", newPolicy: "New policy", none: "No policy yet: the first answer is due by the tenant’s own minutes.",
    intro: "The first policy that matches a case counts. Targets by urgency: critical / high / normal / low.", when: "For which cases", whenHint: "What is left empty matches everything.",
    every: "Every case", someCustomers: "{count} customers", targets: "Promised within", position: "Order", positionHint: "Lower ones are tried first.", channels: "Channels", urgencies: "Urgency",
    intents: "Intents", customers: "Customers’ ids", unit: "Unit", minutes: "Minutes", hours: "Hours", within: "Counted in", aroundTheClock: "Around the clock",
    machineCounts: "The machine’s answers count too", warn: "Warn at percent", breach: "When it is broken", raise: "Raise the priority", toTeam: "To the team", toAgent: "To the agent",
    removeWarning: "Clocks that it started run on as promised.",
  },
  fr: {
    policies: "Promesses aux clients (SLA)", policy: "Politique", newPolicy: "Nouvelle politique", none: "Pas encore de politique : la première réponse suit les minutes du compte.",
    intro: "La première politique qui convient compte. Délais par urgence : critique / haute / normale / basse.", when: "Pour quels cas", whenHint: "Ce qui reste vide convient à tout.",
    every: "Tous les cas", someCustomers: "{count} clients", targets: "Promis sous", position: "Ordre", positionHint: "Les plus petits d’abord.", channels: "Canaux", urgencies: "Urgence",
    intents: "Intentions", customers: "Identifiants des clients", unit: "Unité", minutes: "Minutes", hours: "Heures", within: "Compté en", aroundTheClock: "Jour et nuit",
    machineCounts: "Les réponses de la machine comptent aussi", warn: "Avertir à (pour cent)", breach: "Quand elle est rompue", raise: "Élever la priorité", toTeam: "À l’équipe", toAgent: "À l’agent",
    removeWarning: "Les délais déjà commencés courent comme promis.",
  },
  pt: {
    policies: "Promessas aos clientes (SLA)", policy: "Política", newPolicy: "Nova política", none: "Ainda não há políticas: a primeira resposta segue os minutos da conta.",
    intro: "Conta a primeira política que servir. Prazos por urgência: crítica / alta / normal / baixa.", when: "Para que casos", whenHint: "O que fica vazio serve para tudo.",
    every: "Todos os casos", someCustomers: "{count} clientes", targets: "Prometido em", position: "Ordem", positionHint: "Primeiro os menores.", channels: "Canais", urgencies: "Urgência",
    intents: "Intenções", customers: "Identificadores dos clientes", unit: "Unidade", minutes: "Minutos", hours: "Horas", within: "Contado em", aroundTheClock: "Dia e noite",
    machineCounts: "As respostas da máquina também contam", warn: "Avisar aos (por cento)", breach: "Quando é quebrada", raise: "Subir a prioridade", toTeam: "Para a equipa", toAgent: "Para o agente",
    removeWarning: "Os prazos já começados correm como prometido.",
  },
  sw: {
    policies: "Ahadi kwa wateja (SLA)", policy: "Sera", newPolicy: "Sera mpya", none: "Bado hakuna sera: jibu la kwanza linafuata dakika za akaunti.",
    intro: "Sera ya kwanza inayolingana ndiyo inayohesabika. Muda kwa uharaka: dharura / juu / kawaida / chini.", when: "Kwa kesi zipi", whenHint: "Kilichoachwa tupu kinalingana na zote.",
    every: "Kesi zote", someCustomers: "Wateja {count}", targets: "Imeahidiwa ndani ya", position: "Mpangilio", positionHint: "Ndogo hujaribiwa kwanza.", channels: "Njia", urgencies: "Uharaka",
    intents: "Nia", customers: "Vitambulisho vya wateja", unit: "Kipimo", minutes: "Dakika", hours: "Saa", within: "Huhesabiwa kwa", aroundTheClock: "Muda wote",
    machineCounts: "Majibu ya mashine pia yanahesabika", warn: "Onya kwenye asilimia", breach: "Inapovunjwa", raise: "Pandisha kipaumbele", toTeam: "Kwa timu", toAgent: "Kwa wakala",
    removeWarning: "Saa zilizoanza zinaendelea kama ilivyoahidiwa.",
  },
});
