import { expect, test } from "vitest";
import { read } from "./urgency";

test("a reason of the classifier is told apart by its form, with what stands in it", () => {
  expect(read("intent payment_failed (+3)")).toEqual({ form: "intent", what: "payment_failed", level: "", points: " (+3)" });
  expect(read("asks for haste: 'right now' (+3)")).toMatchObject({ form: "haste", what: "right now" });
  expect(read("intent outage is high at least, says the tenant")).toMatchObject({ form: "least", what: "outage", level: "high" });
  expect(read("sounds very negative (+2)")).toMatchObject({ form: "sounds", what: "very negative" });
});

test("what it says otherwise is left as it is", () => {
  expect(read("something new")).toBeUndefined();
});
