import { catalogue } from "../../words/words";

export const ruleWords = catalogue({
  en: {
    rules: "Rules", rule: "Rule {number}", newRule: "New rule", none: "No rule yet.", order: "All rules that match are done; where two name a team, the upper one’s counts. Nothing here lowers a priority.",
    when: "When", whenHint: "What is left empty matches everything.", always: "Always", then: "Then", nothing: "Nothing", raise: "Move up", intent: "Intent", leastUrgency: "Urgency, at least",
    hours: "Hours", hoursHint: "Of the house’s calendar.", HOURS_OPEN: "While open", HOURS_CLOSED: "While closed", channels: "Channels", sentiments: "Mood", languages: "Languages",
    languagesHint: "Two letters each, as en.", handOver: "Hand over to a person", openTicket: "Open a ticket", category: "Category", categoryHint: "Empty: the intent.", priority: "Priority, at least",
    asItIs: "As it is", team: "Team", tags: "Tags", skills: "Required skills", idle: "This rule does nothing yet: choose what is to be done.",
  },
  fr: {
    rules: "Règles", rule: "Règle {number}", newRule: "Nouvelle règle", none: "Pas encore de règle.", order: "Toutes les règles qui conviennent s’appliquent ; si deux nomment une équipe, la plus haute compte. Rien ici n’abaisse une priorité.",
    when: "Quand", whenHint: "Ce qui reste vide convient à tout.", always: "Toujours", then: "Alors", nothing: "Rien", raise: "Monter", intent: "Intention", leastUrgency: "Urgence, au moins",
    hours: "Horaires", hoursHint: "Du calendrier de la maison.", HOURS_OPEN: "Pendant l’ouverture", HOURS_CLOSED: "Pendant la fermeture", channels: "Canaux", sentiments: "Humeur", languages: "Langues",
    languagesHint: "Deux lettres chacune, comme fr.", handOver: "Passer à une personne", openTicket: "Ouvrir un ticket", category: "Catégorie", categoryHint: "Vide : l’intention.", priority: "Priorité, au moins",
    asItIs: "Telle quelle", team: "Équipe", tags: "Étiquettes", skills: "Compétences exigées", idle: "Cette règle ne fait encore rien : choisissez ce qui doit être fait.",
  },
  pt: {
    rules: "Regras", rule: "Regra {number}", newRule: "Nova regra", none: "Ainda não há regras.", order: "Cumprem-se todas as regras que servem; se duas nomearem uma equipa, conta a de cima. Nada aqui baixa uma prioridade.",
    when: "Quando", whenHint: "O que fica vazio serve para tudo.", always: "Sempre", then: "Então", nothing: "Nada", raise: "Subir", intent: "Intenção", leastUrgency: "Urgência, pelo menos",
    hours: "Horário", hoursHint: "Do calendário da casa.", HOURS_OPEN: "Enquanto aberto", HOURS_CLOSED: "Enquanto fechado", channels: "Canais", sentiments: "Humor", languages: "Línguas",
    languagesHint: "Duas letras cada, como pt.", handOver: "Passar a uma pessoa", openTicket: "Abrir um pedido", category: "Categoria", categoryHint: "Vazio: a intenção.", priority: "Prioridade, pelo menos",
    asItIs: "Como está", team: "Equipa", tags: "Etiquetas", skills: "Competências exigidas", idle: "Esta regra ainda não faz nada: escolha o que deve ser feito.",
  },
  sw: {
    rules: "Kanuni", rule: "Kanuni {number}", newRule: "Kanuni mpya", none: "Bado hakuna kanuni.", order: "Kanuni zote zinazolingana hutekelezwa; mbili zikitaja timu, ya juu ndiyo huhesabika. Hakuna kinachoshusha kipaumbele hapa.",
    when: "Wakati", whenHint: "Kilichoachwa tupu kinalingana na yote.", always: "Daima", then: "Basi", nothing: "Hakuna", raise: "Pandisha", intent: "Nia", leastUrgency: "Uharaka, angalau",
    hours: "Saa", hoursHint: "Za kalenda ya nyumba.", HOURS_OPEN: "Wakati wa kufungua", HOURS_CLOSED: "Wakati wa kufunga", channels: "Njia", sentiments: "Hisia", languages: "Lugha",
    languagesHint: "Herufi mbili kila moja, kama sw.", handOver: "Mkabidhi mtu", openTicket: "Fungua tiketi", category: "Kundi", categoryHint: "Tupu: nia.", priority: "Kipaumbele, angalau",
    asItIs: "Kama kilivyo", team: "Timu", tags: "Lebo", skills: "Ujuzi unaohitajika", idle: "Kanuni hii bado haifanyi chochote: chagua la kufanya.",
  },
});
