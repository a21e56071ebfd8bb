import { catalogue } from "../words/words";

export const ticketWords = catalogue({
  en: {
    title: "Tickets", none: "No ticket fits these filters.", number: "Number", subject: "Subject", priority: "Priority", status: "Status", assignee: "Assigned to",
    promise: "Promise", opened: "Opened", team: "Team", noSubject: "Without a subject", STATUS_OPEN: "Open", STATUS_WAITING: "Waits for the customer",
    STATUS_RESOLVED: "Resolved", details: "Details", conversation: "Open the conversation", cause: "Why", escalated: "Times escalated", people: "People",
    teams: "Teams", resolve: "Resolve", reopen: "Reopen", wait: "Wait for the customer", resume: "Take up again", escalate: "Escalate", reason: "Reason",
    reasonHint: "Left as an internal note in the conversation.", category: "Category", takeTheirs: "Take theirs", keepMine: "Keep mine", changes: "Changes", unchanged: "Nobody has changed this ticket since it was opened.",
    overtaken: "Somebody else changed this ticket while you were editing. It is now: {subject} · {category} · {priority}. Your words are still below.",
    customFields: "Fields of your own", when: "When", who: "Who", what: "What", yes: "Yes", no: "No",
  },
  fr: {
    title: "Tickets", none: "Aucun ticket ne correspond à ces filtres.", number: "Numéro", subject: "Sujet", priority: "Priorité", status: "État", assignee: "Attribué à",
    promise: "Promesse", opened: "Ouvert", team: "Équipe", noSubject: "Sans sujet", STATUS_OPEN: "Ouvert", STATUS_WAITING: "Attend le client",
    STATUS_RESOLVED: "Résolu", details: "Détails", conversation: "Ouvrir la conversation", cause: "Pourquoi", escalated: "Escalades", people: "Personnes",
    teams: "Équipes", resolve: "Résoudre", reopen: "Rouvrir", wait: "Attendre le client", resume: "Reprendre", escalate: "Escalader", reason: "Raison",
    reasonHint: "Laissée comme note interne dans la conversation.", category: "Catégorie", takeTheirs: "Prendre la leur", keepMine: "Garder la mienne", changes: "Modifications", unchanged: "Personne n’a modifié ce ticket depuis son ouverture.",
    overtaken: "Quelqu’un d’autre a modifié ce ticket pendant votre saisie. Il est maintenant : {subject} · {category} · {priority}. Votre texte est toujours ci-dessous.",
    customFields: "Vos propres champs", when: "Quand", who: "Qui", what: "Quoi", yes: "Oui", no: "Non",
  },
  pt: {
    title: "Pedidos", none: "Nenhum pedido corresponde a estes filtros.", number: "Número", subject: "Assunto", priority: "Prioridade", status: "Estado", assignee: "Atribuído a",
    promise: "Promessa", opened: "Aberto", team: "Equipa", noSubject: "Sem assunto", STATUS_OPEN: "Aberto", STATUS_WAITING: "Espera pelo cliente",
    STATUS_RESOLVED: "Resolvido", details: "Detalhes", conversation: "Abrir a conversa", cause: "Porquê", escalated: "Escalamentos", people: "Pessoas",
    teams: "Equipas", resolve: "Resolver", reopen: "Reabrir", wait: "Esperar pelo cliente", resume: "Retomar", escalate: "Escalar", reason: "Motivo",
    reasonHint: "Fica como nota interna na conversa.", category: "Categoria", takeTheirs: "Ficar com a dela", keepMine: "Manter a minha", changes: "Alterações", unchanged: "Ninguém mudou este pedido desde que foi aberto.",
    overtaken: "Outra pessoa mudou este pedido enquanto editava. Agora é: {subject} · {category} · {priority}. O seu texto continua abaixo.",
    customFields: "Campos seus", when: "Quando", who: "Quem", what: "O quê", yes: "Sim", no: "Não",
  },
  sw: {
    title: "Tiketi", none: "Hakuna tiketi inayolingana na vichujio hivi.", number: "Namba", subject: "Mada", priority: "Kipaumbele", status: "Hali", assignee: "Imepewa",
    promise: "Ahadi", opened: "Ilifunguliwa", team: "Timu", noSubject: "Bila mada", STATUS_OPEN: "Wazi", STATUS_WAITING: "Inasubiri mteja",
    STATUS_RESOLVED: "Imetatuliwa", details: "Maelezo", conversation: "Fungua mazungumzo", cause: "Kwa nini", escalated: "Mara zilizopandishwa", people: "Watu",
    teams: "Timu", resolve: "Tatua", reopen: "Fungua tena", wait: "Subiri mteja", resume: "Endelea tena", escalate: "Pandisha", reason: "Sababu",
    reasonHint: "Huachwa kama dokezo la ndani kwenye mazungumzo.", category: "Kundi", takeTheirs: "Chukua yake", keepMine: "Baki na yangu", changes: "Mabadiliko", unchanged: "Hakuna aliyebadilisha tiketi hii tangu ilipofunguliwa.",
    overtaken: "Mtu mwingine amebadilisha tiketi hii ulipokuwa ukihariri. Sasa ni: {subject} · {category} · {priority}. Maneno yako bado yako hapa chini.",
    customFields: "Sehemu zako", when: "Lini", who: "Nani", what: "Nini", yes: "Ndiyo", no: "Hapana",
  },
});
