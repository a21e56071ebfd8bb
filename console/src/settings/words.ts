import { catalogue } from "../words/words";

export const settingsWords = catalogue({
  en: {
    keys: "Keys", role: "Role", ends: "Ends", revoked: "Revoked", revoke: "Revoke", newKey: "New key",
    revokeWarning: "Whatever uses this key is shut out within seconds.",
    auditLog: "Audit log", when: "When", who: "Who", what: "What", subject: "Of what", detail: "Detail", CALLER_VIEWER: "Viewer: reads",
    CALLER_AGENT: "Agent: answers", CALLER_ADMIN: "Admin: sets up", CALLER_INGEST: "Ingest: delivers messages",
  },
  fr: {
    keys: "Clés", role: "Rôle", ends: "Expire", revoked: "Révoquée", revoke: "Révoquer", newKey: "Nouvelle clé",
    revokeWarning: "Tout ce qui utilise cette clé sera exclu en quelques secondes.",
    auditLog: "Journal", when: "Quand", who: "Qui", what: "Quoi", subject: "De quoi", detail: "Détail", CALLER_VIEWER: "Lecteur : consulte",
    CALLER_AGENT: "Agent : répond", CALLER_ADMIN: "Admin : configure", CALLER_INGEST: "Ingestion : livre des messages",
  },
  pt: {
    keys: "Chaves", role: "Papel", ends: "Termina", revoked: "Revogada", revoke: "Revogar", newKey: "Nova chave",
    revokeWarning: "Tudo o que usa esta chave fica de fora em segundos.",
    auditLog: "Registo", when: "Quando", who: "Quem", what: "O quê", subject: "De quê", detail: "Detalhe", CALLER_VIEWER: "Leitor: consulta",
    CALLER_AGENT: "Agente: responde", CALLER_ADMIN: "Admin: configura", CALLER_INGEST: "Entrada: entrega mensagens",
  },
  sw: {
    keys: "Funguo", role: "Wajibu", ends: "Huisha", revoked: "Umefutwa", revoke: "Futa", newKey: "Ufunguo mpya",
    revokeWarning: "Chochote kinachotumia ufunguo huu kitafungiwa nje kwa sekunde chache.",
    auditLog: "Kumbukumbu", when: "Lini", who: "Nani", what: "Nini", subject: "Ya nini", detail: "Undani", CALLER_VIEWER: "Mtazamaji: husoma",
    CALLER_AGENT: "Wakala: hujibu", CALLER_ADMIN: "Msimamizi: hupanga", CALLER_INGEST: "Mwingizaji: huleta ujumbe",
  },
});
