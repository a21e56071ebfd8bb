import { catalogue } from "../../words/words";

export const fieldWords = catalogue({
  en: {
    fields: "Ticket fields", newField: "New field", field: "Field", about: "What you want to know of a case beside what every ticket says: an order number, a product, a day.",
    none: "There are no fields of your own yet. Make one, and it stands in the form of every ticket.", kind: "What it takes", choices: "Choices",
    nameHint: "Lower-case letters, digits and underscores, such as order_number. It cannot be changed later.", taken: "There is a field of this name.",
    removal: "It leaves the form of every ticket, and a ticket that is saved again loses its value.",
    KIND_TEXT: "Text", KIND_NUMBER: "Number", KIND_CHECK: "Yes or no", KIND_DATE: "Date", KIND_CHOICE: "One of several",
  },
  fr: {
    fields: "Champs des tickets", newField: "Nouveau champ", field: "Champ", about: "Ce que vous voulez savoir d’un cas en plus de ce que dit tout ticket : un numéro de commande, un produit, un jour.",
    none: "Vous n’avez pas encore de champs. Créez-en un : il figurera dans le formulaire de chaque ticket.", kind: "Contenu", choices: "Choix",
    nameHint: "Minuscules, chiffres et tirets bas, par exemple order_number. Il ne pourra plus être changé.", taken: "Il y a déjà un champ de ce nom.",
    removal: "Il quitte le formulaire de chaque ticket, et un ticket enregistré de nouveau perd sa valeur.",
    KIND_TEXT: "Texte", KIND_NUMBER: "Nombre", KIND_CHECK: "Oui ou non", KIND_DATE: "Date", KIND_CHOICE: "Un parmi plusieurs",
  },
  pt: {
    fields: "Campos dos pedidos", newField: "Novo campo", field: "Campo", about: "O que quer saber de um caso além do que todo o pedido diz: um número de encomenda, um produto, um dia.",
    none: "Ainda não tem campos próprios. Crie um, e fica no formulário de cada pedido.", kind: "O que aceita", choices: "Opções",
    nameHint: "Minúsculas, algarismos e traços baixos, por exemplo order_number. Não pode ser mudado depois.", taken: "Já há um campo com este nome.",
    removal: "Sai do formulário de cada pedido, e um pedido que se guarde de novo perde o valor.",
    KIND_TEXT: "Texto", KIND_NUMBER: "Número", KIND_CHECK: "Sim ou não", KIND_DATE: "Data", KIND_CHOICE: "Uma de várias",
  },
  sw: {
    fields: "Sehemu za tiketi", newField: "Sehemu mpya", field: "Sehemu", about: "Unachotaka kujua kuhusu kesi zaidi ya kilicho kwenye kila tiketi: namba ya oda, bidhaa, siku.",
    none: "Bado huna sehemu zako mwenyewe. Tengeneza moja, nayo itakuwa kwenye fomu ya kila tiketi.", kind: "Inapokea nini", choices: "Machaguo",
    nameHint: "Herufi ndogo, tarakimu na mistari ya chini, mfano order_number. Haliwezi kubadilishwa baadaye.", taken: "Tayari kuna sehemu yenye jina hili.",
    removal: "Inaondoka kwenye fomu ya kila tiketi, na tiketi ikihifadhiwa tena hupoteza thamani yake.",
    KIND_TEXT: "Maandishi", KIND_NUMBER: "Namba", KIND_CHECK: "Ndiyo au hapana", KIND_DATE: "Tarehe", KIND_CHOICE: "Moja kati ya kadhaa",
  },
});
