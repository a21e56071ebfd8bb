import { expect, test } from "vitest";
import { behind, exportedFrom } from "./exported";

const HEAD = "conversation_id,opened_at,channel,channel_id,customer_id,holder,ai_answers,person_answers,first_answered_by,first_response_seconds,resolved_at,resolution_seconds,handed_over_at,rating,outcome,tiers,agents,teams,promises_met,promises_broken";
const CSV = [
  HEAD,
  "a,2026-11-28T08:00:00Z,whatsapp,c,p,bot,2,0,bot,1.5,2026-11-28T09:00:00Z,3600,,5,ai_confirmed,knowledge template,,,0,0",
  "b,2026-11-28T08:00:00Z,telegram,c,p,person,0,3,person,90,,,2026-11-28T08:10:00Z,2,open,,amina joseph,support,1,2",
  "",
].join("\r\n");

const ids = (figure: Parameters<typeof behind>[1]) => behind(exportedFrom(CSV), figure).map(({ row }) => row.id);

test("each figure leads to the conversations that it counts, the most striking first", () => {
  expect(ids("firstResponse")).toEqual(["b", "a"]);
  expect(ids("satisfaction")).toEqual(["b", "a"]);
  expect(ids("resolution")).toEqual(["a"]);
  expect(ids("automation")).toEqual(["a"]);
  expect(ids("handover")).toEqual(["b"]);
});

test("a part of a figure leads to its own conversations", () => {
  const part = (figure: Parameters<typeof behind>[1], of: string) => behind(exportedFrom(CSV), figure, of).map(({ row }) => row.id);
  expect([part("tier", "template"), part("outcome", "open"), part("agent", "joseph"), part("team", "support"), part("agent", "jo")]).toEqual([["a"], ["b"], ["b"], ["b"], []]);
  expect(behind(exportedFrom(CSV), "sla")).toMatchObject([{ row: { id: "b" }, value: 2 }]);
});

test("a cell without a number is none", () => {
  expect(exportedFrom(CSV)[1]?.resolution).toBeUndefined();
});
