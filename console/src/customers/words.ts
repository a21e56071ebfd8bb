import { catalogue } from "../words/words";

export const customerWords = catalogue({
  en: {
    title: "Customers", none: "Nobody fits this search.", alias: "Number or user name", aliases: "Known as", unknown: "Unknown", stopped: "Wants no marketing",
    merge: "Merge with another", known: "What is known", ofWhichOpen: "{all}, {open} of them open", conversations: "Conversations", tickets: "Tickets",
    lastMessage: "Last message", said: "What was said last", state: "State", when: "When", noWords: "Without words", mergeHint: "Look for the other customer who is the same person.",
    mergeWarning: "All names and conversations of {other} become those of {kept}. This cannot be undone.", mergeNow: "Merge them",
  },
  fr: {
    title: "Clients", none: "Personne ne correspond à cette recherche.", alias: "Numéro ou identifiant", aliases: "Connu sous", unknown: "Inconnu", stopped: "Ne veut pas de publicité",
    merge: "Fusionner avec un autre", known: "Ce que l’on sait", ofWhichOpen: "{all}, dont {open} en cours", conversations: "Conversations", tickets: "Tickets",
    lastMessage: "Dernier message", said: "Derniers mots", state: "État", when: "Quand", noWords: "Sans paroles", mergeHint: "Cherchez l’autre client qui est la même personne.",
    mergeWarning: "Tous les noms et conversations de {other} deviennent ceux de {kept}. C’est définitif.", mergeNow: "Fusionner",
  },
  pt: {
    title: "Clientes", none: "Ninguém corresponde a esta procura.", alias: "Número ou nome de utilizador", aliases: "Conhecido por", unknown: "Desconhecido", stopped: "Não quer publicidade",
    merge: "Juntar com outro", known: "O que se sabe", ofWhichOpen: "{all}, das quais {open} em aberto", conversations: "Conversas", tickets: "Pedidos",
    lastMessage: "Última mensagem", said: "O que se disse por último", state: "Estado", when: "Quando", noWords: "Sem palavras", mergeHint: "Procure o outro cliente que é a mesma pessoa.",
    mergeWarning: "Todos os nomes e conversas de {other} passam a ser de {kept}. Não se pode desfazer.", mergeNow: "Juntar",
  },
  sw: {
    title: "Wateja", none: "Hakuna anayelingana na utafutaji huu.", alias: "Namba au jina la mtumiaji", aliases: "Anajulikana kama", unknown: "Hajulikani", stopped: "Hataki matangazo",
    merge: "Unganisha na mwingine", known: "Kinachojulikana", ofWhichOpen: "{all}, kati yake {open} wazi", conversations: "Mazungumzo", tickets: "Tiketi",
    lastMessage: "Ujumbe wa mwisho", said: "Kilichosemwa mwisho", state: "Hali", when: "Lini", noWords: "Bila maneno", mergeHint: "Tafuta mteja mwingine ambaye ni mtu yule yule.",
    mergeWarning: "Majina na mazungumzo yote ya {other} yatakuwa ya {kept}. Haiwezi kutenguliwa.", mergeNow: "Waunganishe",
  },
});
