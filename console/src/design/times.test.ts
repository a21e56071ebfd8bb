import { expect, test } from "vitest";
import { clockFace } from "./times";

test.each([
  [0, "0:00:00"],
  [1, "0:00:01"],
  [59_001, "0:01:00"],
  [3_723_000, "1:02:03"],
  [90_061_000, "1d 1:01:01"],
  [-1_000, "−0:00:01"],
  [-3_600_000, "−1:00:00"],
])("a clock with %d ms left shows %s", (milliseconds, face) => {
  expect(clockFace(milliseconds, "en")).toBe(face);
});

test("days are counted in the reader's language", () => {
  expect(clockFace(180_000_000, "fr")).toMatch(/^2\s?j 2:00:00$/);
});
