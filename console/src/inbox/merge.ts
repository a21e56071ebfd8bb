/** One changed conversation and the list that is on the screen. */
import type { Conversation } from "../api/names";
import type { Filters } from "./filters";

const COMPARED = ["status", "holder", "channel", "urgency", "sentiment", "language", "intent", "team_id", "assignee_id", "customer_id"] as const;

/** Whether it still belongs; undefined where only the service can say: it searches words. */
export function matches(conversation: Conversation, filters: Filters): boolean | undefined {
  if (COMPARED.some((name) => filters[name] !== undefined && filters[name] !== conversation[name])) return false;
  if (filters.unassigned && conversation.assignee_id) return false;
  if (filters.tag && !conversation.tags?.includes(filters.tag)) return false;
  const opened = Date.parse(conversation.create_time ?? "");
  if (filters.opened_after && opened < Date.parse(filters.opened_after)) return false;
  if (filters.opened_before && opened >= Date.parse(filters.opened_before)) return false;
  return filters.q ? undefined : true;
}

/**
 * The pages with it in its place, by the service's order: the newest first. One that was there stays where it is, so that
 * nothing jumps; one that is older than all we have comes with its own page.
 */
export function merged(pages: Conversation[][], found: Conversation, belongs: boolean | undefined, hasMore: boolean): Conversation[][] {
  const home = pages.findIndex((page) => page.some(({ id }) => id === found.id));
  if (home >= 0)
    return pages.map((page, place) =>
      place !== home ? page : belongs === false ? page.filter(({ id }) => id !== found.id) : page.map((row) => (row.id === found.id ? found : row)),
    );
  if (!belongs) return pages;
  const target = pages.findIndex((page) => page.some((row) => isNewer(found, row)));
  if (target < 0) return hasMore ? pages : pages.map((page, place) => (place === pages.length - 1 ? [...page, found] : page));
  return pages.map((page, place) => {
    if (place !== target) return page;
    const before = page.findIndex((row) => isNewer(found, row));
    return [...page.slice(0, before), found, ...page.slice(before)];
  });
}

function isNewer(one: Conversation, other: Conversation): boolean {
  return (one.create_time ?? "") > (other.create_time ?? "");
}
