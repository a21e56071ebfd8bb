import { expect, test } from "vitest";
import { behind, exportedFrom } from "./exported";

const HEAD = "conversation_id,opened_at,channel,channel_id,customer_id,holder,ai_answers,person_answers,first_answered_by,first_response_seconds,resolved_at,resolution_seconds,handed_over_at,rating";
const CSV = [
  HEAD,
  "a,2026-11-28T08:00:00Z,whatsapp,c,p,bot,2,0,bot,1.5,2026-11-28T09:00:00Z,3600,,5",
  "b,2026-11-28T08:00:00Z,telegram,c,p,person,0,3,person,90,,,2026-11-28T08:10:00Z,2",
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

test("a cell without a number is none", () => {
  expect(exportedFrom(CSV)[1]?.resolution).toBeUndefined();
});
