import { expect, test } from "vitest";
import { draftsOf, shortly, targetsOf } from "./targets";

test("what is not promised stays out", () => {
  expect(targetsOf(draftsOf([]))).toEqual([]);
});

test("a promise comes through the form as it was", () => {
  const targets = [
    { kind: "CLOCK_KIND_FIRST_RESPONSE", critical: "900s", low: "28800s" },
    { kind: "CLOCK_KIND_RESOLUTION", normal: "172800s", calendar_id: "c" },
  ] as const;
  expect(targetsOf(draftsOf(targets))).toEqual(targets);
});

test("whole hours are shown as hours", () => {
  expect(draftsOf([{ kind: "CLOCK_KIND_RESOLUTION", high: "14400s" }]).CLOCK_KIND_RESOLUTION).toMatchObject({ unit: "hours", numbers: { high: "4" } });
  expect(shortly("28800s")).toBe("8 h");
  expect(shortly("900s")).toBe("15 min");
});
