import { catalogue } from "../words/words";

export const statusWords = catalogue({
  en: {
    queues: "Queues", queue: "Queue", howMany: "How many", oldest: "Oldest for", waiting: "Waiting for an answer", atRisk: "Promises at risk", breached: "Promises broken today",
    title: "Status", ok: "All is well", degraded: "Works, with less", down: "Down", tiers: "Who can answer, best first", tier: "Tier", state: "State",
    remedy: "What to do", next: "Answers come from the next tier.", services: "Services", service: "Service", deadLetters: "What could not be read",
    noDeadLetters: "Everything that came in was read.", when: "When", reason: "Why", replayed: "Read again", replay: "Read again",
  },
  fr: {
    queues: "Files d’attente", queue: "File", howMany: "Combien", oldest: "La plus ancienne", waiting: "En attente d’une réponse", atRisk: "Promesses menacées", breached: "Promesses rompues aujourd’hui",
    title: "État", ok: "Tout va bien", degraded: "Fonctionne, en réduit", down: "En panne", tiers: "Qui peut répondre, le meilleur d’abord", tier: "Niveau", state: "État",
    remedy: "Que faire", next: "Les réponses viennent du niveau suivant.", services: "Services", service: "Service", deadLetters: "Ce qui n’a pas pu être lu",
    noDeadLetters: "Tout ce qui est arrivé a été lu.", when: "Quand", reason: "Pourquoi", replayed: "Relu", replay: "Relire",
  },
  pt: {
    queues: "Filas", queue: "Fila", howMany: "Quantas", oldest: "A mais antiga há", waiting: "À espera de resposta", atRisk: "Promessas em risco", breached: "Promessas quebradas hoje",
    title: "Estado", ok: "Tudo bem", degraded: "Funciona, com menos", down: "Parado", tiers: "Quem pode responder, o melhor primeiro", tier: "Nível", state: "Estado",
    remedy: "O que fazer", next: "As respostas vêm do nível seguinte.", services: "Serviços", service: "Serviço", deadLetters: "O que não pôde ser lido",
    noDeadLetters: "Tudo o que chegou foi lido.", when: "Quando", reason: "Porquê", replayed: "Lido de novo", replay: "Ler de novo",
  },
  sw: {
    queues: "Foleni", queue: "Foleni", howMany: "Ngapi", oldest: "Ya zamani zaidi", waiting: "Yanasubiri jibu", atRisk: "Ahadi zilizo hatarini", breached: "Ahadi zilizovunjwa leo",
    title: "Hali", ok: "Yote ni sawa", degraded: "Inafanya kazi, kwa upungufu", down: "Imekatika", tiers: "Nani anaweza kujibu, bora kwanza", tier: "Ngazi", state: "Hali",
    remedy: "La kufanya", next: "Majibu yanatoka ngazi inayofuata.", services: "Huduma", service: "Huduma", deadLetters: "Kilichoshindwa kusomwa",
    noDeadLetters: "Kila kilichoingia kilisomwa.", when: "Lini", reason: "Kwa nini", replayed: "Kimesomwa tena", replay: "Soma tena",
  },
});
