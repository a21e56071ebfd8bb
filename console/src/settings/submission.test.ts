import { expect, test } from "vitest";
import { saidOf } from "./submission";

const fields = new Map([["agent.skills[2]", "not a word"], ["agent.name", "too long"]]);

test("a field answers for its parts, and for no field that only begins like it", () => {
  expect(saidOf("agent.skills", fields)).toBe("not a word");
  expect(saidOf("agent.name", fields)).toBe("too long");
  expect(saidOf("agent.na", fields)).toBeUndefined();
});
