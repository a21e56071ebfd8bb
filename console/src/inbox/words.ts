import { catalogue } from "../words/words";

export const inboxWords = catalogue({
  en: {
    title: "Inbox", waiting: "Waiting", mine: "Mine", people: "With people", bot: "Bot", snoozed: "Snoozed", resolved: "Resolved", all: "All",
    views: "Views", search: "Search words", more: "Filters", channel: "Channel", urgency: "Urgency", sentiment: "Mood", team: "Team",
    assignee: "Assigned to", language: "Language", intent: "Intent", tag: "Tag", any: "Any", nobody: "Nobody", clear: "Clear filters",
    empty: "Nothing here. What customers write appears by itself.", nothing: "No conversation matches these filters.", list: "Conversations",
    unknown: "Unknown customer", due: "{what} due", late: "{what} late", noWords: "No words yet", more_of: "{shown} shown", failed: "The list cannot be read: {why}",
    keys: "j and k move, Enter opens, / searches",
  },
  fr: {
    title: "Boîte de réception", waiting: "En attente", mine: "Les miennes", people: "Avec une personne", bot: "Robot", snoozed: "En pause", resolved: "Résolues", all: "Toutes",
    views: "Vues", search: "Chercher des mots", more: "Filtres", channel: "Canal", urgency: "Urgence", sentiment: "Humeur", team: "Équipe",
    assignee: "Attribuée à", language: "Langue", intent: "Intention", tag: "Étiquette", any: "Tout", nobody: "Personne", clear: "Effacer les filtres",
    empty: "Rien ici. Ce que les clients écrivent apparaît tout seul.", nothing: "Aucune conversation ne correspond à ces filtres.", list: "Conversations",
    unknown: "Client inconnu", due: "{what} à rendre", late: "{what} en retard", noWords: "Pas encore de mots", more_of: "{shown} affichées", failed: "La liste ne peut pas être lue : {why}",
    keys: "j et k déplacent, Entrée ouvre, / cherche",
  },
  pt: {
    title: "Caixa de entrada", waiting: "À espera", mine: "As minhas", people: "Com pessoas", bot: "Robô", snoozed: "Adiadas", resolved: "Resolvidas", all: "Todas",
    views: "Vistas", search: "Procurar palavras", more: "Filtros", channel: "Canal", urgency: "Urgência", sentiment: "Humor", team: "Equipa",
    assignee: "Atribuída a", language: "Língua", intent: "Intenção", tag: "Etiqueta", any: "Qualquer", nobody: "Ninguém", clear: "Limpar filtros",
    empty: "Nada aqui. O que os clientes escrevem aparece por si.", nothing: "Nenhuma conversa corresponde a estes filtros.", list: "Conversas",
    unknown: "Cliente desconhecido", due: "{what} até", late: "{what} em atraso", noWords: "Ainda sem palavras", more_of: "{shown} mostradas", failed: "A lista não pode ser lida: {why}",
    keys: "j e k movem, Enter abre, / procura",
  },
  sw: {
    title: "Kikasha", waiting: "Zinazosubiri", mine: "Zangu", people: "Na watu", bot: "Roboti", snoozed: "Zilizoahirishwa", resolved: "Zilizotatuliwa", all: "Zote",
    views: "Mitazamo", search: "Tafuta maneno", more: "Vichujio", channel: "Njia", urgency: "Uharaka", sentiment: "Hisia", team: "Timu",
    assignee: "Amepewa", language: "Lugha", intent: "Nia", tag: "Lebo", any: "Yoyote", nobody: "Hakuna", clear: "Ondoa vichujio",
    empty: "Hakuna kitu. Wanachoandika wateja hujitokeza chenyewe.", nothing: "Hakuna mazungumzo yanayolingana na vichujio.", list: "Mazungumzo",
    unknown: "Mteja asiyejulikana", due: "{what} inatarajiwa", late: "{what} imechelewa", noWords: "Hakuna maneno bado", more_of: "{shown} zinaonyeshwa", failed: "Orodha haisomeki: {why}",
    keys: "j na k husogeza, Enter hufungua, / hutafuta",
  },
});
