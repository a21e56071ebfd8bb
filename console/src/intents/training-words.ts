/** What a training is doing, and what came of it. */
import type { Training } from "../api/names";
import { catalogue } from "../words/words";

type State = Exclude<NonNullable<Training["state"]>, "STATE_UNSPECIFIED">;
type Word = State | "encoding" | "examining" | "fitting" | "reporting" | "trainings" | "came" | "model";

export const trainingWords = catalogue<Word>({
  en: {
    STATE_QUEUED: "Waits", STATE_RUNNING: "Runs", STATE_PUBLISHED: "Published", STATE_REFUSED: "Not better", STATE_FAILED: "Failed", STATE_CANCELLED: "Cancelled",
    encoding: "reading the examples", examining: "asking the held-out questions", fitting: "learning", reporting: "writing the report",
    trainings: "Earlier trainings", came: "What came of it", model: "Version",
  },
  fr: {
    STATE_QUEUED: "En attente", STATE_RUNNING: "En cours", STATE_PUBLISHED: "Publié", STATE_REFUSED: "Pas meilleur", STATE_FAILED: "Échoué", STATE_CANCELLED: "Annulé",
    encoding: "lecture des exemples", examining: "questions mises de côté", fitting: "apprentissage", reporting: "écriture du rapport",
    trainings: "Entraînements précédents", came: "Résultat", model: "Version",
  },
  pt: {
    STATE_QUEUED: "Em espera", STATE_RUNNING: "Em curso", STATE_PUBLISHED: "Publicado", STATE_REFUSED: "Não é melhor", STATE_FAILED: "Falhou", STATE_CANCELLED: "Cancelado",
    encoding: "a ler os exemplos", examining: "a fazer as perguntas guardadas", fitting: "a aprender", reporting: "a escrever o relatório",
    trainings: "Treinos anteriores", came: "Resultado", model: "Versão",
  },
  sw: {
    STATE_QUEUED: "Yanasubiri", STATE_RUNNING: "Yanaendelea", STATE_PUBLISHED: "Yamechapishwa", STATE_REFUSED: "Si bora zaidi", STATE_FAILED: "Yameshindwa", STATE_CANCELLED: "Yameghairiwa",
    encoding: "inasoma mifano", examining: "inauliza maswali yaliyotengwa", fitting: "inajifunza", reporting: "inaandika ripoti",
    trainings: "Mafunzo ya awali", came: "Matokeo", model: "Toleo",
  },
});
