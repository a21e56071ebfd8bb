import { catalogue } from "../../words/words";

export const endpointWords = catalogue({
  en: {
    endpoints: "Outgoing webhooks", endpoint: "Endpoint", newEndpoint: "New endpoint", none: "No program listens yet.", intro: "Each event is posted to these addresses, signed as Standard Webhooks says: ids and labels, never a customer’s words.",
    url: "Address", urlHint: "https, port 443, in the public internet.", description: "Description", types: "Events", typesHint: "None chosen: all of them. reply.proposed is only asked as a reply hook.", allTypes: "All",
    typeCount: "{count} kinds", enabled: "Enabled", disabled: "Disabled", failing: "Failing", gone: "Gone: it answered 410", queue_full: "Disabled: too much waited", by_hand: "Disabled by hand",
    disable: "Disable", enable: "Enable", removeWarning: "Nothing more is sent there, and its secrets are gone.", secret: "Signing secret", rotate: "New secret", keepOld: "The old one signs along for, hours",
    keepOldHint: "0 when it leaked.", ledger: "Deliveries", event: "Event", made: "Made", due: "Next attempt", attempts: "Attempts", noAttempts: "Nothing was tried yet.", webhookId: "The same over retries and replays:",
    noDeliveries: "Nothing was sent there.", readAgain: "Read again", replay: "Send again", replayRange: "Send a time again", replayed: "Waiting to be sent: {count}", start: "From", end: "Until", endHint: "Empty: now.",
    STATE_PENDING: "Waiting", STATE_SUCCEEDED: "Taken", STATE_FAILED: "Given up", STATE_CANCELLED: "Cancelled",
  },
  fr: {
    endpoints: "Webhooks sortants", endpoint: "Point d’accès", newEndpoint: "Nouveau point d’accès", none: "Aucun programme n’écoute encore.", intro: "Chaque événement est posté à ces adresses, signé selon Standard Webhooks : identifiants et libellés, jamais les mots d’un client.",
    url: "Adresse", urlHint: "https, port 443, sur l’internet public.", description: "Description", types: "Événements", typesHint: "Aucun choisi : tous. reply.proposed ne sert qu’à demander avant l’envoi.", allTypes: "Tous",
    typeCount: "{count} sortes", enabled: "Actif", disabled: "Désactivé", failing: "En échec", gone: "Parti : il a répondu 410", queue_full: "Désactivé : trop d’attente", by_hand: "Désactivé à la main",
    disable: "Désactiver", enable: "Activer", removeWarning: "Plus rien n’y est envoyé, et ses secrets disparaissent.", secret: "Secret de signature", rotate: "Nouveau secret", keepOld: "L’ancien signe encore pendant, heures",
    keepOldHint: "0 s’il a fuité.", ledger: "Envois", event: "Événement", made: "Créé", due: "Prochain essai", attempts: "Essais", noAttempts: "Rien n’a encore été essayé.", webhookId: "Le même à chaque reprise :",
    noDeliveries: "Rien n’y a été envoyé.", readAgain: "Relire", replay: "Renvoyer", replayRange: "Renvoyer une période", replayed: "En attente d’envoi : {count}", start: "Du", end: "Au", endHint: "Vide : maintenant.",
    STATE_PENDING: "En attente", STATE_SUCCEEDED: "Pris", STATE_FAILED: "Abandonné", STATE_CANCELLED: "Annulé",
  },
  pt: {
    endpoints: "Webhooks de saída", endpoint: "Ponto de entrega", newEndpoint: "Novo ponto de entrega", none: "Ainda nenhum programa ouve.", intro: "Cada evento é enviado a estes endereços, assinado como diz Standard Webhooks: identificadores e etiquetas, nunca as palavras de um cliente.",
    url: "Endereço", urlHint: "https, porta 443, na internet pública.", description: "Descrição", types: "Eventos", typesHint: "Nenhum escolhido: todos. reply.proposed só serve para perguntar antes de enviar.", allTypes: "Todos",
    typeCount: "{count} tipos", enabled: "Ativo", disabled: "Desativado", failing: "A falhar", gone: "Desapareceu: respondeu 410", queue_full: "Desativado: esperava demasiado", by_hand: "Desativado à mão",
    disable: "Desativar", enable: "Ativar", removeWarning: "Nada mais é enviado para lá, e os seus segredos desaparecem.", secret: "Segredo de assinatura", rotate: "Novo segredo", keepOld: "O antigo assina ainda durante, horas",
    keepOldHint: "0 se foi revelado.", ledger: "Entregas", event: "Evento", made: "Criada", due: "Próxima tentativa", attempts: "Tentativas", noAttempts: "Ainda nada foi tentado.", webhookId: "O mesmo em repetições:",
    noDeliveries: "Nada foi enviado para lá.", readAgain: "Ler de novo", replay: "Enviar de novo", replayRange: "Enviar um período de novo", replayed: "À espera de envio: {count}", start: "De", end: "Até", endHint: "Vazio: agora.",
    STATE_PENDING: "À espera", STATE_SUCCEEDED: "Aceite", STATE_FAILED: "Abandonada", STATE_CANCELLED: "Cancelada",
  },
  sw: {
    endpoints: "Webhook zinazotoka", endpoint: "Kituo", newEndpoint: "Kituo kipya", none: "Bado hakuna programu inayosikiliza.", intro: "Kila tukio hutumwa kwa anwani hizi, likiwa na sahihi ya Standard Webhooks: vitambulisho na lebo, kamwe si maneno ya mteja.",
    url: "Anwani", urlHint: "https, mlango 443, kwenye intaneti ya umma.", description: "Maelezo", types: "Matukio", typesHint: "Hakuna lililochaguliwa: yote. reply.proposed huulizwa tu kabla ya kutuma.", allTypes: "Yote",
    typeCount: "Aina {count}", enabled: "Imewashwa", disabled: "Imezimwa", failing: "Inashindwa", gone: "Kimeondoka: kilijibu 410", queue_full: "Imezimwa: foleni imejaa", by_hand: "Imezimwa kwa mkono",
    disable: "Zima", enable: "Washa", removeWarning: "Hakuna kitakachotumwa tena huko, na siri zake zinafutwa.", secret: "Siri ya kutia sahihi", rotate: "Siri mpya", keepOld: "Ya zamani inaendelea kwa, saa",
    keepOldHint: "0 ikiwa imevuja.", ledger: "Yaliyotumwa", event: "Tukio", made: "Lilianza", due: "Jaribio lijalo", attempts: "Majaribio", noAttempts: "Bado hakuna kilichojaribiwa.", webhookId: "Ile ile kila linaporudiwa:",
    noDeliveries: "Hakuna kilichotumwa huko.", readAgain: "Soma tena", replay: "Tuma tena", replayRange: "Tuma kipindi tena", replayed: "Yanasubiri kutumwa: {count}", start: "Kuanzia", end: "Hadi", endHint: "Tupu: sasa.",
    STATE_PENDING: "Linasubiri", STATE_SUCCEEDED: "Limepokelewa", STATE_FAILED: "Limeachwa", STATE_CANCELLED: "Limefutwa",
  },
});
