/** What the audit log tells: `channel.updated` is a thing and what was done with it. */
import { useCodes } from "./terms";
import { catalogue } from "./words";

export const things = catalogue({
  en: {
    access: "Access", agent: "Agent", calendar: "Calendar", channel: "Channel", conversation: "Conversation", customer: "Customer", dead_letter: "Unread message", delivery: "Delivery", endpoint: "Endpoint",
    key: "Key", message: "Message", sla_policy: "Promise", team: "Team", tenant: "Settings", ticket: "Ticket",
  },
  fr: {
    access: "Accès", agent: "Agent", calendar: "Calendrier", channel: "Canal", conversation: "Conversation", customer: "Client", dead_letter: "Message non lu", delivery: "Envoi", endpoint: "Point d’accès",
    key: "Clé", message: "Message", sla_policy: "Promesse", team: "Équipe", tenant: "Réglages", ticket: "Ticket",
  },
  pt: {
    access: "Acesso", agent: "Agente", calendar: "Calendário", channel: "Canal", conversation: "Conversa", customer: "Cliente", dead_letter: "Mensagem por ler", delivery: "Envio", endpoint: "Ponto de acesso",
    key: "Chave", message: "Mensagem", sla_policy: "Promessa", team: "Equipa", tenant: "Definições", ticket: "Pedido",
  },
  sw: {
    access: "Ufikiaji", agent: "Wakala", calendar: "Kalenda", channel: "Njia", conversation: "Mazungumzo", customer: "Mteja", dead_letter: "Ujumbe usiosomeka", delivery: "Utumaji", endpoint: "Kituo",
    key: "Ufunguo", message: "Ujumbe", sla_policy: "Ahadi", team: "Timu", tenant: "Mipangilio", ticket: "Tiketi",
  },
});

/** Nouns, which need not agree with the thing they are said of. */
export const deeds = catalogue({
  en: {
    archived: "archived", assigned: "assigned", created: "created", deleted: "removed", disabled: "disabled", erased: "erased", escalated: "escalated", exported: "exported",
    linked: "linked", merged: "merged with another", opened: "opened", released: "handed back", reopened: "reopened", replayed: "read again", resent: "sent again", resolved: "resolved", revoked: "revoked",
    secret_rotated: "secret replaced", secret_shown: "secret shown", sent_again: "sent again", snoozed: "snoozed", taken_over: "taken over", unlinked: "unlinked", updated: "changed",
    denied: "denied", duplicate_detected: "sent twice, perhaps", foreign_receipt: "a receipt of something else", give_up: "given up", park: "parked", resend: "sent again", resend_once: "sent once more", raised_by_rule: "raised by a rule", resumed: "taken up again", waiting: "waits for the customer",
  },
  fr: {
    archived: "archivage", assigned: "attribution", created: "création", deleted: "suppression", disabled: "désactivation", erased: "effacement", escalated: "escalade", exported: "exportation",
    linked: "lien", merged: "fusion avec un autre", opened: "ouverture", released: "remise au robot", reopened: "réouverture", replayed: "relecture", resent: "nouvel envoi", resolved: "résolution", revoked: "révocation",
    secret_rotated: "secret remplacé", secret_shown: "secret affiché", sent_again: "nouvel envoi", snoozed: "mise en pause", taken_over: "reprise", unlinked: "lien retiré", updated: "modification",
    denied: "refus", duplicate_detected: "peut-être envoyé deux fois", foreign_receipt: "un reçu d’autre chose", give_up: "abandon", park: "mise de côté", resend: "nouvel envoi", resend_once: "un dernier envoi", raised_by_rule: "relevé par une règle", resumed: "reprise du travail", waiting: "attente du client",
  },
  pt: {
    archived: "arquivo", assigned: "atribuição", created: "criação", deleted: "remoção", disabled: "desativação", erased: "apagamento", escalated: "escalamento", exported: "exportação",
    linked: "ligação", merged: "união com outro", opened: "abertura", released: "devolução ao robô", reopened: "reabertura", replayed: "nova leitura", resent: "novo envio", resolved: "resolução", revoked: "revogação",
    secret_rotated: "segredo substituído", secret_shown: "segredo mostrado", sent_again: "novo envio", snoozed: "adiamento", taken_over: "tomada a cargo", unlinked: "ligação retirada", updated: "alteração",
    denied: "recusa", duplicate_detected: "talvez enviado duas vezes", foreign_receipt: "um recibo de outra coisa", give_up: "desistência", park: "retenção", resend: "novo envio", resend_once: "um último envio", raised_by_rule: "elevado por uma regra", resumed: "retoma", waiting: "espera pelo cliente",
  },
  sw: {
    archived: "kuhifadhi", assigned: "kukabidhi", created: "kuunda", deleted: "kuondoa", disabled: "kuzima", erased: "kufuta kabisa", escalated: "kupandisha ngazi", exported: "kuhamisha nje",
    linked: "kuunganisha", merged: "kuunganisha na mwingine", opened: "kufungua", released: "kurudisha kwa roboti", reopened: "kufungua tena", replayed: "kusoma tena", resent: "kutuma tena", resolved: "kutatua", revoked: "kubatilisha",
    secret_rotated: "siri imebadilishwa", secret_shown: "siri imeonyeshwa", sent_again: "kutuma tena", snoozed: "kuahirisha", taken_over: "kuchukua", unlinked: "kutenganisha", updated: "kubadilisha",
    denied: "kukataa", duplicate_detected: "labda umetumwa mara mbili", foreign_receipt: "risiti ya kitu kingine", give_up: "kuacha", park: "kuweka kando", resend: "kutuma tena", resend_once: "kutuma mara moja zaidi", raised_by_rule: "kupandishwa na kanuni", resumed: "kuendelea tena", waiting: "kumsubiri mteja",
  },
});

/** Whose key it was; what follows is the name that somebody gave it. */
export const actors = catalogue({
  en: { platform: "Platform", admin: "Admin", agent: "Agent", viewer: "Viewer", ingest: "Ingest", mesh: "By itself", anonymous: "Demo, without a key" },
  fr: { platform: "Plateforme", admin: "Admin", agent: "Agent", viewer: "Lecteur", ingest: "Ingestion", mesh: "De lui-même", anonymous: "Démo, sans clé" },
  pt: { platform: "Plataforma", admin: "Admin", agent: "Agente", viewer: "Leitor", ingest: "Entrada", mesh: "Por si", anonymous: "Demo, sem chave" },
  sw: { platform: "Jukwaa", admin: "Msimamizi", agent: "Wakala", viewer: "Mtazamaji", ingest: "Mwingizaji", mesh: "Yenyewe", anonymous: "Onyesho, bila ufunguo" },
});

/** `agent Amina` as the reader says it. */
export function useActors(): (actor: string) => string {
  const role = useCodes(actors);
  return (actor) => {
    const [first = "", ...name] = actor.split(" ");
    if (!(first in actors.en)) return actor;
    return [role(first), ...name.filter((word) => word !== first)].join(" ");
  };
}

/** `channel.updated` as the reader says it. */
export function useDeeds(): (action: string) => string {
  const thing = useCodes(things);
  const deed = useCodes(deeds);
  return (action) => {
    const [what, done] = action.split(".");
    return [thing(what), deed(done)].filter(Boolean).join(" · ");
  };
}
