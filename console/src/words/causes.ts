/** How an answer came about, and why not better: the contract's words, apart from those that the inbox needs. */
import type { ClockState, OutcomeKind, TicketLinkKind, TierReason } from "../api/names";
import { useCodes } from "./terms";
import { catalogue } from "./words";

type Named<Name extends string> = Exclude<Name, `${string}_UNSPECIFIED`>;
type Health = "ready" | "ok" | "down" | "degraded" | "cold" | "unreachable" | "model_missing" | "misconfigured" | "disabled";
type Cause = Named<OutcomeKind> | Named<TierReason> | Named<TicketLinkKind> | Named<ClockState> | Health;

export const causes = catalogue<Cause>({
  en: {
    OUTCOME_KIND_ANSWER: "An answer", OUTCOME_KIND_ASK: "A question back", OUTCOME_KIND_HANDOVER: "A person is needed", OUTCOME_KIND_NOTICE: "A courtesy", OUTCOME_KIND_SILENCE: "Nothing is sent",
    TIER_REASON_NOT_CONFIGURED: "not set up", TIER_REASON_KEY_MALFORMED: "its key is malformed", TIER_REASON_UNAUTHORIZED: "its key is not accepted", TIER_REASON_FORBIDDEN: "its key may not do this",
    TIER_REASON_TLS: "its certificate is not trusted", TIER_REASON_MODEL_MISSING: "it has no such model", TIER_REASON_REQUEST_REJECTED: "it declined the request", TIER_REASON_CONTEXT_LENGTH: "the text was too long for it",
    TIER_REASON_TRUNCATED: "its answer broke off", TIER_REASON_CONTENT_FILTER: "its content filter", TIER_REASON_RATE_LIMITED: "asked too often", TIER_REASON_CAPACITY: "it has no capacity", TIER_REASON_SERVER_ERROR: "it failed",
    TIER_REASON_UNREACHABLE: "not reachable", TIER_REASON_FIRST_TOKEN_TIMEOUT: "it did not begin in time", TIER_REASON_STALL: "it fell silent", TIER_REASON_TOO_SLOW: "too slow", TIER_REASON_CUT: "the connection was cut",
    TIER_REASON_MALFORMED: "its answer could not be read", TIER_REASON_EMPTY: "its answer was empty", TIER_REASON_LENGTH: "its answer was too long", TIER_REASON_COLD: "its model was still loading", TIER_REASON_BUSY: "busy",
    TIER_REASON_BREAKER_OPEN: "it failed a moment ago", TIER_REASON_NO_TIME: "no time was left", TIER_REASON_BUDGET: "the budget is spent", TIER_REASON_TIER_CAPPED: "your settings leave it out",
    TIER_REASON_INVALID_OUTPUT: "its answer had not the form", TIER_REASON_UNGROUNDED: "its answer was not in the articles", TIER_REASON_WRONG_LANGUAGE: "it answered in another language", TIER_REASON_UNSAFE: "its answer was not safe to send",
    TIER_REASON_WEAK_EVIDENCE: "no article answers this well enough", TIER_REASON_RETRIEVAL_FAILED: "the articles could not be searched", TIER_REASON_RESPONDER_UNAVAILABLE: "the responder was not there",
    TIER_REASON_COURTESY: "a courtesy needs no model", TIER_REASON_RULE: "a rule decided", TICKET_LINK_KIND_RELATED: "Related to", TICKET_LINK_KIND_DUPLICATE_OF: "Duplicate of", TICKET_LINK_KIND_PART_OF: "Part of",
    TICKET_LINK_KIND_HAS_DUPLICATE: "Has the duplicate", TICKET_LINK_KIND_HAS_PART: "Has the part", STATE_RUNNING: "runs", STATE_RESTING: "rests", STATE_MET: "kept", STATE_LATE: "late", STATE_CANCELLED: "cancelled",
    ready: "ready", ok: "ready", down: "down", degraded: "impaired", cold: "loading", unreachable: "not reachable", model_missing: "model missing", misconfigured: "set up wrongly", disabled: "off",
  },
  fr: {
    OUTCOME_KIND_ANSWER: "Une réponse", OUTCOME_KIND_ASK: "Une question en retour", OUTCOME_KIND_HANDOVER: "Il faut une personne", OUTCOME_KIND_NOTICE: "Une politesse", OUTCOME_KIND_SILENCE: "Rien n’est envoyé",
    TIER_REASON_NOT_CONFIGURED: "non configuré", TIER_REASON_KEY_MALFORMED: "sa clé est mal formée", TIER_REASON_UNAUTHORIZED: "sa clé est refusée", TIER_REASON_FORBIDDEN: "sa clé n’en a pas le droit",
    TIER_REASON_TLS: "son certificat n’est pas reconnu", TIER_REASON_MODEL_MISSING: "il n’a pas ce modèle", TIER_REASON_REQUEST_REJECTED: "il a refusé la demande", TIER_REASON_CONTEXT_LENGTH: "le texte était trop long pour lui",
    TIER_REASON_TRUNCATED: "sa réponse s’est interrompue", TIER_REASON_CONTENT_FILTER: "son filtre de contenu", TIER_REASON_RATE_LIMITED: "demandé trop souvent", TIER_REASON_CAPACITY: "il n’a pas de capacité", TIER_REASON_SERVER_ERROR: "il a échoué",
    TIER_REASON_UNREACHABLE: "injoignable", TIER_REASON_FIRST_TOKEN_TIMEOUT: "il n’a pas commencé à temps", TIER_REASON_STALL: "il s’est tu", TIER_REASON_TOO_SLOW: "trop lent", TIER_REASON_CUT: "la connexion a été coupée",
    TIER_REASON_MALFORMED: "sa réponse était illisible", TIER_REASON_EMPTY: "sa réponse était vide", TIER_REASON_LENGTH: "sa réponse était trop longue", TIER_REASON_COLD: "son modèle se chargeait encore", TIER_REASON_BUSY: "occupé",
    TIER_REASON_BREAKER_OPEN: "il vient d’échouer", TIER_REASON_NO_TIME: "il ne restait plus de temps", TIER_REASON_BUDGET: "le budget est épuisé", TIER_REASON_TIER_CAPPED: "vos réglages l’excluent",
    TIER_REASON_INVALID_OUTPUT: "sa réponse n’avait pas la forme", TIER_REASON_UNGROUNDED: "sa réponse n’était pas dans les articles", TIER_REASON_WRONG_LANGUAGE: "il a répondu dans une autre langue", TIER_REASON_UNSAFE: "sa réponse n’était pas sûre",
    TIER_REASON_WEAK_EVIDENCE: "aucun article n’y répond assez bien", TIER_REASON_RETRIEVAL_FAILED: "la recherche d’articles a échoué", TIER_REASON_RESPONDER_UNAVAILABLE: "le service de réponse était absent",
    TIER_REASON_COURTESY: "une politesse n’a pas besoin de modèle", TIER_REASON_RULE: "une règle a décidé", TICKET_LINK_KIND_RELATED: "Lié à", TICKET_LINK_KIND_DUPLICATE_OF: "Doublon de", TICKET_LINK_KIND_PART_OF: "Partie de",
    TICKET_LINK_KIND_HAS_DUPLICATE: "A pour doublon", TICKET_LINK_KIND_HAS_PART: "A pour partie", STATE_RUNNING: "court", STATE_RESTING: "en repos", STATE_MET: "tenue", STATE_LATE: "en retard", STATE_CANCELLED: "annulée",
    ready: "prêt", ok: "prêt", down: "à l’arrêt", degraded: "dégradé", cold: "se charge", unreachable: "injoignable", model_missing: "modèle absent", misconfigured: "mal configuré", disabled: "désactivé",
  },
  pt: {
    OUTCOME_KIND_ANSWER: "Uma resposta", OUTCOME_KIND_ASK: "Uma pergunta de volta", OUTCOME_KIND_HANDOVER: "É precisa uma pessoa", OUTCOME_KIND_NOTICE: "Uma cortesia", OUTCOME_KIND_SILENCE: "Nada é enviado",
    TIER_REASON_NOT_CONFIGURED: "não configurado", TIER_REASON_KEY_MALFORMED: "a chave está mal formada", TIER_REASON_UNAUTHORIZED: "a chave não é aceite", TIER_REASON_FORBIDDEN: "a chave não tem esse direito",
    TIER_REASON_TLS: "o certificado não é de confiança", TIER_REASON_MODEL_MISSING: "não tem esse modelo", TIER_REASON_REQUEST_REJECTED: "recusou o pedido", TIER_REASON_CONTEXT_LENGTH: "o texto era demasiado longo",
    TIER_REASON_TRUNCATED: "a resposta ficou a meio", TIER_REASON_CONTENT_FILTER: "o filtro de conteúdo dele", TIER_REASON_RATE_LIMITED: "perguntado vezes a mais", TIER_REASON_CAPACITY: "não tem capacidade", TIER_REASON_SERVER_ERROR: "falhou",
    TIER_REASON_UNREACHABLE: "não se alcança", TIER_REASON_FIRST_TOKEN_TIMEOUT: "não começou a tempo", TIER_REASON_STALL: "calou-se", TIER_REASON_TOO_SLOW: "demasiado lento", TIER_REASON_CUT: "a ligação foi cortada",
    TIER_REASON_MALFORMED: "a resposta não se conseguiu ler", TIER_REASON_EMPTY: "a resposta veio vazia", TIER_REASON_LENGTH: "a resposta era demasiado longa", TIER_REASON_COLD: "o modelo ainda carregava", TIER_REASON_BUSY: "ocupado",
    TIER_REASON_BREAKER_OPEN: "falhou há instantes", TIER_REASON_NO_TIME: "já não havia tempo", TIER_REASON_BUDGET: "o orçamento esgotou-se", TIER_REASON_TIER_CAPPED: "as suas definições excluem-no",
    TIER_REASON_INVALID_OUTPUT: "a resposta não tinha a forma", TIER_REASON_UNGROUNDED: "a resposta não estava nos artigos", TIER_REASON_WRONG_LANGUAGE: "respondeu noutra língua", TIER_REASON_UNSAFE: "a resposta não era segura",
    TIER_REASON_WEAK_EVIDENCE: "nenhum artigo responde bem a isto", TIER_REASON_RETRIEVAL_FAILED: "não foi possível procurar nos artigos", TIER_REASON_RESPONDER_UNAVAILABLE: "o serviço de resposta não estava",
    TIER_REASON_COURTESY: "uma cortesia não precisa de modelo", TIER_REASON_RULE: "uma regra decidiu", TICKET_LINK_KIND_RELATED: "Relacionado com", TICKET_LINK_KIND_DUPLICATE_OF: "Duplicado de", TICKET_LINK_KIND_PART_OF: "Parte de",
    TICKET_LINK_KIND_HAS_DUPLICATE: "Tem o duplicado", TICKET_LINK_KIND_HAS_PART: "Tem a parte", STATE_RUNNING: "corre", STATE_RESTING: "em pausa", STATE_MET: "cumprida", STATE_LATE: "atrasada", STATE_CANCELLED: "cancelada",
    ready: "pronto", ok: "pronto", down: "parado", degraded: "limitado", cold: "a carregar", unreachable: "não se alcança", model_missing: "falta o modelo", misconfigured: "mal configurado", disabled: "desligado",
  },
  sw: {
    OUTCOME_KIND_ANSWER: "Jibu", OUTCOME_KIND_ASK: "Swali la kurudisha", OUTCOME_KIND_HANDOVER: "Mtu anahitajika", OUTCOME_KIND_NOTICE: "Neno la adabu", OUTCOME_KIND_SILENCE: "Hakuna kinachotumwa",
    TIER_REASON_NOT_CONFIGURED: "haijasanidiwa", TIER_REASON_KEY_MALFORMED: "ufunguo wake una kasoro", TIER_REASON_UNAUTHORIZED: "ufunguo wake haukubaliwi", TIER_REASON_FORBIDDEN: "ufunguo wake hauna ruhusa",
    TIER_REASON_TLS: "cheti chake hakiaminiki", TIER_REASON_MODEL_MISSING: "haina modeli hiyo", TIER_REASON_REQUEST_REJECTED: "ilikataa ombi", TIER_REASON_CONTEXT_LENGTH: "maandishi yalikuwa marefu mno",
    TIER_REASON_TRUNCATED: "jibu lake lilikatika", TIER_REASON_CONTENT_FILTER: "kichujio chake cha maudhui", TIER_REASON_RATE_LIMITED: "imeulizwa mara nyingi mno", TIER_REASON_CAPACITY: "haina nafasi", TIER_REASON_SERVER_ERROR: "ilishindwa",
    TIER_REASON_UNREACHABLE: "haifikiki", TIER_REASON_FIRST_TOKEN_TIMEOUT: "haikuanza kwa wakati", TIER_REASON_STALL: "ilinyamaza", TIER_REASON_TOO_SLOW: "polepole mno", TIER_REASON_CUT: "muunganisho ulikatwa",
    TIER_REASON_MALFORMED: "jibu lake halikusomeka", TIER_REASON_EMPTY: "jibu lake lilikuwa tupu", TIER_REASON_LENGTH: "jibu lake lilikuwa refu mno", TIER_REASON_COLD: "modeli yake ilikuwa bado inapakia", TIER_REASON_BUSY: "ina kazi nyingi",
    TIER_REASON_BREAKER_OPEN: "imeshindwa muda mfupi uliopita", TIER_REASON_NO_TIME: "hakukuwa na muda uliobaki", TIER_REASON_BUDGET: "bajeti imekwisha", TIER_REASON_TIER_CAPPED: "mipangilio yako inaiacha nje",
    TIER_REASON_INVALID_OUTPUT: "jibu lake halikuwa na umbo sahihi", TIER_REASON_UNGROUNDED: "jibu lake halikuwa kwenye makala", TIER_REASON_WRONG_LANGUAGE: "ilijibu kwa lugha nyingine", TIER_REASON_UNSAFE: "jibu lake halikuwa salama kutumwa",
    TIER_REASON_WEAK_EVIDENCE: "hakuna makala inayojibu vizuri", TIER_REASON_RETRIEVAL_FAILED: "makala hazikuweza kutafutwa", TIER_REASON_RESPONDER_UNAVAILABLE: "huduma ya majibu haikuwepo",
    TIER_REASON_COURTESY: "neno la adabu halihitaji modeli", TIER_REASON_RULE: "kanuni iliamua", TICKET_LINK_KIND_RELATED: "Inahusiana na", TICKET_LINK_KIND_DUPLICATE_OF: "Nakala ya", TICKET_LINK_KIND_PART_OF: "Sehemu ya",
    TICKET_LINK_KIND_HAS_DUPLICATE: "Ina nakala", TICKET_LINK_KIND_HAS_PART: "Ina sehemu", STATE_RUNNING: "inaendelea", STATE_RESTING: "imepumzika", STATE_MET: "imetimizwa", STATE_LATE: "imechelewa", STATE_CANCELLED: "imeghairiwa",
    ready: "tayari", ok: "tayari", down: "imesimama", degraded: "ina hitilafu", cold: "inapakia", unreachable: "haifikiki", model_missing: "modeli haipo", misconfigured: "imesanidiwa vibaya", disabled: "imezimwa",
  },
});

export function useCauses(): (name: string | undefined) => string {
  return useCodes(causes);
}
