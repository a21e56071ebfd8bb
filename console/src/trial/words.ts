import { catalogue } from "../words/words";

export const trialWords = catalogue({
  en: {
    title: "Try it", intro: "Write as a customer would. The message goes through the whole mesh, by the test channel, and is kept like any other.",
    you: "Write as a customer", send: "Send", waiting: "Under way…", customer: "Customer", machine: "Cassava", silence: "Silence: a person holds this conversation.",
    failed: "No answer: {why}", open: "Open the conversation", hops: "Where the time went", hop: "Step", milliseconds: "Milliseconds", fresh: "Be a new customer",
    handedOver: "A person is needed", ticket: "Case {number}", example1: "I need help with billing", example2: "I want to talk to a human", example3: "Where is my parcel?",
    examples: "For example", wait: "waiting for its turn", classify: "understanding", reply: "finding an answer", other: "taking in, handing on",
  },
  fr: {
    title: "Essayer", intro: "Écrivez comme un client. Le message traverse tout le système par le canal de test et il est gardé comme les autres.",
    you: "Écrire comme un client", send: "Envoyer", waiting: "En route…", customer: "Client", machine: "Cassava", silence: "Silence : une personne tient cette conversation.",
    failed: "Pas de réponse : {why}", open: "Ouvrir la conversation", hops: "Où le temps est passé", hop: "Étape", milliseconds: "Millisecondes", fresh: "Être un nouveau client",
    handedOver: "Il faut une personne", ticket: "Dossier {number}", example1: "J’ai besoin d’aide pour ma facture", example2: "Je veux parler à une personne", example3: "Où est mon colis ?",
    examples: "Par exemple", wait: "attendre son tour", classify: "comprendre", reply: "trouver une réponse", other: "recevoir, transmettre",
  },
  pt: {
    title: "Experimentar", intro: "Escreva como um cliente. A mensagem atravessa todo o sistema pelo canal de teste e fica guardada como as outras.",
    you: "Escrever como cliente", send: "Enviar", waiting: "A caminho…", customer: "Cliente", machine: "Cassava", silence: "Silêncio: uma pessoa tem esta conversa.",
    failed: "Sem resposta: {why}", open: "Abrir a conversa", hops: "Para onde foi o tempo", hop: "Passo", milliseconds: "Milissegundos", fresh: "Ser um novo cliente",
    handedOver: "É precisa uma pessoa", ticket: "Caso {number}", example1: "Preciso de ajuda com a fatura", example2: "Quero falar com uma pessoa", example3: "Onde está a minha encomenda?",
    examples: "Por exemplo", wait: "esperar a vez", classify: "compreender", reply: "encontrar resposta", other: "receber, transmitir",
  },
  sw: {
    title: "Jaribu", intro: "Andika kama mteja. Ujumbe hupita mfumo wote kwa njia ya jaribio na huhifadhiwa kama mwingine.",
    you: "Andika kama mteja", send: "Tuma", waiting: "Njiani…", customer: "Mteja", machine: "Cassava", silence: "Kimya: mtu anashikilia mazungumzo haya.",
    failed: "Hakuna jibu: {why}", open: "Fungua mazungumzo", hops: "Muda ulikotumika", hop: "Hatua", milliseconds: "Milisekunde", fresh: "Kuwa mteja mpya",
    handedOver: "Mtu anahitajika", ticket: "Kesi {number}", example1: "Nahitaji msaada kuhusu bili", example2: "Nataka kuzungumza na mtu", example3: "Kifurushi changu kiko wapi?",
    examples: "Kwa mfano", wait: "kusubiri zamu", classify: "kuelewa", reply: "kutafuta jibu", other: "kupokea, kupitisha",
  },
});
