import { describe, expect, test } from "vitest";
import type { Conversation } from "../api/names";
import { filtersFrom } from "./filters";
import { matches, merged } from "./merge";

function row(id: string, more: Conversation = {}): Conversation {
  return { id, create_time: `2026-11-27T10:00:0${id}Z`, holder: "HOLDER_BOT", ...more };
}

const ids = (pages: Conversation[][]) => pages.map((page) => page.map(({ id }) => id));

describe("a changed conversation", () => {
  test("stays where it was", () => {
    const pages = merged([[row("5"), row("3")], [row("1")]], row("3", { intent: "billing" }), true, false);
    expect(ids(pages)).toEqual([["5", "3"], ["1"]]);
    expect(pages[0]?.[1]?.intent).toBe("billing");
  });
  test("goes when it no longer belongs", () => {
    expect(ids(merged([[row("5"), row("3")]], row("3"), false, false))).toEqual([["5"]]);
  });
  test("comes at the head when it is new", () => {
    expect(ids(merged([[row("5"), row("3")]], row("6"), true, false))).toEqual([["6", "5", "3"]]);
  });
  test("comes into an empty list", () => {
    expect(ids(merged([[]], row("6"), true, false))).toEqual([["6"]]);
  });
  test("waits for its own page when it is older than all that were read", () => {
    expect(ids(merged([[row("5")]], row("2"), true, true))).toEqual([["5"]]);
  });
  test("is not added while only the service can say whether it belongs", () => {
    expect(ids(merged([[row("5")]], row("6"), undefined, false))).toEqual([["5"]]);
  });
});

test("filters are compared as the service does", () => {
  expect(matches(row("1"), { holder: "HOLDER_BOT" })).toBe(true);
  expect(matches(row("1"), { holder: "HOLDER_QUEUED" })).toBe(false);
  expect(matches(row("1", { tags: ["vip"] }), { tag: "vip" })).toBe(true);
  expect(matches(row("1", { assignee_id: "a" }), { unassigned: true })).toBe(false);
  expect(matches(row("1"), { q: "refund" })).toBeUndefined();
});

test("an address holds nothing but filters", () => {
  expect(filtersFrom({ holder: "HOLDER_QUEUED", status: "nonsense", q: 42, unassigned: true, page: 2 })).toEqual({
    holder: "HOLDER_QUEUED",
    q: "42",
    unassigned: true,
  });
});
