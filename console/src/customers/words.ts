import { catalogue } from "../words/words";

export const customerWords = catalogue({
  en: {
    export: "Export", erase: "Erase", eraseWhom: "{name}: {conversations} conversations, {tickets} tickets.",
    eraseWords: "Everything they wrote, sent and were called goes: messages, files, tickets, corrections, unanswered questions.", eraseUnsent: "What waits to be sent to them is not sent.",
    eraseFigures: "Figures and the audit log keep ids and numbers, no words.", eraseStranger: "If they write again, they are a stranger.", eraseForGood: "This cannot be undone. Export first what you have to keep.",
    eraseNow: "Erase for good", erased: "Erased.", erasing: "Erased; the rest goes within a minute.",
    title: "Customers", none: "Nobody fits this search.", alias: "Number or user name", aliases: "Known as", unknown: "Unknown", stopped: "Wants no marketing",
    merge: "Merge with another", known: "What is known", ofWhichOpen: "{all}, {open} of them open", conversations: "Conversations", tickets: "Tickets",
    lastMessage: "Last message", said: "What was said last", state: "State", when: "When", noWords: "Without words", mergeHint: "Look for the other customer who is the same person.",
    mergeWarning: "All names and conversations of {other} become those of {kept}. This cannot be undone.", mergeNow: "Merge them",
  },
  fr: {
    export: "Exporter", erase: "Effacer", eraseWhom: "{name} : {conversations} conversations, {tickets} tickets.",
    eraseWords: "Tout ce que la personne a écrit, envoyé et ses noms disparaissent : messages, fichiers, tickets, corrections, questions sans réponse.", eraseUnsent: "Ce qui attend de lui être envoyé ne part pas.",
    eraseFigures: "Les chiffres et le journal d’audit gardent des identifiants et des nombres, aucun mot.", eraseStranger: "Si elle écrit à nouveau, c’est une inconnue.", eraseForGood: "C’est définitif. Exportez d’abord ce que vous devez garder.",
    eraseNow: "Effacer définitivement", erased: "Effacé.", erasing: "Effacé ; le reste disparaît dans la minute.",
    title: "Clients", none: "Personne ne correspond à cette recherche.", alias: "Numéro ou identifiant", aliases: "Connu sous", unknown: "Inconnu", stopped: "Ne veut pas de publicité",
    merge: "Fusionner avec un autre", known: "Ce que l’on sait", ofWhichOpen: "{all}, dont {open} en cours", conversations: "Conversations", tickets: "Tickets",
    lastMessage: "Dernier message", said: "Derniers mots", state: "État", when: "Quand", noWords: "Sans paroles", mergeHint: "Cherchez l’autre client qui est la même personne.",
    mergeWarning: "Tous les noms et conversations de {other} deviennent ceux de {kept}. C’est définitif.", mergeNow: "Fusionner",
  },
  pt: {
    export: "Exportar", erase: "Apagar", eraseWhom: "{name}: {conversations} conversas, {tickets} pedidos.",
    eraseWords: "Desaparece tudo o que a pessoa escreveu, enviou e os seus nomes: mensagens, ficheiros, pedidos, correções, perguntas sem resposta.", eraseUnsent: "O que espera para lhe ser enviado não é enviado.",
    eraseFigures: "Os números e o registo de auditoria guardam identificadores e contagens, nenhuma palavra.", eraseStranger: "Se voltar a escrever, é uma pessoa desconhecida.", eraseForGood: "Não se pode desfazer. Exporte primeiro o que tem de guardar.",
    eraseNow: "Apagar de vez", erased: "Apagado.", erasing: "Apagado; o resto desaparece dentro de um minuto.",
    title: "Clientes", none: "Ninguém corresponde a esta procura.", alias: "Número ou nome de utilizador", aliases: "Conhecido por", unknown: "Desconhecido", stopped: "Não quer publicidade",
    merge: "Juntar com outro", known: "O que se sabe", ofWhichOpen: "{all}, das quais {open} em aberto", conversations: "Conversas", tickets: "Pedidos",
    lastMessage: "Última mensagem", said: "O que se disse por último", state: "Estado", when: "Quando", noWords: "Sem palavras", mergeHint: "Procure o outro cliente que é a mesma pessoa.",
    mergeWarning: "Todos os nomes e conversas de {other} passam a ser de {kept}. Não se pode desfazer.", mergeNow: "Juntar",
  },
  sw: {
    export: "Hamisha", erase: "Futa", eraseWhom: "{name}: mazungumzo {conversations}, tiketi {tickets}.",
    eraseWords: "Kila alichoandika, alichotuma na majina yake huondoka: ujumbe, mafaili, tiketi, masahihisho, maswali yasiyojibiwa.", eraseUnsent: "Kinachosubiri kutumwa kwake hakitumwi.",
    eraseFigures: "Takwimu na kumbukumbu za ukaguzi hubaki na vitambulisho na namba, bila maneno.", eraseStranger: "Akiandika tena, ni mgeni.", eraseForGood: "Haiwezi kutenguliwa. Hamisha kwanza unachopaswa kuhifadhi.",
    eraseNow: "Futa kabisa", erased: "Imefutwa.", erasing: "Imefutwa; kilichobaki kitaondoka ndani ya dakika moja.",
    title: "Wateja", none: "Hakuna anayelingana na utafutaji huu.", alias: "Namba au jina la mtumiaji", aliases: "Anajulikana kama", unknown: "Hajulikani", stopped: "Hataki matangazo",
    merge: "Unganisha na mwingine", known: "Kinachojulikana", ofWhichOpen: "{all}, kati yake {open} wazi", conversations: "Mazungumzo", tickets: "Tiketi",
    lastMessage: "Ujumbe wa mwisho", said: "Kilichosemwa mwisho", state: "Hali", when: "Lini", noWords: "Bila maneno", mergeHint: "Tafuta mteja mwingine ambaye ni mtu yule yule.",
    mergeWarning: "Majina na mazungumzo yote ya {other} yatakuwa ya {kept}. Haiwezi kutenguliwa.", mergeNow: "Waunganishe",
  },
});
