/** Labelled examples of a file, as `cassava intents import` reads them: CSV, TSV or JSON Lines. */
import type { Example } from "../api/names";

const TEXT = ["text", "utterance", "example", "sentence", "message"];
const INTENT = ["intent", "label", "category"];
const LONGEST_TEXT = 4000;
const LONGEST_NAME = 100;

/** What is wrong with a row. */
export type Trouble = "noText" | "longText" | "noIntent" | "twoIntents" | "noJson" | "noColumns";

export interface FromFile {
  examples: Example[];
  troubles: { line: number; trouble: Trouble }[];
}

type Row = Record<string, unknown>;

/** Every example once; where a row is wrong it is named, and nothing should be imported. */
export function examplesFrom(fileName: string, content: string): FromFile {
  const text = content.replace(/^\uFEFF/, "");
  const rows = /\.jsonl$/i.test(fileName) ? jsonRows(text) : tableRows(text);
  const found = new Map<string, Example>();
  const troubles: FromFile["troubles"] = [];
  for (const { line, row } of rows) {
    const example = row && exampleOf(row);
    const key = example?.text?.toLowerCase().split(/\s+/).join(" ") ?? "";
    const trouble = example ? troubleWith(example, found.get(key)) : "noJson";
    if (trouble) troubles.push({ line, trouble });
    else if (example && !found.has(key)) found.set(key, example);
  }
  if (rows.every(({ row }) => !row || !knows(row))) troubles.unshift({ line: 1, trouble: "noColumns" });
  return { examples: [...found.values()], troubles };
}

function knows(row: Row): boolean {
  return [TEXT, INTENT].every((names) => names.some((name) => name in row));
}

function exampleOf(row: Row): Example {
  const first = (names: string[]) => {
    const value = names.map((name) => row[name]).find((each) => each !== undefined && each !== null && each !== "");
    return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
  };
  const language = first(["language"]);
  return { text: first(TEXT), intent: first(INTENT), ...(language && { language }) };
}

function troubleWith({ text = "", intent = "" }: Example, before: Example | undefined): Trouble | undefined {
  if (!/[\p{L}\p{N}]/u.test(text)) return "noText";
  if (text.length > LONGEST_TEXT) return "longText";
  if (!intent || intent.length > LONGEST_NAME) return "noIntent";
  return before && before.intent !== intent ? "twoIntents" : undefined;
}

function jsonRows(text: string): { line: number; row: Row | undefined }[] {
  return text.split("\n").flatMap((each, place) => (each.trim() ? [{ line: place + 1, row: parsed(each) }] : []));
}

function parsed(line: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? lowered(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

function tableRows(text: string): { line: number; row: Row }[] {
  const head = text.split("\n", 1)[0] ?? "";
  const separator = [",", ";", "\t"].reduce((best, each) => (head.split(each).length > head.split(best).length ? each : best));
  const [names, ...rows] = cells(text, separator);
  return rows.map(({ line, values }) => ({ line, row: lowered(values.map((value, place) => [names?.values[place] ?? "", value])) }));
}

function lowered(entries: [string, unknown][]): Row {
  return Object.fromEntries(entries.map(([name, value]) => [name.trim().toLowerCase(), value]));
}

/** Rows of a table; a quoted cell may hold separators, doubled quotes and line ends. */
function cells(text: string, separator: string): { line: number; values: string[] }[] {
  const rows: { line: number; values: string[] }[] = [];
  let [line, begun, values, cell, isQuoted] = [1, 1, [] as string[], "", false];
  const end = () => {
    values.push(cell);
    if (values.some((value) => value.trim())) rows.push({ line: begun, values });
    [values, cell, begun] = [[], "", line + 1];
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? "";
    if (isQuoted && sign === '"' && text[at + 1] === '"') cell += text[++at] ?? "";
    else if (sign === '"' && (isQuoted || cell === "")) isQuoted = !isQuoted;
    else if (!isQuoted && sign === separator) [values, cell] = [[...values, cell], ""];
    else if (!isQuoted && sign === "\n") end();
    else if (isQuoted || sign !== "\r") cell += sign;
    if (sign === "\n") line++;
  }
  end();
  return rows;
}
