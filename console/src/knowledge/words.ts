import { catalogue } from "../words/words";

export const knowledgeWords = catalogue({
  en: {
    title: "Knowledge", write: "Write an article", none: "There is no article yet. Write one, or import files.", article: "Article", language: "Language",
    changed: "Changed", draft: "Draft", published: "Published", heading: "Title", text: "Text", link: "Link", languageHint: "Two letters, for example en",
    import: "Import", files: "Files", filesHint: "Markdown or text; each becomes an article.", imported: "{done} of {all} imported",
    tryOut: "What would be answered?", question: "Ask as a customer would", ask: "Ask", answerable: "The articles answer this",
    unanswerable: "No article answers this well enough", unanswered: "Questions without an answer", allAnswered: "Every question found an answer.",
    asked: "Conversations: {times}", answer: "Write the answer", dismiss: "Dismiss",
  },
  fr: {
    title: "Connaissances", write: "Écrire un article", none: "Il n’y a pas encore d’article. Écrivez-en un ou importez des fichiers.", article: "Article", language: "Langue",
    changed: "Modifié", draft: "Brouillon", published: "Publié", heading: "Titre", text: "Texte", link: "Lien", languageHint: "Deux lettres, par exemple fr",
    import: "Importer", files: "Fichiers", filesHint: "Markdown ou texte ; chacun devient un article.", imported: "{done} sur {all} importés",
    tryOut: "Que répondrait-on ?", question: "Demander comme un client", ask: "Demander", answerable: "Les articles y répondent",
    unanswerable: "Aucun article n’y répond assez bien", unanswered: "Questions sans réponse", allAnswered: "Chaque question a trouvé une réponse.",
    asked: "Conversations : {times}", answer: "Écrire la réponse", dismiss: "Écarter",
  },
  pt: {
    title: "Conhecimento", write: "Escrever um artigo", none: "Ainda não há artigos. Escreva um ou importe ficheiros.", article: "Artigo", language: "Língua",
    changed: "Alterado", draft: "Rascunho", published: "Publicado", heading: "Título", text: "Texto", link: "Ligação", languageHint: "Duas letras, por exemplo pt",
    import: "Importar", files: "Ficheiros", filesHint: "Markdown ou texto; cada um torna-se um artigo.", imported: "{done} de {all} importados",
    tryOut: "O que seria respondido?", question: "Pergunte como um cliente", ask: "Perguntar", answerable: "Os artigos respondem a isto",
    unanswerable: "Nenhum artigo responde bem a isto", unanswered: "Perguntas sem resposta", allAnswered: "Todas as perguntas tiveram resposta.",
    asked: "Conversas: {times}", answer: "Escrever a resposta", dismiss: "Pôr de lado",
  },
  sw: {
    title: "Maarifa", write: "Andika makala", none: "Bado hakuna makala. Andika moja, au leta faili.", article: "Makala", language: "Lugha",
    changed: "Ilibadilishwa", draft: "Rasimu", published: "Imechapishwa", heading: "Kichwa", text: "Maandishi", link: "Kiungo", languageHint: "Herufi mbili, kwa mfano sw",
    import: "Leta", files: "Faili", filesHint: "Markdown au maandishi; kila moja huwa makala.", imported: "{done} kati ya {all} zimeletwa",
    tryOut: "Nini kingejibiwa?", question: "Uliza kama mteja", ask: "Uliza", answerable: "Makala zinajibu hili",
    unanswerable: "Hakuna makala inayojibu vizuri", unanswered: "Maswali yasiyo na jibu", allAnswered: "Kila swali lilipata jibu.",
    asked: "Mazungumzo: {times}", answer: "Andika jibu", dismiss: "Weka kando",
  },
});
