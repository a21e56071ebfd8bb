import { expect, test } from "vitest";
import { numbersIn } from "./numbers";

test("a length of time is told in its largest unit", () => {
  const { duration } = numbersIn("en");
  expect([0, 12, 90, 5_400, 129_600].map(duration)).toEqual(["0 sec", "12 sec", "1.5 min", "1.5 hr", "1.5 days"]);
});

test("where there is nothing to divide by there is a dash", () => {
  const { count, percent } = numbersIn("en");
  expect([count(undefined), percent(null), count(0), percent(0)]).toEqual(["–", "–", "0", "0%"]);
});
