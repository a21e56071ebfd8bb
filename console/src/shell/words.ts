import { catalogue } from "../words/words";

export const shellWords = catalogue({
  en: {
    inbox: "Inbox", tickets: "Tickets", customers: "Customers", knowledge: "Knowledge", intents: "Intents", analytics: "Analytics", tryIt: "Try it", settings: "Settings", status: "Status", pages: "Pages", skip: "Skip to the page", signOut: "Sign out", theme: "Appearance", system: "As the system",
    light: "Light", dark: "Dark", language: "Language", tenant: "Tenant", live: "Live", connecting: "Connecting…", offline: "Offline: waiting for the network",
    dismiss: "Dismiss", loading: "Loading…", failed: "This did not work: {why}", again: "Try again", anonymous: "Demo, without a key",
    presence: "Presence", you: "Account: {name}", notFound: "There is no such page.", broken: "This page broke.", allowedFor: "Your key does not open this page.",
  },
  fr: {
    inbox: "Boîte de réception", tickets: "Tickets", customers: "Clients", knowledge: "Connaissances", intents: "Intentions", analytics: "Analyses", tryIt: "Essayer", settings: "Réglages", status: "État", pages: "Pages", skip: "Aller à la page", signOut: "Se déconnecter", theme: "Apparence", system: "Comme le système",
    light: "Clair", dark: "Sombre", language: "Langue", tenant: "Client", live: "En direct", connecting: "Connexion…", offline: "Hors ligne : en attente du réseau",
    dismiss: "Fermer", loading: "Chargement…", failed: "Cela n’a pas marché : {why}", again: "Réessayer", anonymous: "Démo, sans clé",
    presence: "Présence", you: "Compte : {name}", notFound: "Cette page n’existe pas.", broken: "Cette page est en panne.", allowedFor: "Votre clé n’ouvre pas cette page.",
  },
  pt: {
    inbox: "Caixa de entrada", tickets: "Pedidos", customers: "Clientes", knowledge: "Conhecimento", intents: "Intenções", analytics: "Análises", tryIt: "Experimentar", settings: "Definições", status: "Estado", pages: "Páginas", skip: "Ir para a página", signOut: "Sair", theme: "Aparência", system: "Como o sistema",
    light: "Claro", dark: "Escuro", language: "Idioma", tenant: "Inquilino", live: "Ao vivo", connecting: "A ligar…", offline: "Sem rede: à espera de ligação",
    dismiss: "Fechar", loading: "A carregar…", failed: "Não resultou: {why}", again: "Tentar de novo", anonymous: "Demo, sem chave",
    presence: "Presença", you: "Conta: {name}", notFound: "Esta página não existe.", broken: "Esta página avariou.", allowedFor: "A sua chave não abre esta página.",
  },
  sw: {
    inbox: "Kikasha", tickets: "Tiketi", customers: "Wateja", knowledge: "Maarifa", intents: "Nia", analytics: "Takwimu", tryIt: "Jaribu", settings: "Mipangilio", status: "Hali", pages: "Kurasa", skip: "Nenda kwenye ukurasa", signOut: "Ondoka", theme: "Mwonekano", system: "Kama mfumo",
    light: "Angavu", dark: "Giza", language: "Lugha", tenant: "Mpangaji", live: "Mubashara", connecting: "Inaunganisha…", offline: "Nje ya mtandao: inasubiri mtandao",
    dismiss: "Funga", loading: "Inapakia…", failed: "Haikufaulu: {why}", again: "Jaribu tena", anonymous: "Onyesho, bila ufunguo",
    presence: "Uwepo", you: "Akaunti: {name}", notFound: "Hakuna ukurasa kama huo.", broken: "Ukurasa huu umeharibika.", allowedFor: "Ufunguo wako haufungui ukurasa huu.",
  },
});
