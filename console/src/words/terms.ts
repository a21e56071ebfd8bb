/** What the contract's words are called on the screen. */
import type {
  ChannelKind, ClockKind, ConversationStatus, HandoverCause, Holder, MessageState, Presence, Sentiment, Tier, Urgency,
} from "../api/names";
import { catalogue, useWords, type Catalogue } from "./words";

type Named<Name extends string> = Exclude<Name, `${string}_UNSPECIFIED`>;
type Term =
  | Named<ChannelKind> | Named<ClockKind> | Named<ConversationStatus> | Named<HandoverCause> | Named<Holder> | Named<MessageState> | Named<Presence>
  | Named<Sentiment> | Named<Tier> | Named<Urgency>;

export const terms = catalogue<Term>({
  en: {
    CHANNEL_KIND_WHATSAPP: "WhatsApp", CHANNEL_KIND_TELEGRAM: "Telegram", CHANNEL_KIND_WEBCHAT: "Web chat", CHANNEL_KIND_CUSTOM: "Own channel",
    CHANNEL_KIND_TEST: "Test", CLOCK_KIND_FIRST_RESPONSE: "First response", CLOCK_KIND_NEXT_RESPONSE: "Next response",
    CLOCK_KIND_RESOLUTION: "Resolution", STATUS_OPEN: "Open", STATUS_SNOOZED: "Snoozed", STATUS_RESOLVED: "Resolved",
    HOLDER_BOT: "Bot", HOLDER_QUEUED: "Waits for a person", HOLDER_PERSON: "With a person", URGENCY_LOW: "Low", URGENCY_NORMAL: "Normal",
    URGENCY_HIGH: "High", URGENCY_CRITICAL: "Critical", SENTIMENT_VERY_NEGATIVE: "Very unhappy", SENTIMENT_NEGATIVE: "Unhappy",
    SENTIMENT_NEUTRAL: "Neutral", SENTIMENT_POSITIVE: "Happy", SENTIMENT_VERY_POSITIVE: "Very happy", TIER_MISTRAL: "Mistral",
    TIER_OLLAMA: "Own model", TIER_KNOWLEDGE: "Knowledge", TIER_TEMPLATE: "Template", MESSAGE_STATE_RECEIVED: "Received",
    MESSAGE_STATE_QUEUED: "Queued", MESSAGE_STATE_SENDING: "On its way", MESSAGE_STATE_UNCERTAIN: "Perhaps sent", MESSAGE_STATE_SENT: "Sent",
    MESSAGE_STATE_DELIVERED: "Delivered", MESSAGE_STATE_READ: "Read", MESSAGE_STATE_FAILED: "Not sent", MESSAGE_STATE_CANCELLED: "Cancelled",
    MESSAGE_STATE_PARKED: "Parked", HANDOVER_CAUSE_CUSTOMER_ASKS: "The customer asks for a person", HANDOVER_CAUSE_RULE: "A rule of yours",
    HANDOVER_CAUSE_EMERGENCY: "An emergency", HANDOVER_CAUSE_NEGATIVE_TURNS: "Unhappy twice running",
    HANDOVER_CAUSE_REPEATED_INTENT: "The same question again", HANDOVER_CAUSE_WEAK_EVIDENCE: "No article answers this well enough",
    HANDOVER_CAUSE_CONTENT_FILTER: "A content filter", HANDOVER_CAUSE_BAD_RATING: "A bad rating", HANDOVER_CAUSE_TURN_LIMIT: "Too many answers in a row",
    HANDOVER_CAUSE_FAILED_TURN: "The machine could not answer", HANDOVER_CAUSE_LAST_TIER: "No model was to be had",
    HANDOVER_CAUSE_MODEL: "The model asked for a person", HANDOVER_CAUSE_OLD_MESSAGE: "The message came late", HANDOVER_CAUSE_TAKE_OVER: "Taken over by hand",
    PRESENCE_ONLINE: "Takes work", PRESENCE_AWAY: "Nothing new", PRESENCE_OFFLINE: "Away from the desk",
  },
  fr: {
    CHANNEL_KIND_WHATSAPP: "WhatsApp", CHANNEL_KIND_TELEGRAM: "Telegram", CHANNEL_KIND_WEBCHAT: "Chat web", CHANNEL_KIND_CUSTOM: "Canal propre",
    CHANNEL_KIND_TEST: "Test", CLOCK_KIND_FIRST_RESPONSE: "Première réponse", CLOCK_KIND_NEXT_RESPONSE: "Réponse suivante",
    CLOCK_KIND_RESOLUTION: "Résolution", STATUS_OPEN: "Ouverte", STATUS_SNOOZED: "En pause", STATUS_RESOLVED: "Résolue",
    HOLDER_BOT: "Robot", HOLDER_QUEUED: "Attend une personne", HOLDER_PERSON: "Avec une personne", URGENCY_LOW: "Basse", URGENCY_NORMAL: "Normale",
    URGENCY_HIGH: "Haute", URGENCY_CRITICAL: "Critique", SENTIMENT_VERY_NEGATIVE: "Très mécontent", SENTIMENT_NEGATIVE: "Mécontent",
    SENTIMENT_NEUTRAL: "Neutre", SENTIMENT_POSITIVE: "Content", SENTIMENT_VERY_POSITIVE: "Très content", TIER_MISTRAL: "Mistral",
    TIER_OLLAMA: "Modèle local", TIER_KNOWLEDGE: "Connaissances", TIER_TEMPLATE: "Modèle de texte", MESSAGE_STATE_RECEIVED: "Reçu",
    MESSAGE_STATE_QUEUED: "En attente", MESSAGE_STATE_SENDING: "En route", MESSAGE_STATE_UNCERTAIN: "Peut-être envoyé", MESSAGE_STATE_SENT: "Envoyé",
    MESSAGE_STATE_DELIVERED: "Remis", MESSAGE_STATE_READ: "Lu", MESSAGE_STATE_FAILED: "Non envoyé", MESSAGE_STATE_CANCELLED: "Annulé",
    MESSAGE_STATE_PARKED: "Mis de côté", HANDOVER_CAUSE_CUSTOMER_ASKS: "Le client demande une personne", HANDOVER_CAUSE_RULE: "Une de vos règles",
    HANDOVER_CAUSE_EMERGENCY: "Une urgence", HANDOVER_CAUSE_NEGATIVE_TURNS: "Mécontent deux fois de suite",
    HANDOVER_CAUSE_REPEATED_INTENT: "La même question à nouveau", HANDOVER_CAUSE_WEAK_EVIDENCE: "Aucun article n’y répond assez bien",
    HANDOVER_CAUSE_CONTENT_FILTER: "Un filtre de contenu", HANDOVER_CAUSE_BAD_RATING: "Une mauvaise note", HANDOVER_CAUSE_TURN_LIMIT: "Trop de réponses de suite",
    HANDOVER_CAUSE_FAILED_TURN: "La machine n’a pas pu répondre", HANDOVER_CAUSE_LAST_TIER: "Aucun modèle disponible",
    HANDOVER_CAUSE_MODEL: "Le modèle a demandé une personne", HANDOVER_CAUSE_OLD_MESSAGE: "Le message est arrivé tard", HANDOVER_CAUSE_TAKE_OVER: "Reprise à la main",
    PRESENCE_ONLINE: "Prend du travail", PRESENCE_AWAY: "Rien de nouveau", PRESENCE_OFFLINE: "Absent",
  },
  pt: {
    CHANNEL_KIND_WHATSAPP: "WhatsApp", CHANNEL_KIND_TELEGRAM: "Telegram", CHANNEL_KIND_WEBCHAT: "Chat web", CHANNEL_KIND_CUSTOM: "Canal próprio",
    CHANNEL_KIND_TEST: "Teste", CLOCK_KIND_FIRST_RESPONSE: "Primeira resposta", CLOCK_KIND_NEXT_RESPONSE: "Resposta seguinte",
    CLOCK_KIND_RESOLUTION: "Resolução", STATUS_OPEN: "Aberta", STATUS_SNOOZED: "Adiada", STATUS_RESOLVED: "Resolvida",
    HOLDER_BOT: "Robô", HOLDER_QUEUED: "Espera por uma pessoa", HOLDER_PERSON: "Com uma pessoa", URGENCY_LOW: "Baixa", URGENCY_NORMAL: "Normal",
    URGENCY_HIGH: "Alta", URGENCY_CRITICAL: "Crítica", SENTIMENT_VERY_NEGATIVE: "Muito descontente", SENTIMENT_NEGATIVE: "Descontente",
    SENTIMENT_NEUTRAL: "Neutro", SENTIMENT_POSITIVE: "Contente", SENTIMENT_VERY_POSITIVE: "Muito contente", TIER_MISTRAL: "Mistral",
    TIER_OLLAMA: "Modelo próprio", TIER_KNOWLEDGE: "Conhecimento", TIER_TEMPLATE: "Texto fixo", MESSAGE_STATE_RECEIVED: "Recebida",
    MESSAGE_STATE_QUEUED: "Em fila", MESSAGE_STATE_SENDING: "A caminho", MESSAGE_STATE_UNCERTAIN: "Talvez enviada", MESSAGE_STATE_SENT: "Enviada",
    MESSAGE_STATE_DELIVERED: "Entregue", MESSAGE_STATE_READ: "Lida", MESSAGE_STATE_FAILED: "Não enviada", MESSAGE_STATE_CANCELLED: "Cancelada",
    MESSAGE_STATE_PARKED: "Retida", HANDOVER_CAUSE_CUSTOMER_ASKS: "O cliente pede uma pessoa", HANDOVER_CAUSE_RULE: "Uma regra sua",
    HANDOVER_CAUSE_EMERGENCY: "Uma emergência", HANDOVER_CAUSE_NEGATIVE_TURNS: "Descontente duas vezes seguidas",
    HANDOVER_CAUSE_REPEATED_INTENT: "A mesma pergunta outra vez", HANDOVER_CAUSE_WEAK_EVIDENCE: "Nenhum artigo responde bem a isto",
    HANDOVER_CAUSE_CONTENT_FILTER: "Um filtro de conteúdo", HANDOVER_CAUSE_BAD_RATING: "Uma má avaliação", HANDOVER_CAUSE_TURN_LIMIT: "Demasiadas respostas seguidas",
    HANDOVER_CAUSE_FAILED_TURN: "A máquina não conseguiu responder", HANDOVER_CAUSE_LAST_TIER: "Nenhum modelo disponível",
    HANDOVER_CAUSE_MODEL: "O modelo pediu uma pessoa", HANDOVER_CAUSE_OLD_MESSAGE: "A mensagem chegou tarde", HANDOVER_CAUSE_TAKE_OVER: "Assumida à mão",
    PRESENCE_ONLINE: "Aceita trabalho", PRESENCE_AWAY: "Nada de novo", PRESENCE_OFFLINE: "Ausente",
  },
  sw: {
    CHANNEL_KIND_WHATSAPP: "WhatsApp", CHANNEL_KIND_TELEGRAM: "Telegram", CHANNEL_KIND_WEBCHAT: "Gumzo la wavuti", CHANNEL_KIND_CUSTOM: "Njia yako",
    CHANNEL_KIND_TEST: "Jaribio", CLOCK_KIND_FIRST_RESPONSE: "Jibu la kwanza", CLOCK_KIND_NEXT_RESPONSE: "Jibu linalofuata",
    CLOCK_KIND_RESOLUTION: "Utatuzi", STATUS_OPEN: "Wazi", STATUS_SNOOZED: "Imeahirishwa", STATUS_RESOLVED: "Imetatuliwa",
    HOLDER_BOT: "Roboti", HOLDER_QUEUED: "Inasubiri mtu", HOLDER_PERSON: "Iko na mtu", URGENCY_LOW: "Chini", URGENCY_NORMAL: "Kawaida",
    URGENCY_HIGH: "Juu", URGENCY_CRITICAL: "Dharura", SENTIMENT_VERY_NEGATIVE: "Hana furaha kabisa", SENTIMENT_NEGATIVE: "Hana furaha",
    SENTIMENT_NEUTRAL: "Wastani", SENTIMENT_POSITIVE: "Ana furaha", SENTIMENT_VERY_POSITIVE: "Ana furaha sana", TIER_MISTRAL: "Mistral",
    TIER_OLLAMA: "Modeli yako", TIER_KNOWLEDGE: "Maarifa", TIER_TEMPLATE: "Kiolezo", MESSAGE_STATE_RECEIVED: "Umepokelewa",
    MESSAGE_STATE_QUEUED: "Kwenye foleni", MESSAGE_STATE_SENDING: "Njiani", MESSAGE_STATE_UNCERTAIN: "Labda umetumwa", MESSAGE_STATE_SENT: "Umetumwa",
    MESSAGE_STATE_DELIVERED: "Umefika", MESSAGE_STATE_READ: "Umesomwa", MESSAGE_STATE_FAILED: "Haukutumwa", MESSAGE_STATE_CANCELLED: "Umefutwa",
    MESSAGE_STATE_PARKED: "Umewekwa kando", HANDOVER_CAUSE_CUSTOMER_ASKS: "Mteja anaomba mtu", HANDOVER_CAUSE_RULE: "Kanuni yako",
    HANDOVER_CAUSE_EMERGENCY: "Dharura", HANDOVER_CAUSE_NEGATIVE_TURNS: "Hana furaha mara mbili mfululizo",
    HANDOVER_CAUSE_REPEATED_INTENT: "Swali lile lile tena", HANDOVER_CAUSE_WEAK_EVIDENCE: "Hakuna makala inayojibu vizuri",
    HANDOVER_CAUSE_CONTENT_FILTER: "Kichujio cha maudhui", HANDOVER_CAUSE_BAD_RATING: "Alama mbaya", HANDOVER_CAUSE_TURN_LIMIT: "Majibu mengi mfululizo",
    HANDOVER_CAUSE_FAILED_TURN: "Mashine haikuweza kujibu", HANDOVER_CAUSE_LAST_TIER: "Hakuna modeli iliyopatikana",
    HANDOVER_CAUSE_MODEL: "Modeli iliomba mtu", HANDOVER_CAUSE_OLD_MESSAGE: "Ujumbe ulichelewa", HANDOVER_CAUSE_TAKE_OVER: "Imechukuliwa kwa mkono",
    PRESENCE_ONLINE: "Anapokea kazi", PRESENCE_AWAY: "Hakuna jipya", PRESENCE_OFFLINE: "Hayupo",
  },
});

/** A word of the contract, as the reader says it. */
export function useTerms(): (name: string | undefined) => string {
  return useCodes(terms);
}

/** Words for codes that services write; one without words is at least readable. */
export function useCodes<Code extends string>(words: Catalogue<Code>): (code: string | undefined) => string {
  const say = useWords(words);
  return (code) => (code === undefined ? "" : code in words.en ? say(code as Code) : readable(code));
}

/** `TIER_REASON_WEAK_EVIDENCE` as `weak evidence`. */
export function readable(name: string): string {
  if (name.endsWith("_UNSPECIFIED")) return "";
  return name
    .replace(/^(TIER_REASON|OUTCOME_KIND|STATE|SUMMARY_BY|EMERGENCY|AUTHOR|PRESENCE)_/, "")
    .replaceAll("_", " ")
    .toLowerCase();
}
