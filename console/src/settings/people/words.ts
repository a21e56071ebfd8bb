import { catalogue } from "../../words/words";

export const peopleWords = catalogue({
  en: {
    agents: "Agents", agent: "Agent", newAgent: "New agent", noAgents: "Nobody works at the desk yet.", presence: "Presence", skills: "Skills", load: "Open / at most",
    teams: "Teams", team: "Team", newTeam: "New team", noTeams: "There is no team yet.", dealing: "New work", dealt: "Dealt to its agents at once", taken: "Agents take it themselves",
    key: "Key", keyHint: "What is done with this key is done by this agent. Make one of the role “agent” first.", skillsHint: "What a conversation may require: languages, subjects.",
    capacity: "Conversations at once", capacityHint: "Empty: 5.", archive: "Archive", archiveWarning: "Open work goes back to its team. What was done stays theirs. This cannot be taken back.",
    left: "Left",
  },
  fr: {
    agents: "Agents", agent: "Agent", newAgent: "Nouvel agent", noAgents: "Personne ne travaille encore ici.", presence: "Présence", skills: "Compétences", load: "Ouvertes / au plus",
    teams: "Équipes", team: "Équipe", newTeam: "Nouvelle équipe", noTeams: "Il n’y a pas encore d’équipe.", dealing: "Nouveau travail", dealt: "Distribué aussitôt à ses agents", taken: "Les agents se servent",
    key: "Clé", keyHint: "Ce qui est fait avec cette clé est fait par cet agent. Créez d’abord une clé du rôle « agent ».", skillsHint: "Ce qu’une conversation peut exiger : langues, sujets.",
    capacity: "Conversations à la fois", capacityHint: "Vide : 5.", archive: "Archiver", archiveWarning: "Le travail ouvert retourne à l’équipe. Ce qui a été fait lui reste attribué. C’est sans retour.",
    left: "Parti",
  },
  pt: {
    agents: "Agentes", agent: "Agente", newAgent: "Novo agente", noAgents: "Ainda ninguém trabalha aqui.", presence: "Presença", skills: "Competências", load: "Abertas / no máximo",
    teams: "Equipas", team: "Equipa", newTeam: "Nova equipa", noTeams: "Ainda não há equipas.", dealing: "Trabalho novo", dealt: "Distribuído logo pelos seus agentes", taken: "Os agentes servem-se",
    key: "Chave", keyHint: "O que se faz com esta chave é feito por este agente. Crie antes uma do papel «agente».", skillsHint: "O que uma conversa pode exigir: línguas, assuntos.",
    capacity: "Conversas ao mesmo tempo", capacityHint: "Vazio: 5.", archive: "Arquivar", archiveWarning: "O trabalho aberto volta à equipa. O que foi feito fica em seu nome. Não tem retorno.",
    left: "Saiu",
  },
  sw: {
    agents: "Mawakala", agent: "Wakala", newAgent: "Wakala mpya", noAgents: "Bado hakuna anayefanya kazi hapa.", presence: "Uwepo", skills: "Ujuzi", load: "Wazi / mwisho",
    teams: "Timu", team: "Timu", newTeam: "Timu mpya", noTeams: "Bado hakuna timu.", dealing: "Kazi mpya", dealt: "Hugawiwa mawakala mara moja", taken: "Mawakala hujichukulia",
    key: "Ufunguo", keyHint: "Kinachofanywa kwa ufunguo huu hufanywa na wakala huyu. Tengeneza kwanza ufunguo wa wajibu wa “wakala”.", skillsHint: "Kile mazungumzo yanaweza kuhitaji: lugha, mada.",
    capacity: "Mazungumzo kwa wakati mmoja", capacityHint: "Tupu: 5.", archive: "Hifadhi kando", archiveWarning: "Kazi iliyo wazi inarudi kwa timu. Kilichofanywa kinabaki chake. Haiwezi kurudishwa.",
    left: "Ameondoka",
  },
});
