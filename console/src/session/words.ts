import { catalogue } from "../words/words";

export const sessionWords = catalogue({
  en: {
    title: "Sign in to Cassava", key: "API key", hint: "It begins with csk_ and stays in a cookie that no script can read.", signIn: "Sign in",
    wrong: "This key is not known, or it has ended.", failed: "Signing in did not work: {why}", demo: "Continue with the demo",
  },
  fr: {
    title: "Se connecter à Cassava", key: "Clé d’API", hint: "Elle commence par csk_ et reste dans un cookie qu’aucun script ne peut lire.", signIn: "Se connecter",
    wrong: "Cette clé est inconnue ou n’est plus valable.", failed: "La connexion n’a pas marché : {why}", demo: "Continuer avec la démo",
  },
  pt: {
    title: "Entrar no Cassava", key: "Chave da API", hint: "Começa por csk_ e fica num cookie que nenhum script pode ler.", signIn: "Entrar",
    wrong: "Esta chave não é conhecida ou terminou.", failed: "Não foi possível entrar: {why}", demo: "Continuar com a demonstração",
  },
  sw: {
    title: "Ingia Cassava", key: "Ufunguo wa API", hint: "Unaanza na csk_ na hubaki kwenye kidakuzi ambacho hakuna hati inayoweza kukisoma.", signIn: "Ingia",
    wrong: "Ufunguo huu haujulikani, au muda wake umeisha.", failed: "Kuingia hakukufaulu: {why}", demo: "Endelea na onyesho",
  },
});
