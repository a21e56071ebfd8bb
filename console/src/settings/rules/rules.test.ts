import { expect, test } from "vitest";
import { doesSomething, raised, without, withRule } from "./rules";

const rules = [{ intent: "a" }, { intent: "b" }, { intent: "c" }];
const intents = (list: { intent?: string }[]) => list.map(({ intent }) => intent).join("");

test("a rule is changed in its place, or added at the end", () => {
  expect(intents(withRule(rules, { intent: "x" }, 1))).toBe("axc");
  expect(intents(withRule(rules, { intent: "x" }, 3))).toBe("abcx");
});

test("a rule is raised by one; the first stays", () => {
  expect(intents(raised(rules, 2))).toBe("acb");
  expect(intents(raised(rules, 0))).toBe("abc");
  expect(intents(without(rules, 0))).toBe("bc");
});

test("conditions alone do nothing", () => {
  expect(doesSomething({ intent: "refund", priority: "URGENCY_UNSPECIFIED" })).toBe(false);
  expect(doesSomething({ tags: ["vip"] })).toBe(true);
});
