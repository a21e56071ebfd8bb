import { expect, test } from "vitest";
import { refusal } from "./refusals";

test("a reason is said in the reader's language, alone or with its family", () => {
  expect(refusal("NOT_ALLOWED", "fr")).toBe("votre clé n’en a pas le droit");
  expect(refusal("AGENT_NOT_FOUND", "pt")).toBe(refusal("TEAM_NOT_FOUND", "pt"));
});

test("what the service says of a value, and all English, is left as it is", () => {
  expect([refusal("INVALID_INPUT", "sw"), refusal("NOT_ALLOWED", "en")]).toEqual([undefined, undefined]);
});
