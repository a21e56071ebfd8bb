/** What a training is doing, and what came of it. */
import type { Training } from "../api/names";
import { catalogue, useWords } from "../words/words";

type State = Exclude<NonNullable<Training["state"]>, "STATE_UNSPECIFIED">;
type Word = State | "encoding" | "examining" | "fitting" | "reporting" | "trainings" | "came" | "model" | "serves" | "worse";

export const trainingWords = catalogue<Word>({
  en: {
    serves: "Version {version} serves now.",
    worse: "Version {version} was not better on the held-out questions: the one before goes on to serve. Publish it yourself below, or look at what was added since.",
    STATE_QUEUED: "Waits", STATE_RUNNING: "Runs", STATE_PUBLISHED: "Published", STATE_REFUSED: "Not better", STATE_FAILED: "Failed", STATE_CANCELLED: "Cancelled",
    encoding: "reading the examples", examining: "asking the held-out questions", fitting: "learning", reporting: "writing the report",
    trainings: "Earlier trainings", came: "What came of it", model: "Version",
  },
  fr: {
    serves: "La version {version} sert maintenant.",
    worse: "La version {version} n’a pas fait mieux aux questions mises de côté : la précédente continue de servir. Publiez-la vous-même ci-dessous, ou regardez ce qui a été ajouté depuis.",
    STATE_QUEUED: "En attente", STATE_RUNNING: "En cours", STATE_PUBLISHED: "Publié", STATE_REFUSED: "Pas meilleur", STATE_FAILED: "Échoué", STATE_CANCELLED: "Annulé",
    encoding: "lecture des exemples", examining: "questions mises de côté", fitting: "apprentissage", reporting: "écriture du rapport",
    trainings: "Entraînements précédents", came: "Résultat", model: "Version",
  },
  pt: {
    serves: "A versão {version} serve agora.",
    worse: "A versão {version} não foi melhor nas perguntas guardadas: a anterior continua a servir. Publique-a abaixo, ou veja o que foi acrescentado desde então.",
    STATE_QUEUED: "Em espera", STATE_RUNNING: "Em curso", STATE_PUBLISHED: "Publicado", STATE_REFUSED: "Não é melhor", STATE_FAILED: "Falhou", STATE_CANCELLED: "Cancelado",
    encoding: "a ler os exemplos", examining: "a fazer as perguntas guardadas", fitting: "a aprender", reporting: "a escrever o relatório",
    trainings: "Treinos anteriores", came: "Resultado", model: "Versão",
  },
  sw: {
    serves: "Toleo {version} linahudumu sasa.",
    worse: "Toleo {version} halikuwa bora katika maswali yaliyotengwa: lililotangulia linaendelea kuhudumu. Lichapishe mwenyewe hapo chini, au angalia kilichoongezwa tangu hapo.",
    STATE_QUEUED: "Yanasubiri", STATE_RUNNING: "Yanaendelea", STATE_PUBLISHED: "Yamechapishwa", STATE_REFUSED: "Si bora zaidi", STATE_FAILED: "Yameshindwa", STATE_CANCELLED: "Yameghairiwa",
    encoding: "inasoma mifano", examining: "inauliza maswali yaliyotengwa", fitting: "inajifunza", reporting: "inaandika ripoti",
    trainings: "Mafunzo ya awali", came: "Matokeo", model: "Toleo",
  },
});

/** What came of a training; of one that failed, what the service says. */
export function useCame(): (training: Training) => string {
  const say = useWords(trainingWords);
  return ({ state, model_version: version, message = "" }) => {
    if (!version) return message;
    if (state === "STATE_PUBLISHED") return say("serves", { version });
    return state === "STATE_REFUSED" ? say("worse", { version }) : message;
  };
}
