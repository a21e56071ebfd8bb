import type { ReactNode } from "react";
import { Empty, Notice } from "../design/controls";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";

/** One thing, once it is there. */
export function Loaded<Thing>({ query, children }: { query: { data: Thing | undefined; error: Error | null }; children: (thing: Thing) => ReactNode }) {
  const say = useWords(commonWords);
  // What was read once stays, and with it what is being typed.
  if (query.data !== undefined) return children(query.data);
  return query.error ? <Notice tone="bad">{say("failed", { why: query.error.message })}</Notice> : <Empty>{say("loading")}</Empty>;
}
