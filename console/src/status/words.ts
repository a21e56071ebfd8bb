import { catalogue } from "../words/words";

export const statusWords = catalogue({
  en: {
    account_unknown: "No channel of yours has this account", account_unknown_or_not_under_this_app: "No channel of yours has this account under this app", not_a_whatsapp_body: "Not as WhatsApp writes", not_a_telegram_update: "Not as Telegram writes", not_a_message_received_event: "Not as an own channel writes",
    message_without_id: "A message without its id", message_without_sender: "A message without its sender", message_without_customer: "A message without its customer", entry_without_changes: "An entry without changes", change_without_value: "A change without its value", status_without_id: "A status without its id",
    echo_without_recipient: "A copy without its recipient", update_without_ids: "A change of number without the numbers", preference_unreadable: "A wish that cannot be read",
    queues: "Queues", queue: "Queue", howMany: "How many", oldest: "Oldest for", waiting: "Waiting for an answer", atRisk: "Promises at risk", breached: "Promises broken today",
    title: "Status", ok: "All is well", degraded: "Works, with less", down: "Down", tiers: "Who can answer, best first", tier: "Tier", state: "State",
    remedy: "What to do", next: "Answers come from the next tier.", services: "Services", service: "Service", deadLetters: "What could not be read",
    noDeadLetters: "Everything that came in was read.", when: "When", reason: "Why", replayed: "Read again", replay: "Read again",
  },
  fr: {
    account_unknown: "Aucun de vos canaux n’a ce compte", account_unknown_or_not_under_this_app: "Aucun de vos canaux n’a ce compte sous cette application", not_a_whatsapp_body: "Pas comme WhatsApp écrit", not_a_telegram_update: "Pas comme Telegram écrit", not_a_message_received_event: "Pas comme un canal propre écrit",
    message_without_id: "Un message sans son identifiant", message_without_sender: "Un message sans expéditeur", message_without_customer: "Un message sans client", entry_without_changes: "Une entrée sans changement", change_without_value: "Un changement sans valeur", status_without_id: "Un état sans identifiant",
    echo_without_recipient: "Une copie sans destinataire", update_without_ids: "Un changement de numéro sans les numéros", preference_unreadable: "Un souhait illisible",
    queues: "Files d’attente", queue: "File", howMany: "Combien", oldest: "La plus ancienne", waiting: "En attente d’une réponse", atRisk: "Promesses menacées", breached: "Promesses rompues aujourd’hui",
    title: "État", ok: "Tout va bien", degraded: "Fonctionne, en réduit", down: "En panne", tiers: "Qui peut répondre, le meilleur d’abord", tier: "Niveau", state: "État",
    remedy: "Que faire", next: "Les réponses viennent du niveau suivant.", services: "Services", service: "Service", deadLetters: "Ce qui n’a pas pu être lu",
    noDeadLetters: "Tout ce qui est arrivé a été lu.", when: "Quand", reason: "Pourquoi", replayed: "Relu", replay: "Relire",
  },
  pt: {
    account_unknown: "Nenhum canal seu tem esta conta", account_unknown_or_not_under_this_app: "Nenhum canal seu tem esta conta nesta aplicação", not_a_whatsapp_body: "Não como o WhatsApp escreve", not_a_telegram_update: "Não como o Telegram escreve", not_a_message_received_event: "Não como um canal próprio escreve",
    message_without_id: "Uma mensagem sem identificador", message_without_sender: "Uma mensagem sem remetente", message_without_customer: "Uma mensagem sem cliente", entry_without_changes: "Uma entrada sem mudanças", change_without_value: "Uma mudança sem valor", status_without_id: "Um estado sem identificador",
    echo_without_recipient: "Uma cópia sem destinatário", update_without_ids: "Uma mudança de número sem os números", preference_unreadable: "Um desejo ilegível",
    queues: "Filas", queue: "Fila", howMany: "Quantas", oldest: "A mais antiga há", waiting: "À espera de resposta", atRisk: "Promessas em risco", breached: "Promessas quebradas hoje",
    title: "Estado", ok: "Tudo bem", degraded: "Funciona, com menos", down: "Parado", tiers: "Quem pode responder, o melhor primeiro", tier: "Nível", state: "Estado",
    remedy: "O que fazer", next: "As respostas vêm do nível seguinte.", services: "Serviços", service: "Serviço", deadLetters: "O que não pôde ser lido",
    noDeadLetters: "Tudo o que chegou foi lido.", when: "Quando", reason: "Porquê", replayed: "Lido de novo", replay: "Ler de novo",
  },
  sw: {
    account_unknown: "Hakuna njia yako yenye akaunti hii", account_unknown_or_not_under_this_app: "Hakuna njia yako yenye akaunti hii chini ya programu hii", not_a_whatsapp_body: "Si kama WhatsApp inavyoandika", not_a_telegram_update: "Si kama Telegram inavyoandika", not_a_message_received_event: "Si kama njia yako inavyoandika",
    message_without_id: "Ujumbe bila kitambulisho", message_without_sender: "Ujumbe bila mtumaji", message_without_customer: "Ujumbe bila mteja", entry_without_changes: "Ingizo bila mabadiliko", change_without_value: "Badiliko bila thamani", status_without_id: "Hali bila kitambulisho",
    echo_without_recipient: "Nakala bila mpokeaji", update_without_ids: "Badiliko la namba bila namba", preference_unreadable: "Ombi lisilosomeka",
    queues: "Foleni", queue: "Foleni", howMany: "Ngapi", oldest: "Ya zamani zaidi", waiting: "Yanasubiri jibu", atRisk: "Ahadi zilizo hatarini", breached: "Ahadi zilizovunjwa leo",
    title: "Hali", ok: "Yote ni sawa", degraded: "Inafanya kazi, kwa upungufu", down: "Imekatika", tiers: "Nani anaweza kujibu, bora kwanza", tier: "Ngazi", state: "Hali",
    remedy: "La kufanya", next: "Majibu yanatoka ngazi inayofuata.", services: "Huduma", service: "Huduma", deadLetters: "Kilichoshindwa kusomwa",
    noDeadLetters: "Kila kilichoingia kilisomwa.", when: "Lini", reason: "Kwa nini", replayed: "Kimesomwa tena", replay: "Soma tena",
  },
});
