import { catalogue } from "../words/words";

export const besideWords = catalogue({
  en: {
    file: "Attach a file", template: "Template", address: "Address of the file", addressHint: "Begins with https:// and opens without signing in: the customer’s provider fetches it there.",
    templateName: "Template", templateHint: "Its name, as WhatsApp approved it.", language: "Language", parameters: "Parameters", parametersHint: "One a line, in their order.",
  },
  fr: {
    file: "Joindre un fichier", template: "Modèle", address: "Adresse du fichier", addressHint: "Commence par https:// et s’ouvre sans connexion : le fournisseur du client le prend là.",
    templateName: "Modèle", templateHint: "Son nom, tel que WhatsApp l’a approuvé.", language: "Langue", parameters: "Paramètres", parametersHint: "Un par ligne, dans l’ordre.",
  },
  pt: {
    file: "Anexar um ficheiro", template: "Modelo", address: "Endereço do ficheiro", addressHint: "Começa por https:// e abre sem iniciar sessão: o fornecedor do cliente vai lá buscá-lo.",
    templateName: "Modelo", templateHint: "O nome, como o WhatsApp o aprovou.", language: "Língua", parameters: "Parâmetros", parametersHint: "Um por linha, pela ordem.",
  },
  sw: {
    file: "Ambatisha faili", template: "Kiolezo", address: "Anwani ya faili", addressHint: "Inaanza na https:// na hufunguka bila kuingia: mtoa huduma wa mteja huichukua hapo.",
    templateName: "Kiolezo", templateHint: "Jina lake, kama WhatsApp ilivyolikubali.", language: "Lugha", parameters: "Vigezo", parametersHint: "Kimoja kwa mstari, kwa mpangilio.",
  },
});
