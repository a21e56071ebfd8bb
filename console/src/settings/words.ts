import { catalogue } from "../words/words";

export const settingsWords = catalogue({
  en: {
    title: "Settings", keys: "Keys", role: "Role", ends: "Ends", revoked: "Revoked", revoke: "Revoke", newKey: "New key", copy: "Copy", kept: "I have kept it",
    once: "This key is shown now and never again. Keep it where only its user can read it.", revokeWarning: "Whatever uses this key is shut out within seconds.",
    auditLog: "Audit log", when: "When", who: "Who", what: "What", subject: "Of what", detail: "Detail", CALLER_VIEWER: "Viewer: reads",
    CALLER_AGENT: "Agent: answers", CALLER_ADMIN: "Admin: sets up", CALLER_INGEST: "Ingest: delivers messages",
  },
  fr: {
    title: "Réglages", keys: "Clés", role: "Rôle", ends: "Expire", revoked: "Révoquée", revoke: "Révoquer", newKey: "Nouvelle clé", copy: "Copier", kept: "Je l’ai conservée",
    once: "Cette clé est montrée maintenant et plus jamais. Gardez-la là où seul son utilisateur peut la lire.", revokeWarning: "Tout ce qui utilise cette clé sera exclu en quelques secondes.",
    auditLog: "Journal", when: "Quand", who: "Qui", what: "Quoi", subject: "De quoi", detail: "Détail", CALLER_VIEWER: "Lecteur : consulte",
    CALLER_AGENT: "Agent : répond", CALLER_ADMIN: "Admin : configure", CALLER_INGEST: "Ingestion : livre des messages",
  },
  pt: {
    title: "Definições", keys: "Chaves", role: "Papel", ends: "Termina", revoked: "Revogada", revoke: "Revogar", newKey: "Nova chave", copy: "Copiar", kept: "Já a guardei",
    once: "Esta chave é mostrada agora e nunca mais. Guarde-a onde só quem a usa a possa ler.", revokeWarning: "Tudo o que usa esta chave fica de fora em segundos.",
    auditLog: "Registo", when: "Quando", who: "Quem", what: "O quê", subject: "De quê", detail: "Detalhe", CALLER_VIEWER: "Leitor: consulta",
    CALLER_AGENT: "Agente: responde", CALLER_ADMIN: "Admin: configura", CALLER_INGEST: "Entrada: entrega mensagens",
  },
  sw: {
    title: "Mipangilio", keys: "Funguo", role: "Wajibu", ends: "Huisha", revoked: "Umefutwa", revoke: "Futa", newKey: "Ufunguo mpya", copy: "Nakili", kept: "Nimeuhifadhi",
    once: "Ufunguo huu unaonyeshwa sasa na kamwe hautaonyeshwa tena. Uhifadhi mahali ambapo mtumiaji wake pekee anaweza kuusoma.", revokeWarning: "Chochote kinachotumia ufunguo huu kitafungiwa nje kwa sekunde chache.",
    auditLog: "Kumbukumbu", when: "Lini", who: "Nani", what: "Nini", subject: "Ya nini", detail: "Undani", CALLER_VIEWER: "Mtazamaji: husoma",
    CALLER_AGENT: "Wakala: hujibu", CALLER_ADMIN: "Msimamizi: hupanga", CALLER_INGEST: "Mwingizaji: huleta ujumbe",
  },
});
