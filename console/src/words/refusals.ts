/** Why a service declines, by the contract's reason: fetched when one does, for readers of other languages than the services'. */
import type { Language } from "./words";

type Word =
  | "agentBusy" | "alreadyOpen" | "changed" | "conflict" | "draftedTooOften" | "endpointOff" | "exists" | "exportOutdated" | "intentsInvalid" | "learnNothing"
  | "modelNotReady" | "movedOn" | "noChannel" | "noMove" | "notAllowed" | "notEnough" | "notFound" | "notParked" | "notResolved" | "notSignedIn" | "outOfTime" | "queueFull" | "rateTooLate" | "resolved"
  | "tooMany" | "trainingEnded" | "trainingRuns" | "unavailable" | "window";

const refusals: Record<Exclude<Language, "en">, Record<Word, string>> = {
  fr: {
    agentBusy: "cet agent a déjà tout ce qu’il peut prendre", alreadyOpen: "un ticket est déjà ouvert pour cette conversation",
    changed: "quelqu’un l’a modifié entre-temps", conflict: "cela contredit ce qui est déjà là", draftedTooOften: "trop de propositions demandées ; attendez un peu", endpointOff: "ce point d’accès est désactivé", exists: "cela existe déjà",
    exportOutdated: "les chiffres ont été recomptés pendant la lecture ; exportez à nouveau", intentsInvalid: "des exemples ne sont pas acceptés", learnNothing: "il n’y a rien à en apprendre", modelNotReady: "le modèle n’est pas encore prêt",
    movedOn: "la conversation a avancé entre-temps", noChannel: "son canal n’existe pas", noMove: "ce ticket ne permet pas cela maintenant", notAllowed: "votre clé n’en a pas le droit", notEnough: "il n’y a pas assez d’exemples",
    notFound: "cela n’existe pas, ou plus", notParked: "ce message n’est plus mis de côté", notResolved: "ce n’est pas résolu", notSignedIn: "votre clé n’est pas acceptée", outOfTime: "cela a pris trop de temps ; réessayez",
    queueFull: "trop d’envois attendent déjà", rateTooLate: "il est trop tard pour noter", resolved: "c’est déjà résolu", tooMany: "trop de demandes à la fois ; réessayez dans un instant", trainingEnded: "cet entraînement est terminé",
    trainingRuns: "un entraînement est déjà en cours", unavailable: "un service n’est pas joignable ; réessayez dans un instant", window: "WhatsApp n’accepte plus que des modèles, 24 heures après le dernier message du client",
  },
  pt: {
    agentBusy: "este agente já tem tudo o que pode receber", alreadyOpen: "já há um pedido aberto para esta conversa",
    changed: "alguém mudou isto entretanto", conflict: "contradiz o que já existe", draftedTooOften: "demasiadas propostas pedidas; espere um pouco", endpointOff: "este ponto de acesso está desligado", exists: "já existe",
    exportOutdated: "os números foram recontados durante a leitura; exporte de novo", intentsInvalid: "há exemplos que não são aceites", learnNothing: "não há nada a aprender daqui", modelNotReady: "o modelo ainda não está pronto",
    movedOn: "a conversa avançou entretanto", noChannel: "o canal dela não existe", noMove: "este pedido não permite isso agora", notAllowed: "a sua chave não tem esse direito", notEnough: "não há exemplos que cheguem",
    notFound: "não existe, ou já não existe", notParked: "esta mensagem já não está retida", notResolved: "não está resolvido", notSignedIn: "a sua chave não é aceite", outOfTime: "demorou demasiado; tente de novo",
    queueFull: "já há demasiados envios à espera", rateTooLate: "é tarde demais para avaliar", resolved: "já está resolvido", tooMany: "demasiados pedidos de uma vez; tente daqui a pouco", trainingEnded: "este treino terminou",
    trainingRuns: "já corre um treino", unavailable: "um serviço não se alcança; tente daqui a pouco", window: "o WhatsApp só aceita modelos, 24 horas depois da última mensagem do cliente",
  },
  sw: {
    agentBusy: "wakala huyu ana kazi zote anazoweza", alreadyOpen: "tayari kuna tiketi wazi ya mazungumzo haya",
    changed: "mtu amebadilisha hii kwa sasa", conflict: "inapingana na kilichopo", draftedTooOften: "mapendekezo mengi yameombwa; subiri kidogo", endpointOff: "kituo hiki kimezimwa", exists: "tayari ipo",
    exportOutdated: "takwimu zilihesabiwa upya wakati wa kusoma; hamisha tena", intentsInvalid: "kuna mifano isiyokubalika", learnNothing: "hakuna cha kujifunza hapa", modelNotReady: "modeli bado haijawa tayari",
    movedOn: "mazungumzo yamesonga mbele", noChannel: "njia yake haipo", noMove: "tiketi hii hairuhusu hilo sasa", notAllowed: "ufunguo wako hauna haki hiyo", notEnough: "mifano haitoshi",
    notFound: "haipo, au haipo tena", notParked: "ujumbe huu hauko kando tena", notResolved: "haijatatuliwa", notSignedIn: "ufunguo wako haukubaliki", outOfTime: "imechukua muda mrefu; jaribu tena",
    queueFull: "tayari kuna vingi vinavyosubiri kutumwa", rateTooLate: "muda wa kutoa alama umepita", resolved: "tayari imetatuliwa", tooMany: "maombi mengi kwa pamoja; jaribu baada ya muda", trainingEnded: "mafunzo haya yamekwisha",
    trainingRuns: "mafunzo tayari yanaendelea", unavailable: "huduma haifikiki; jaribu baada ya muda", window: "WhatsApp hupokea violezo tu, saa 24 baada ya ujumbe wa mwisho wa mteja",
  },
};

const OF_ONE: Record<string, Word> = {
  AGENT_AT_CAPACITY: "agentBusy", CONFLICT: "conflict", CONVERSATION_ALREADY_RESOLVED: "resolved", CONVERSATION_MOVED_ON: "movedOn", CONVERSATION_NOT_RESOLVED: "notResolved", DATABASE_UNAVAILABLE: "unavailable",
  DEAD_LETTER_WITHOUT_CHANNEL: "noChannel", DRAFTED_TOO_OFTEN: "draftedTooOften", ENDPOINT_DISABLED: "endpointOff", ENDPOINT_QUEUE_FULL: "queueFull", EXAMPLE_KNOWN: "exists", EXPORT_OUTDATED: "exportOutdated",
  INTENTS_INVALID: "intentsInvalid", MESSAGE_NOT_PARKED: "notParked", MODEL_NOT_READY: "modelNotReady", NOTHING_TO_LEARN: "learnNothing", NOT_ALLOWED: "notAllowed", NOT_ENOUGH_EXAMPLES: "notEnough", NOT_SIGNED_IN: "notSignedIn",
  OUT_OF_TIME: "outOfTime", RATING_TOO_LATE: "rateTooLate", TICKET_ALREADY_OPEN: "alreadyOpen", TICKET_ALREADY_RESOLVED: "resolved", TICKET_MOVE_NOT_ALLOWED: "noMove", TICKET_NOT_RESOLVED: "notResolved", TOO_MANY: "tooMany",
  TRAINING_ENDED: "trainingEnded", TRAINING_RUNS_ALREADY: "trainingRuns", UNAVAILABLE: "unavailable", WINDOW_CLOSED: "window",
};
const OF_MANY: [RegExp, Word][] = [[/NOT_FOUND$/, "notFound"], [/CHANGED_MEANWHILE$/, "changed"], [/EXISTS$/, "exists"], [/FENCED$/, "changed"]];

/** In the reader's language; undefined where only the service's own words say it: which value, and what it may be. */
export function refusal(reason: string, language: string): string | undefined {
  const words = language in refusals ? refusals[language as keyof typeof refusals] : undefined;
  const word = OF_ONE[reason] ?? OF_MANY.find(([family]) => family.test(reason))?.[1];
  return words && word && words[word];
}
