import { expect, test } from "vitest";
import { LANGUAGES, type Catalogue } from "./words";

/** Words that are the same in the other language, too. */
const SHARED = new Set(
  (
    "Admin Agent Agents Article Calibration Cassava Conversation Conversations Date Description Message Messages Minutes Mistral Normal Note " +
    "Pages Questions Secrets Service Services Sources Telegram Test Ticket Tickets Version Versions WhatsApp"
  ).split(" "),
);
const files = import.meta.glob<Record<string, unknown>>(["../**/*words*.ts", "./*.ts", "!../**/*.test.ts"], { eager: true });
const catalogues = Object.entries(files).flatMap(([file, module]) =>
  Object.values(module)
    .filter((found): found is Catalogue<string> => typeof found === "object" && found !== null && "sw" in found && "pt" in found && found !== LANGUAGES)
    .map((catalogue) => ({ file, catalogue })),
);
const others = (Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]).filter((language) => language !== "en");
const blanks = (words: string) => [...words.matchAll(/\{\w+\}/g)].map(String).sort();
const every = catalogues.flatMap(({ file, catalogue }) =>
  others.flatMap((language) =>
    Object.entries(catalogue.en).map(([key, english]) => ({ at: `${file} ${language}.${key}`, english, words: catalogue[language][key] ?? "" })),
  ),
);

test("there are catalogues, and nothing in them is empty by mistake", () => {
  expect(catalogues.length).toBeGreaterThan(15);
  expect(every.filter(({ english, words }) => english !== "" && words.trim() === "").map(({ at }) => at)).toEqual([]);
});

test("every language fills in what the English does", () => {
  expect(every.filter(({ english, words }) => blanks(english).join() !== blanks(words).join()).map(({ at }) => at)).toEqual([]);
});

test("no English is left in another language", () => {
  const same = every.filter(({ english, words }) => english === words && /[a-z]{3}/.test(english) && !SHARED.has(english));
  expect(same.map(({ at, words }) => `${at}: ${words}`)).toEqual([]);
});
