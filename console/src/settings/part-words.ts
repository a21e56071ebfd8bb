/** What several pages of the settings say. */
import { catalogue } from "../words/words";

export const partWords = catalogue({
  en: {
    title: "Settings", pages: "Settings pages", access: "Keys and log", channels: "Channels", people: "Agents and teams", hours: "Hours", promises: "Promises",
    rules: "Rules", fields: "Ticket fields", endpoints: "Endpoints", answers: "Answers", copy: "Copy", copied: "Copied.", kept: "I have kept it",
    once: "This is shown now and never again. Keep it where only the program that needs it can read it.", commas: "With commas between them.",
    platformDefault: "Platform’s default: {value}", overtaken: "Somebody else changed this since you opened it, so nothing was saved. Open it again to see theirs.",
    nobodyElse: "None",
  },
  fr: {
    title: "Réglages", pages: "Pages des réglages", access: "Clés et journal", channels: "Canaux", people: "Agents et équipes", hours: "Horaires", promises: "Promesses",
    rules: "Règles", fields: "Champs", endpoints: "Points d’accès", answers: "Réponses", copy: "Copier", copied: "Copié.", kept: "Je l’ai conservé",
    once: "Ceci est montré maintenant et plus jamais. Gardez-le là où seul le programme concerné peut le lire.", commas: "Séparés par des virgules.",
    platformDefault: "Valeur par défaut : {value}", overtaken: "Quelqu’un d’autre a modifié ceci depuis que vous l’avez ouvert : rien n’a été enregistré. Rouvrez pour voir sa version.",
    nobodyElse: "Aucun",
  },
  pt: {
    title: "Definições", pages: "Páginas das definições", access: "Chaves e registo", channels: "Canais", people: "Agentes e equipas", hours: "Horários", promises: "Promessas",
    rules: "Regras", fields: "Campos", endpoints: "Pontos de entrega", answers: "Respostas", copy: "Copiar", copied: "Copiado.", kept: "Já o guardei",
    once: "Isto é mostrado agora e nunca mais. Guarde-o onde só o programa que precisa dele o possa ler.", commas: "Separados por vírgulas.",
    platformDefault: "Valor da plataforma: {value}", overtaken: "Outra pessoa mudou isto desde que o abriu: nada foi guardado. Abra de novo para ver a versão dela.",
    nobodyElse: "Nenhum",
  },
  sw: {
    title: "Mipangilio", pages: "Kurasa za mipangilio", access: "Funguo na kumbukumbu", channels: "Njia", people: "Mawakala na timu", hours: "Saa za kazi", promises: "Ahadi",
    rules: "Kanuni", fields: "Sehemu", endpoints: "Vituo vya kupokea", answers: "Majibu", copy: "Nakili", copied: "Imenakiliwa.", kept: "Nimeihifadhi",
    once: "Hii inaonyeshwa sasa na kamwe haitaonyeshwa tena. Ihifadhi mahali ambapo programu inayohitaji pekee inaweza kuisoma.", commas: "Tenganisha kwa koma.",
    platformDefault: "Chaguo la mfumo: {value}", overtaken: "Mtu mwingine amebadilisha hii tangu uifungue, hivyo hakuna kilichohifadhiwa. Ifungue tena kuona yake.",
    nobodyElse: "Hakuna",
  },
});
