import type { Report } from "../api/names";

const DARKEST = 5;

export interface ConfusionTable {
  names: string[];
  /** How often the row's intent was heard as the column's, and how dark that is from 0 to 5. */
  rows: { meant: string; cells: { times: number; shade: number }[] }[];
}

/** The intents that are confused most, each against each; the diagonal is what was heard rightly. */
export function confusionTable({ confusions = [], intents = [] }: Report, most: number): ConfusionTable {
  const names = [...new Set(confusions.flatMap(({ meant = "", heard = "" }) => [meant, heard]))].slice(0, most);
  const right = new Map(intents.map(({ intent = "", questions = 0, recall = 0 }) => [intent, Math.round(questions * recall)]));
  const wrong = new Map(confusions.map(({ meant = "", heard = "", times = 0 }) => [JSON.stringify([meant, heard]), times]));
  const rows = names.map((meant) => {
    const times = names.map((heard) => (meant === heard ? (right.get(meant) ?? 0) : (wrong.get(JSON.stringify([meant, heard])) ?? 0)));
    const all = Math.max(1, times.reduce((sum, each) => sum + each, 0));
    return { meant, cells: times.map((each) => ({ times: each, shade: Math.ceil((each / all) * DARKEST) })) };
  });
  return { names, rows };
}
