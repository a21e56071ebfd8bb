/** What to do about a tier, by its name and why it does not answer; doctor says the same at the command line. */
import { catalogue, useWords } from "../words/words";
import type { Provider } from "./queries";

const remedies = catalogue({
  en: {
    not_configured: "Set {variable} to use it.", key_malformed: "{variable} cannot be a key: give the key alone, whole, without quotes or blanks.", unauthorized: "Make a new key and set {variable}.", forbidden: "The key lacks the right for this model: change MISTRAL_MODEL or the key.",
    tls: "The certificate cannot be checked: are ca-certificates installed?", mistral_model_missing: "Set MISTRAL_MODEL to a model that this key may use.", ollama_model_missing: "Run: ollama pull {model}", ollama_unreachable: "Is “ollama serve” running at {variable}?", mistral_unreachable: "Nothing answers at MISTRAL_SERVER_URL: check the address, DNS and the way out.", cold: "Nothing: it is being loaded.",
  },
  fr: {
    not_configured: "Définissez {variable} pour l’utiliser.", key_malformed: "{variable} ne peut pas être une clé : donnez la clé seule, entière, sans guillemets ni espaces.", unauthorized: "Créez une nouvelle clé et définissez {variable}.", forbidden: "La clé n’a pas droit à ce modèle : changez MISTRAL_MODEL ou la clé.",
    tls: "Le certificat ne peut pas être vérifié : ca-certificates est-il installé ?", mistral_model_missing: "Mettez dans MISTRAL_MODEL un modèle permis à cette clé.", ollama_model_missing: "Lancez : ollama pull {model}", ollama_unreachable: "« ollama serve » tourne-t-il à {variable} ?", mistral_unreachable: "Rien ne répond à MISTRAL_SERVER_URL : vérifiez l’adresse, le DNS et la sortie.", cold: "Rien : il se charge.",
  },
  pt: {
    not_configured: "Defina {variable} para o usar.", key_malformed: "{variable} não pode ser uma chave: dê só a chave, inteira, sem aspas nem espaços.", unauthorized: "Crie uma chave nova e defina {variable}.", forbidden: "A chave não tem direito a este modelo: mude MISTRAL_MODEL ou a chave.",
    tls: "Não se consegue verificar o certificado: ca-certificates está instalado?", mistral_model_missing: "Ponha em MISTRAL_MODEL um modelo que esta chave possa usar.", ollama_model_missing: "Execute: ollama pull {model}", ollama_unreachable: "O «ollama serve» está a correr em {variable}?", mistral_unreachable: "Nada responde em MISTRAL_SERVER_URL: verifique o endereço, o DNS e a saída.", cold: "Nada: está a carregar.",
  },
  sw: {
    not_configured: "Weka {variable} ili kuitumia.", key_malformed: "{variable} haiwezi kuwa ufunguo: toa ufunguo peke yake, wote, bila alama za nukuu wala nafasi.", unauthorized: "Tengeneza ufunguo mpya na uweke {variable}.", forbidden: "Ufunguo hauna haki ya modeli hii: badilisha MISTRAL_MODEL au ufunguo.",
    tls: "Cheti hakiwezi kuhakikiwa: je, ca-certificates imesakinishwa?", mistral_model_missing: "Weka katika MISTRAL_MODEL modeli inayoruhusiwa kwa ufunguo huu.", ollama_model_missing: "Endesha: ollama pull {model}", ollama_unreachable: "Je, “ollama serve” inaendeshwa kwenye {variable}?", mistral_unreachable: "Hakuna kinachojibu kwenye MISTRAL_SERVER_URL: kagua anwani, DNS na njia ya kutoka.", cold: "Hakuna: inapakiwa.",
  },
});
type Remedy = keyof (typeof remedies)["en"];

const VARIABLES: Record<string, string> = { mistral: "MISTRAL_API_KEY", ollama: "OLLAMA_HOST" };

/** In the reader's language where we know the reason, in the service's words where we do not. */
export function useRemedies(): (tier: string, provider: Provider) => string {
  const say = useWords(remedies);
  return (tier, { model, reason, remedy }) => {
    const known = [`${tier}_${reason ?? ""}`, reason ?? ""].find((each): each is Remedy => each in remedies.en);
    return known ? say(known, { variable: VARIABLES[tier] ?? tier, model: model ?? "" }) : (remedy ?? "");
  };
}
