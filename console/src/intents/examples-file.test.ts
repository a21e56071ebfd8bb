import { expect, test } from "vitest";
import { examplesFrom } from "./examples-file";

test("a table's columns go by any of their usual names", () => {
  const { examples, troubles } = examplesFrom("a.csv", "Utterance;Label;Language\nWhere is it?;tracking;en\n");
  expect(troubles).toEqual([]);
  expect(examples).toEqual([{ text: "Where is it?", intent: "tracking", language: "en" }]);
});

test("a quoted cell holds separators, quotes and line ends", () => {
  const { examples } = examplesFrom("a.csv", '\uFEFFtext,intent\r\n"He said ""no"",\nthen left",complaint\r\n');
  expect(examples).toEqual([{ text: 'He said "no",\nthen left', intent: "complaint" }]);
});

test("JSON Lines are read a line each", () => {
  const { examples, troubles } = examplesFrom("a.jsonl", '{"text":"Hi","intent":"greeting"}\n\nnonsense\n');
  expect(examples).toEqual([{ text: "Hi", intent: "greeting" }]);
  expect(troubles).toEqual([{ line: 3, trouble: "noJson" }]);
});

test("what cannot be imported is named by its line", () => {
  const { troubles } = examplesFrom("a.tsv", "text\tintent\n \tgreeting\nHi\t\nHello\tgreeting\nhello\tfarewell\nHello\tgreeting\n");
  expect(troubles).toEqual([
    { line: 2, trouble: "noText" },
    { line: 3, trouble: "noIntent" },
    { line: 5, trouble: "twoIntents" },
  ]);
});

test("a file with other columns says so first", () => {
  expect(examplesFrom("a.csv", "question,answer\nWhy?,Because\n").troubles[0]).toEqual({ line: 1, trouble: "noColumns" });
});
